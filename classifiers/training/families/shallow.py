"""The shallow family: features by torch, a classifier by scikit-learn, one graph."""

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

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
from sklearn.svm import SVC
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.augmentation import augment
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Config, Family, Trial, setting
from classifiers.training.features import (
    ColourHistogram,
    FeatureBank,
    FeatureName,
    Hog,
    Lbp,
    TextureStatistics,
)
from classifiers.training.graphs import AI_ONNX_ML, OPSET, export_module, rename_output
from classifiers.training.pictures import TrainingSet
from classifiers.training.resizing import ExactResize
from classifiers.training.run import Run
from classifiers.training.splitting import Rows, split_folds
from classifiers.training.trained import Floats, Trained
from images.normalising import Pixels

FEATURE_BATCH = 64
CALIBRATION_FOLDS = 3


@dataclass(frozen=True, kw_only=True)
class ShallowConfig(Config):
    """Features, and the classifier that reads them.

    The principal components make the embedding and feed the SVM and the logistic
    regression; the forest reads the features.
    """

    features: tuple[FeatureName, ...] = setting(
        ("hog", "lbp", "colour", "texture"),
        "what is measured, of these four",
    )
    hog_cell: int = setting(8, "pixels on a side of a HOG cell", low=2)
    hog_block: int = setting(2, "cells on a side of a HOG block", low=1)
    lbp_grid: int = setting(2, "local patterns are counted in n x n fields", low=1)
    colour_bins: int = setting(8, "bins of each colour channel", low=2, high=256)
    colour_grid: int = setting(1, "colours are counted in n x n fields", low=1)
    texture_grid: int = setting(4, "textures are measured in n x n fields", low=1)
    keep: int = setting(0, "features that are kept, by ANOVA F; 0 for all", low=0)
    components: int = setting(64, "principal components", low=1)
    classifier: Literal["forest", "svm", "logistic"] = setting("svm", "what decides")
    trees: int = setting(60, "trees of the forest", low=1, high=1000)
    depth: int = setting(10, "the deepest tree", low=1, high=16)
    penalty: float = setting(4.0, "C of the SVM and the regression", low=1e-6)
    copies: int = setting(3, "changed copies of each picture", low=0, high=20)
    flips: bool = setting(False, "copies mirror left and right, up and down")
    shift: float = setting(2.0, "pixels of the input that copies move", low=0)
    turn: float = setting(8.0, "degrees that copies turn", low=0, high=180)
    stretch: float = setting(0.1, "how much copies grow and shrink", low=0, high=2)
    light: float = setting(0.1, "how much the light of copies varies", low=0, high=2)


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


def train(training: TrainingSet, config: ShallowConfig, run: Run) -> Trained:
    """Compute the features, fit the classifier and join both into one graph."""
    graph = FeatureGraph(config).eval()
    pictures = len(training)
    training = add_copies(training, config=config)
    run.say(f"features of {len(training)} pictures")
    raw = _compute_raw(graph, training=training)
    graph.fit(raw, labels=training.labels, config=config)
    with torch.inference_mode():
        features = graph.read(torch.from_numpy(raw))[0].numpy()
    run.say(f"fitting {config.classifier} on {features.shape[1]} features")
    classifier = _fit_classifier(features, training=training, config=config)

    def predict(pixels: Pixels) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            read, embedding = graph(torch.from_numpy(pixels))
        probabilities = classifier.predict_proba(read.numpy())
        return probabilities.astype(np.float32), embedding.numpy()

    return Trained(
        config=config,
        export=lambda: _join(graph, classifier=classifier, width=features.shape[1]),
        predict=predict,
        parameters=_count_parameters(classifier),
        pictures=pictures,
    )


def add_copies(training: TrainingSet, *, config: ShallowConfig) -> TrainingSet:
    """The pictures, and `copies` of each that are changed at random."""
    if not config.copies:
        return training
    generator = torch.Generator().manual_seed(config.seed)
    changed = [
        augment(part.float(), config=config, generator=generator).round().byte()
        for _ in range(config.copies)
        for part in torch.split(training.images, FEATURE_BATCH)
    ]
    times = config.copies + 1
    return TrainingSet(
        images=torch.cat([training.images, *changed]),
        labels=np.tile(training.labels, times),
        groups=np.tile(training.groups, times),
        classes=training.classes,
        snapshot=training.snapshot,
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
    model = CalibratedClassifierCV(
        SVC(C=config.penalty, gamma="scale"),
        cv=_split_for_calibration(training, config=config),
        ensemble=False,
    )
    return model.fit(features, training.labels)


def _split_for_calibration(
    training: TrainingSet, *, config: ShallowConfig
) -> list[tuple[Rows, Rows]]:
    """Three folds, or two where a class has two groups only."""
    pairs = set(zip(training.labels.tolist(), training.groups.tolist(), strict=True))
    groups = Counter(label for label, _ in pairs)
    label, fewest = min(groups.items(), key=lambda each: each[::-1])
    if fewest < 2:
        raise TrainingFailed(
            f"{training.classes[label]} has one group of training pictures; the SVM"
            " needs two. Add pictures, or choose --classifier logistic or forest.",
            code="too_few_groups",
        )
    folds = min(CALIBRATION_FOLDS, fewest)
    return list(split_folds(training, folds=folds, seed=config.seed))


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


def suggest(trial: Trial) -> dict[str, Any]:
    """Which features, how fine, and what decides on them."""
    features = ("hog,lbp,colour", "hog", "lbp,colour", "lbp,texture,colour", "hog,lbp")
    chosen = trial.suggest_categorical("features", features)
    changes: dict[str, Any] = {
        "features": tuple(chosen.split(",")),
        "lbp_grid": trial.suggest_int("lbp_grid", 1, 4),
        "components": trial.suggest_int("components", 16, 128),
        "classifier": trial.suggest_categorical(
            "classifier", ("svm", "logistic", "forest")
        ),
    }
    if "hog" in chosen:
        changes["hog_cell"] = trial.suggest_categorical("hog_cell", (8, 16))
    if changes["classifier"] == "forest":
        return changes | {"depth": trial.suggest_int("depth", 4, 12)}
    return changes | {"penalty": trial.suggest_float("penalty", 0.1, 30.0, log=True)}


FAMILY = Family(
    name="shallow",
    summary="HOG, LBP, colour and texture features; forest, SVM or logistic regression",
    config=ShallowConfig,
    needs=("torch", "sklearn", "skl2onnx", "onnx"),
    train=train,
    suggest=suggest,
)
