"""The shapes of versions and model cards in the API."""

from typing import Any

from rest_framework import serializers

from classifiers.models import AliasName, Opponent, Origin, Tier, Version
from classifiers.rules import Accuracy, Cuts
from classifiers.selectors import (
    ClassPair,
    Compared,
    Comparison,
    ModelCard,
    Move,
    Registry,
    RegistryRow,
    Standing,
)
from images.models import DataSet


class AccuracySerializer(serializers.Serializer[Accuracy]):
    """Measured on held-out pictures; `low` to `high` is the Wilson 95 % interval."""

    correct = serializers.IntegerField()
    total = serializers.IntegerField()
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ClassAccuracySerializer(serializers.Serializer[dict[str, Any]]):
    """Right answers among the held-out pictures of one class."""

    label = serializers.CharField()  # type: ignore[assignment]  # our field
    correct = serializers.IntegerField()
    total = serializers.IntegerField()


class VersionSummarySerializer(serializers.Serializer[Opponent]):
    """Who plays a difficulty of a data set now."""

    dataset = serializers.CharField(source="dataset.slug")
    tier = serializers.ChoiceField(choices=Tier.choices)
    sha256 = serializers.CharField(source="version.sha256")
    name = serializers.CharField(source="version.name")
    family = serializers.CharField(source="version.family")
    version = serializers.CharField(source="version.version")
    accuracy = AccuracySerializer()


class VersionLinkSerializer(serializers.Serializer[Version]):
    """Another version, to go to."""

    sha256 = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()


class CutsSerializer(serializers.Serializer[Cuts]):
    """The least accuracy that counts as medium, and as hard."""

    medium = serializers.FloatField()
    hard = serializers.FloatField()


class StandingSerializer(serializers.Serializer[Standing]):
    """How strong among the data set's versions: `rank` 1 of `of` is the best.

    `tier` is the one that its third suggests. `cuts` is null where fewer than three
    different accuracies make no thirds.
    """

    tier = serializers.ChoiceField(choices=Tier.choices)
    rank = serializers.IntegerField()
    of = serializers.IntegerField()
    cuts = CutsSerializer(allow_null=True)


class MacroSerializer(serializers.Serializer[dict[str, Any]]):
    """Means over the classes, each 0 to 1."""

    precision = serializers.FloatField()
    recall = serializers.FloatField()
    f1 = serializers.FloatField()


class CalibrationBinSerializer(serializers.Serializer[dict[str, Any]]):
    """Answers whose probability is in (low, high]: its mean, and the share right.

    Both are null where there are none.
    """

    low = serializers.FloatField()
    high = serializers.FloatField()
    count = serializers.IntegerField()
    confidence = serializers.FloatField(allow_null=True)
    accuracy = serializers.FloatField(allow_null=True)


class ClassMetricsSerializer(ClassAccuracySerializer):
    """One class: of `total` pictures, `answered` were given its name."""

    answered = serializers.IntegerField()
    precision = serializers.FloatField()
    recall = serializers.FloatField()
    f1 = serializers.FloatField()
    auc = serializers.FloatField(allow_null=True)


class LatencySerializer(serializers.Serializer[dict[str, Any]]):
    """Milliseconds for one picture on one thread, where it was trained."""

    median = serializers.FloatField()
    p95 = serializers.FloatField()


class EvaluationSerializer(serializers.Serializer[dict[str, Any]]):
    """What the answers to the held-out pictures are worth beside accuracy.

    `auc`: area under the ROC curve, one class against the rest, mean. `ece`:
    expected calibration error. `log_loss` in nats.
    """

    macro = MacroSerializer()
    auc = serializers.FloatField(allow_null=True)
    ece = serializers.FloatField()
    log_loss = serializers.FloatField()
    calibration = CalibrationBinSerializer(many=True)
    per_class = ClassMetricsSerializer(many=True)
    latency_ms = LatencySerializer(allow_null=True)


class ParitySerializer(serializers.Serializer[dict[str, Any]]):
    """The largest differences of the file's probabilities, over `pictures`.

    From the trained model (`eager`), from a batch, from WebAssembly (null: not run).
    """

    pictures = serializers.IntegerField()
    eager = serializers.FloatField()
    batch = serializers.FloatField()
    wasm = serializers.FloatField(allow_null=True)


class FoldSerializer(serializers.Serializer[dict[str, Any]]):
    """One fold of the cross-validation on the training pictures."""

    accuracy = serializers.FloatField()
    pictures = serializers.IntegerField()


class ModelCardSerializer(serializers.Serializer[ModelCard]):
    """One version: who made it, from what, and how good it was measured to be.

    `confusion` has the truth in rows and the answer in columns, both in the order of
    `classes`. `tier` is null for a version that plays no difficulty now, `standing`
    for one that is retired or not measured on the pictures of today.
    """

    sha256 = serializers.CharField(source="version.sha256")
    name = serializers.CharField(source="version.name")
    family = serializers.CharField(source="version.family")
    version = serializers.CharField(source="version.version")
    dataset = serializers.CharField(source="version.dataset.slug")
    classes = serializers.ListField(
        child=serializers.CharField(), source="version.classes"
    )
    input_size = serializers.IntegerField()
    size_bytes = serializers.IntegerField(source="version.size_bytes")
    parameters = serializers.IntegerField(allow_null=True)
    accuracy = AccuracySerializer()
    tier = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    per_class = ClassAccuracySerializer(many=True)
    confusion = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField())
    )
    pool_sha256 = serializers.CharField()
    training = serializers.DictField()
    description = serializers.CharField(allow_blank=True)
    limitations = serializers.CharField(allow_blank=True)
    file_url = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.choices, source="version.origin")
    created_at = serializers.DateTimeField(source="version.created_at")
    retired_at = serializers.DateTimeField(source="version.retired_at", allow_null=True)
    parent = VersionLinkSerializer(source="version.parent", allow_null=True)
    children = VersionLinkSerializer(many=True)
    aliases = serializers.ListField(
        child=serializers.ChoiceField(choices=AliasName.choices)
    )
    standing = StandingSerializer(allow_null=True)
    measured_on_active_pool = serializers.BooleanField()
    evaluation = EvaluationSerializer(allow_null=True)
    parity = ParitySerializer(allow_null=True)
    folds = FoldSerializer(many=True)


class RegistryVersionSerializer(serializers.Serializer[RegistryRow]):
    """A registered version. `tier` is the one it plays now."""

    sha256 = serializers.CharField(source="version.sha256")
    name = serializers.CharField(source="version.name")
    family = serializers.CharField(source="version.family")
    version = serializers.CharField(source="version.version")
    origin = serializers.ChoiceField(choices=Origin.choices, source="version.origin")
    accuracy = AccuracySerializer(allow_null=True)
    size_bytes = serializers.IntegerField(source="version.size_bytes")
    created_at = serializers.DateTimeField(source="version.created_at")
    retired_at = serializers.DateTimeField(source="version.retired_at", allow_null=True)
    tier = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    suggested_tier = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    standing = StandingSerializer(allow_null=True)
    aliases = serializers.ListField(
        child=serializers.ChoiceField(choices=AliasName.choices)
    )
    parent = VersionLinkSerializer(source="version.parent", allow_null=True)
    measured_on_active_pool = serializers.BooleanField()


class RegistrySerializer(serializers.Serializer[Registry]):
    """A data set's versions, strongest first; where its thirds begin, if it has any."""

    dataset = serializers.CharField(source="dataset.slug")
    dataset_name = serializers.CharField(source="dataset.name")
    description = serializers.CharField(source="dataset.description", allow_blank=True)
    cuts = CutsSerializer(allow_null=True)
    versions = RegistryVersionSerializer(many=True, source="rows")


class RegisteredDataSetSerializer(serializers.Serializer[DataSet]):
    """A data set that versions are registered for."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    versions = serializers.IntegerField(source="version_count")


class ComparedSerializer(serializers.Serializer[Compared]):
    """One of the two versions of a comparison."""

    sha256 = serializers.CharField(source="version.sha256")
    name = serializers.CharField(source="version.name")
    family = serializers.CharField(source="version.family")
    version = serializers.CharField(source="version.version")
    accuracy = AccuracySerializer()


class ClassPairSerializer(serializers.Serializer[ClassPair]):
    """The pictures of one class: how many both, one or none of the two know."""

    label = serializers.CharField()  # type: ignore[assignment]  # our field
    total = serializers.IntegerField()
    a_correct = serializers.IntegerField()
    b_correct = serializers.IntegerField()
    both = serializers.IntegerField()
    only_a = serializers.IntegerField()
    only_b = serializers.IntegerField()
    neither = serializers.IntegerField()


class ComparisonSerializer(serializers.Serializer[Comparison]):
    """Two versions on the same pictures, as counts.

    `difference` is the accuracy of `a` minus that of `b`, with its paired 95 %
    interval `low` to `high`. `p_value`: exact McNemar test, two-sided.
    """

    dataset = serializers.CharField(source="a.version.dataset.slug")
    dataset_name = serializers.CharField(source="a.version.dataset.name")
    pool_sha256 = serializers.CharField()
    pictures = serializers.IntegerField()
    a = ComparedSerializer()
    b = ComparedSerializer()
    both = serializers.IntegerField(source="paired.both")
    only_a = serializers.IntegerField(source="paired.only_first")
    only_b = serializers.IntegerField(source="paired.only_second")
    neither = serializers.IntegerField(source="paired.neither")
    p_value = serializers.FloatField(source="paired.p_value")
    difference = serializers.FloatField(source="paired.difference")
    low = serializers.FloatField(source="paired.low")
    high = serializers.FloatField(source="paired.high")
    per_class = ClassPairSerializer(many=True)


class MoveSerializer(serializers.Serializer[Move]):
    """An alias or a difficulty, `name`, went from one version to another."""

    kind = serializers.ChoiceField(choices=("alias", "tier"))
    name = serializers.ChoiceField(choices=(*AliasName.values, *Tier.values))
    version = VersionLinkSerializer()
    previous = VersionLinkSerializer(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class CompareQuerySerializer(serializers.Serializer[Any]):
    """Which two: their full SHA-256."""

    a = serializers.RegexField(r"^[0-9a-f]{64}$")
    b = serializers.RegexField(r"^[0-9a-f]{64}$")


class RegistryQuerySerializer(serializers.Serializer[Any]):
    """Which data set: its slug."""

    dataset = serializers.SlugField(max_length=40)
