"""The shape of a board, over HTTP and over the socket."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from rest_framework import serializers

from leaderboard.models import Period
from leaderboard.rules import DIFFICULTIES
from leaderboard.selectors import BoardRow, BoardView, RecentMatch


class BoardRowSerializer(serializers.Serializer[BoardRow]):
    """A player's best match on a board."""

    rank = serializers.IntegerField(min_value=1)
    player = serializers.UUIDField()
    name = serializers.CharField()
    points = serializers.IntegerField(min_value=0)
    accuracy = serializers.FloatField(min_value=0, max_value=1)
    reached_at = serializers.DateTimeField()


class RecentMatchSerializer(serializers.Serializer[RecentMatch]):
    """A match that was finished lately; a guest's is not ranked."""

    player = serializers.UUIDField(
        allow_null=True, help_text="As on the boards; null for a guest."
    )
    name = serializers.CharField()
    points = serializers.IntegerField(min_value=0)
    accuracy = serializers.FloatField(min_value=0, max_value=1)
    ranked = serializers.BooleanField()
    finished_at = serializers.DateTimeField()


class BoardSerializer(serializers.Serializer[BoardView]):
    """A board as the caller sees it: with their row and those around it.

    Versions start over with each period.
    """

    dataset = serializers.CharField()
    difficulty = serializers.ChoiceField(
        choices=[(name, name.title()) for name in DIFFICULTIES]
    )
    period = serializers.ChoiceField(choices=Period.choices)
    period_start = serializers.CharField(
        allow_blank=True, help_text='First day, "2026-11-16"; "" for all time.'
    )
    version = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(
        min_value=0, help_text="How many players stand on the board."
    )
    rows = BoardRowSerializer(many=True)
    me = BoardRowSerializer(allow_null=True)
    around = BoardRowSerializer(many=True)
    recent = RecentMatchSerializer(many=True)


def render_update(view: BoardView) -> str:
    """The JSON text that a socket sends: a board without what is the caller's own.

    Same as the serializer's, for the fields they share, at a sixth of its cost.
    """
    body = {
        name: value for name, value in vars(view).items() if name not in _CALLERS_OWN
    }
    return json.dumps(
        {"type": "board", **body},
        default=_to_plain,
        ensure_ascii=False,
        separators=(",", ":"),
    )


_CALLERS_OWN: Final = frozenset({"me", "around"})


def _to_plain(value: BoardRow | RecentMatch | UUID | datetime) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return vars(value)
