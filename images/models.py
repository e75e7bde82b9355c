"""Data sets, their pictures, and the frozen pools that matches draw from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Split(models.TextChoices):
    """What a picture may be used for; decided once, by group."""

    TRAIN = "train"
    HELD_OUT = "held_out"


class DataSet(models.Model):
    """A named set of labelled pictures."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    # Class names in the order that probabilities have.
    classes = models.JSONField(default=list)
    # [{"work", "author", "licence", "source"}, …], shown in the game.
    credits = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class Picture(models.Model):
    """One picture as it is served: a square lossless file under an opaque name."""

    dataset = models.ForeignKey(
        DataSet, on_delete=models.CASCADE, related_name="pictures"
    )
    label = models.CharField(max_length=80)
    # Hex SHA-256 of the served bytes, and of the pixels' source file.
    sha256 = models.CharField(max_length=64)
    source_sha256 = models.CharField(max_length=64)
    # Name in the storage; random, so that it says nothing.
    key = models.CharField(max_length=120, unique=True)
    # Pictures of one group (crate, photograph, writer) share a split.
    group = models.CharField(max_length=120)
    split = models.CharField(max_length=10, choices=Split)
    size_bytes = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "sha256"], name="picture_once_per_dataset"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dataset", "split"], name="picture_dataset_split"),
            models.Index(fields=["dataset", "source_sha256"], name="picture_source"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Pool(models.Model):
    """The frozen, ordered list of held-out pictures that matches draw from.

    A pool never changes; publishing other pictures makes a new one.
    """

    dataset = models.ForeignKey(DataSet, on_delete=models.CASCADE, related_name="pools")
    # SHA-256 of the lines "<picture sha256> <label>\n" in pool order.
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset"],
                condition=Q(is_active=True),
                name="pool_one_active_per_dataset",
            ),
            models.UniqueConstraint(
                fields=["dataset", "sha256"], name="pool_once_per_dataset"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class PoolPicture(models.Model):
    """Place `position` (0 … size - 1) of a pool."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="places")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pool", "position"], name="pool_position_once"
            ),
            models.UniqueConstraint(
                fields=["pool", "picture"], name="pool_picture_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}:{self.position}"
