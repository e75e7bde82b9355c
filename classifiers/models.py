"""Versions of classifiers, the opponents they play as, and what they predict."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from classifiers.rules import Accuracy, measure_accuracy
from images.models import DataSet, Picture


class Tier(models.TextChoices):
    """The strength an opponent plays at."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Origin(models.TextChoices):
    """How a version came here."""

    BUNDLED = "bundled"
    TRAINED = "trained"
    IMPORTED = "imported"


class AliasName(models.TextChoices):
    """What a version of a data set may be called beside its SHA-256."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    CANARY = "canary"
    BASELINE = "baseline"


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
    # The version that training started from.
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children"
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.IMPORTED)
    # Since then it may not be published any more.
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="version_origin_known"
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="version_not_its_own_parent"
            ),
        ]

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


class Alias(models.Model):
    """Where a name of a data set points now."""

    dataset = models.ForeignKey(
        DataSet, on_delete=models.PROTECT, related_name="aliases"
    )
    name = models.CharField(max_length=10, choices=AliasName)
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="aliases"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "name"], name="alias_once_per_dataset"
            ),
            models.CheckConstraint(
                condition=Q(name__in=AliasName.values), name="alias_name_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}@{self.name}"


class AliasMove(models.Model):
    """One step of an alias; rows are added and never changed."""

    dataset = models.ForeignKey(
        DataSet, on_delete=models.PROTECT, related_name="alias_moves"
    )
    name = models.CharField(max_length=10, choices=AliasName)
    # None: the name was new.
    previous = models.ForeignKey(
        Version, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(previous=F("version")), name="alias_move_goes_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}@{self.name} to {self.version_id}"


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
