"""Matches and their rounds."""

import json
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from classifiers.models import Opponent, Tier
from images.models import DataSet, Picture, Pool


class MatchStatus(models.TextChoices):
    """A match is open, then finished or abandoned, and stays so."""

    OPEN = "open"
    FINISHED = "finished"
    ABANDONED = "abandoned"


class RoundStatus(models.TextChoices):
    """A round is open, then answered or expired, and stays so."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"


class Winner(models.TextChoices):
    """Who had more correct answers."""

    PLAYER = "player"
    AI = "ai"
    DRAW = "draw"


class Match(models.Model):
    """One player against one opponent on one frozen pool."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    # No index of its own: the player's history starts with the player.
    player = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="matches",
        db_index=False,
    )
    dataset = models.ForeignKey(DataSet, on_delete=models.PROTECT, related_name="+")
    opponent = models.ForeignKey(Opponent, on_delete=models.PROTECT, related_name="+")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")
    difficulty = models.CharField(max_length=10, choices=Tier)
    total_rounds = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=10, choices=MatchStatus, default=MatchStatus.OPEN
    )
    started_at_ms = models.BigIntegerField()
    # Set when the match ends.
    finished_at_ms = models.BigIntegerField(null=True)
    player_correct = models.PositiveSmallIntegerField(default=0)
    player_points = models.PositiveIntegerField(default=0)
    ai_correct = models.PositiveSmallIntegerField(default=0)
    ai_points = models.PositiveIntegerField(default=0)
    winner = models.CharField(max_length=10, choices=Winner, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["player"],
                condition=Q(status="open"),
                name="match_one_open_per_player",
            ),
            models.CheckConstraint(
                name="match_ended_has_winner",
                condition=Q(status="open", winner="", finished_at_ms__isnull=True)
                | (~Q(status="open") & ~Q(winner="") & Q(finished_at_ms__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["started_at_ms"],
                condition=Q(status="open"),
                name="match_open_started",
            ),
            models.Index(
                fields=["player", "-started_at_ms", "-id"], name="match_history"
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)


class Round(models.Model):
    """One picture, its options, both answers and the truth.

    `record` is the opening record's canonical JSON: nothing of it leaves the server
    while the round is open, but `seal`, its SHA-256.
    """

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    # Place of the picture in the match's pool, and its name in the storage.
    position = models.PositiveIntegerField()
    image_key = models.CharField(max_length=120)
    options = models.JSONField()
    issued_at_ms = models.BigIntegerField()
    expires_at_ms = models.BigIntegerField()
    record = models.TextField()
    seal = models.CharField(max_length=64)
    label = models.CharField(max_length=80)
    ai_answer = models.CharField(max_length=80)
    status = models.CharField(
        max_length=10, choices=RoundStatus, default=RoundStatus.OPEN
    )
    # What the player chose, if in time or late; "" if nothing.
    answer = models.CharField(max_length=80, blank=True)
    answered_at_ms = models.BigIntegerField(null=True)
    base_points = models.PositiveSmallIntegerField(default=0)
    speed_points = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["match", "number"], name="round_number_once_per_match"
            ),
            models.UniqueConstraint(
                fields=["match", "picture"], name="round_picture_once_per_match"
            ),
            models.UniqueConstraint(
                fields=["match"],
                condition=Q(status="open"),
                name="round_one_open_per_match",
            ),
            models.CheckConstraint(
                name="round_answered_has_answer",
                condition=~Q(status="answered")
                | (~Q(answer="") & Q(answered_at_ms__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at_ms"],
                condition=Q(status="open"),
                name="round_open_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.match_id}:{self.number}"

    @property
    def ended_at_ms(self) -> int:
        """When the round ended or will: its answer in time, or its deadline."""
        if self.status == RoundStatus.ANSWERED and self.answered_at_ms is not None:
            return self.answered_at_ms
        return self.expires_at_ms

    @property
    def predicted(self) -> tuple[list[str], list[int]]:
        """The sealed classes and their probabilities in ppm, in the same order."""
        record = json.loads(self.record)
        return record["classes"], record["probabilities_ppm"]
