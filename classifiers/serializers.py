"""The shapes of model cards in the API."""

from typing import Any

from rest_framework import serializers

from classifiers.models import Opponent, Tier
from classifiers.rules import Accuracy
from classifiers.selectors import ModelCard


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


class ModelCardSerializer(serializers.Serializer[ModelCard]):
    """One version: who made it, from what, and how good it was measured to be.

    `confusion` has the truth in rows and the answer in columns, both in the order of
    `classes`. `tier` is null for a version that plays no difficulty now.
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
