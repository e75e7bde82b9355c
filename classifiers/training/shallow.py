"""The shallow family: features by torch, a classifier by scikit-learn, one graph."""

import warnings
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import compose
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import SVC
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.configs import ShallowConfig
from classifiers.training.features import (
    ColourHistogram,
    FeatureBank,
    Hog,
    Lbp,
    TextureStatistics,
)
from classifiers.training.graphs import AI_ONNX_ML, OPSET, export_module, rename_output
from classifiers.training.pictures import TrainingSet
from classifiers.training.progress import say
from classifiers.training.resizing import ExactResize
from classifiers.training.trained import Floats, Trained
from images.normalising import Pixels

FEATURE_BATCH = 64
CALIBRATION_FOLDS = 3


class FeatureGraph(nn.Module):
    """Pixels to (what the classifier reads, embedding).

    The principal components are those of the standardised features.
    """

    columns: Tensor
    mean: Tensor
    scale: Tensor
    axes: Tensor

    def __init__(self, config: ShallowConfig) -> None:
        super().__init__()
        self.resize = ExactResize(config.input_size)
        self.bank = build_bank(config)
        self.reads_raw = config.classifier == "forest"
        for name in ("columns", "mean", "scale", "axes"):
            self.register_buffer(name, torch.zeros(1))

    def fit(
        self, raw: Floats, *, labels: NDArray[np.int64], config: ShallowConfig
    ) -> None:
        """Choose the columns to keep and find the principal components."""
        columns = choose_columns(raw, labels=labels, keep=config.keep)
        kept = raw[:, columns].astype(np.float64)
        mean, scale = kept.mean(axis=0), kept.std(axis=0)
        scale = np.where(scale > 1e-6, scale, 1.0)
        count = min(config.components, *kept.shape)
        pca = PCA(n_components=count, svd_solver="full").fit((kept - mean) / scale)
        self.columns = torch.from_numpy(columns)
        self.mean = torch.from_numpy(mean).float()
        self.scale = torch.from_numpy(1.0 / scale).float()
        self.axes = torch.from_numpy(np.ascontiguousarray(pca.components_.T)).float()

    def read(self, raw: Tensor) -> tuple[Tensor, Tensor]:
        """From all features to what the classifier reads, and the embedding."""
        kept = raw.index_select(1, self.columns)
        projected = torch.matmul((kept - self.mean) * self.scale, self.axes)
        embedding = functional.normalize(projected, dim=1)
        return (kept if self.reads_raw else projected), embedding

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 [N, H, W, 3] to ([N, F], [N, D])."""
        return self.read(self.bank(self.resize(image)))


def build_bank(config: ShallowConfig) -> FeatureBank:
    """The features that a recipe names, in its order."""
    made: dict[str, nn.Module] = {
        "hog": Hog(cell=config.hog_cell, block=config.hog_block),
        "lbp": Lbp(grid=config.lbp_grid),
        "colour": ColourHistogram(bins=config.colour_bins, grid=config.colour_grid),
        "texture": TextureStatistics(grid=config.texture_grid),
    }
    return FeatureBank([made[name] for name in config.features])


def choose_columns(
    raw: Floats, *, labels: NDArray[np.int64], keep: int
) -> NDArray[np.int64]:
    """The `keep` features with the largest ANOVA F, in order; 0 keeps all."""
    if not keep or keep >= raw.shape[1]:
        return np.arange(raw.shape[1], dtype=np.int64)
    varied = np.flatnonzero(raw.std(axis=0) > 1e-6)
    scores, _ = f_classif(raw[:, varied], labels)
    best = varied[np.argsort(-scores, kind="stable")[:keep]]
    return np.sort(best).astype(np.int64)


def train_shallow(training: TrainingSet, *, config: ShallowConfig) -> Trained:
    """Compute the features, fit the classifier and join both into one graph."""
    graph = FeatureGraph(config).eval()
    say(f"features of {len(training)} pictures")
    raw = _compute_raw(graph, training=training)
    graph.fit(raw, labels=training.labels, config=config)
    with torch.inference_mode():
        features = graph.read(torch.from_numpy(raw))[0].numpy()
    say(f"fitting {config.classifier} on {features.shape[1]} features")
    classifier = _fit_classifier(features, training=training, config=config)

    def predict(pixels: Pixels) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            read, embedding = graph(torch.from_numpy(pixels))
        probabilities = classifier.predict_proba(read.numpy())
        return probabilities.astype(np.float32), embedding.numpy()

    return Trained(
        config=config,
        graph=_join(graph, classifier=classifier, width=features.shape[1]),
        predict=predict,
        parameters=_count_parameters(classifier),
        pictures=len(training),
    )


def _compute_raw(graph: FeatureGraph, *, training: TrainingSet) -> Floats:
    with torch.inference_mode():
        batches = torch.split(training.images, FEATURE_BATCH)
        raw: Floats = torch.cat([graph.bank(part.float()) for part in batches]).numpy()
    return raw


def _fit_classifier(
    features: Floats, *, training: TrainingSet, config: ShallowConfig
) -> Any:
    """Fit the recipe's classifier; the SVM is calibrated on folds split by group."""
    if config.classifier == "forest":
        model = RandomForestClassifier(
            n_estimators=config.trees,
            max_depth=config.depth,
            random_state=config.seed,
            n_jobs=1,
        )
        return model.fit(features, training.labels)
    if config.classifier == "logistic":
        model = LogisticRegression(C=config.penalty, max_iter=2000)
        return model.fit(features, training.labels)
    folds = StratifiedGroupKFold(
        n_splits=CALIBRATION_FOLDS, shuffle=True, random_state=config.seed
    )
    splits = list(folds.split(features, training.labels, training.groups))
    model = CalibratedClassifierCV(
        SVC(C=config.penalty, gamma="scale"), cv=splits, ensemble=False
    )
    return model.fit(features, training.labels)


def _join(
    graph: FeatureGraph,
    *,
    classifier: Any,
    width: int,
) -> onnx.ModelProto:
    """One graph: features by torch, then the converted scikit-learn classifier."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    with warnings.catch_warnings():
        # the converter reads attributes that scikit-learn has deprecated
        warnings.simplefilter("ignore", FutureWarning)
        head = to_onnx(
            classifier,
            initial_types=[("read", FloatTensorType([None, width]))],
            options={"zipmap": False},
            target_opset={"": OPSET, "ai.onnx.ml": AI_ONNX_ML},
        )
    body = export_module(graph, outputs=("features", "embedding"))
    head.ir_version = body.ir_version
    head = compose.add_prefix(head, "head_")
    joined: onnx.ModelProto = compose.merge_models(
        body,
        head,
        io_map=[("features", "head_read")],
        outputs=["head_probabilities", "embedding"],
    )
    rename_output(joined, old="head_probabilities", new="probabilities")
    return joined


def _count_parameters(classifier: Any) -> int:
    """Numbers that were learned: tree nodes, support vectors or coefficients."""
    if isinstance(classifier, RandomForestClassifier):
        return int(sum(tree.tree_.node_count for tree in classifier.estimators_))
    if isinstance(classifier, LogisticRegression):
        return int(classifier.coef_.size + classifier.intercept_.size)
    svm = classifier.calibrated_classifiers_[0].estimator
    return int(svm.support_vectors_.size + svm.dual_coef_.size)
