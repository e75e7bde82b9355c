"""Versions of classifiers, the opponents they play as, and what they predict."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from classifiers.rules import Accuracy, measure_accuracy
from images.models import DataSet, Picture


class Tier(models.TextChoices):
    """The strength an opponent plays at."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Version(models.Model):
    """One immutable release of a classifier: one .onnx file, known by its SHA-256."""

    dataset = models.ForeignKey(
        DataSet, on_delete=models.PROTECT, related_name="versions"
    )
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    family = models.CharField(max_length=20)
    version = models.CharField(max_length=40)
    # Class names in the order of the file's probabilities.
    classes = models.JSONField()
    # Name of the file in the storage.
    key = models.CharField(max_length=120)
    size_bytes = models.PositiveIntegerField()
    # The rest of the model card: training, description, limitations, …
    card = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]})"


class Opponent(models.Model):
    """The version that plays a tier of a data set; rows of the past stay."""

    dataset = models.ForeignKey(
        DataSet, on_delete=models.PROTECT, related_name="opponents"
    )
    tier = models.CharField(max_length=10, choices=Tier)
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="opponents"
    )
    # Measured on the pool that was active at publishing.
    correct = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "tier"],
                condition=Q(is_active=True),
                name="opponent_one_active_per_tier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}/{self.tier}"

    @property
    def accuracy(self) -> Accuracy:
        """The share of right answers, with its interval."""
        return measure_accuracy(self.correct, self.total)


class Prediction(models.Model):
    """What a version answered to a picture: made once, at publishing, never changed."""

    version = models.ForeignKey(
        Version, on_delete=models.CASCADE, related_name="predictions"
    )
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+")
    # Integers in the version's class order, sum exactly 1 000 000.
    probabilities_ppm = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "picture"], name="prediction_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}:{self.picture_id}"
