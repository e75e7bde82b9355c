"""Boards: who stands where, per data set, difficulty and period."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Period(models.TextChoices):
    """UTC calendar day, ISO week, calendar month, all time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class Result(models.Model):
    """One finished match, written once; ranked or not."""

    match = models.UUIDField(unique=True)
    player = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="results"
    )
    dataset = models.CharField(max_length=40)
    difficulty = models.CharField(max_length=10)
    points = models.PositiveIntegerField()
    correct = models.PositiveIntegerField()
    rounds = models.PositiveIntegerField()
    # False while the player is a guest; signing up ranks it.
    is_ranked = models.BooleanField()
    finished_at_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["dataset", "difficulty", "-finished_at_ms"],
                name="result_recent",
            ),
            models.Index(fields=["player", "is_ranked"], name="result_player"),
        ]

    def __str__(self) -> str:
        return str(self.match)


class Board(models.Model):
    """A ranking of players; `version` grows by one with each change to it."""

    dataset = models.CharField(max_length=40)
    difficulty = models.CharField(max_length=10)
    period = models.CharField(max_length=10, choices=Period)
    # First day of the period ("2026-11-16"), or "" for all time.
    period_start = models.CharField(max_length=10, blank=True)
    version = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "difficulty", "period", "period_start"],
                name="board_once",
            ),
        ]

    def __str__(self) -> str:
        start = self.period_start or "all"
        return f"{self.dataset}/{self.difficulty}/{self.period}/{start}"


class BoardEntry(models.Model):
    """A player's best match on a board.

    `score` orders by points, then accuracy: points * 10 001 + accuracy in 1/10 000.
    """

    # No index of its own: the two below start with the board.
    board = models.ForeignKey(
        Board, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    player = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    score = models.PositiveBigIntegerField()
    points = models.PositiveIntegerField()
    correct = models.PositiveIntegerField()
    rounds = models.PositiveIntegerField()
    reached_at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "player"], name="board_entry_once_per_player"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["board", "-score", "reached_at_ms"], name="board_entry_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board_id}:{self.player_id}"


class BoardBucket(models.Model):
    """How many entries of a board have a score in one bucket of one level.

    Level 0: one bucket a score; level 1: one bucket a wide range of scores. A rank
    is one sum over few rows, however many players stand on the board.
    """

    # No index of its own: SQLite would take it for ranks, and read the whole board.
    board = models.ForeignKey(
        Board, on_delete=models.CASCADE, related_name="buckets", db_index=False
    )
    level = models.PositiveSmallIntegerField()
    bucket = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "level", "bucket"], name="board_bucket_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board_id}:{self.level}:{self.bucket}"
