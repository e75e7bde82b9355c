"""The shapes of matches and rounds at the edge.

An open round has its own shape: nothing of its record, label or prediction is in it.
"""

from typing import Any

from rest_framework import serializers

from classifiers.models import Tier
from game.models import MatchStatus, Winner
from game.rules import CLASSIC_ROUNDS, ROUND_COUNTS


class Credit(serializers.Serializer[Any]):
    """Whose work the pictures are."""

    work = serializers.CharField()
    author = serializers.CharField()
    licence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # the API's name


class MatchOpponent(serializers.Serializer[Any]):
    """The opponent of a match, with the accuracy measured at its publishing."""

    name = serializers.CharField()
    family = serializers.CharField()
    version = serializers.CharField()
    model_sha256 = serializers.CharField()
    accuracy = serializers.FloatField()


class PlayableOpponent(MatchOpponent):
    """An opponent with the 95 % interval of its accuracy, and on how many pictures."""

    accuracy_low = serializers.FloatField()
    accuracy_high = serializers.FloatField()
    accuracy_total = serializers.IntegerField()


class PlayableOpponents(serializers.Serializer[Any]):
    """The opponent of each tier; a tier without one is left out."""

    easy = PlayableOpponent(required=False)
    medium = PlayableOpponent(required=False)
    hard = PlayableOpponent(required=False)


class PlayableDataSet(serializers.Serializer[Any]):
    """A data set that can be played."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    classes = serializers.ListField(child=serializers.CharField())
    pictures = serializers.IntegerField()
    credits = Credit(many=True)
    cover_urls = serializers.ListField(child=serializers.CharField())
    opponents = PlayableOpponents()


class StartMatch(serializers.Serializer[Any]):
    """What `POST game/session` takes."""

    dataset = serializers.CharField(max_length=40)
    difficulty = serializers.ChoiceField(choices=Tier.choices)
    rounds = serializers.ChoiceField(choices=ROUND_COUNTS, default=CLASSIC_ROUNDS)


class Answer(serializers.Serializer[Any]):
    """What `POST game/round/{id}/submit` takes: one of the round's options."""

    answer = serializers.CharField(max_length=80)


class OpenRound(serializers.Serializer[Any]):
    """A round that waits for its answer."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    total_rounds = serializers.IntegerField()
    image_url = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    issued_at_ms = serializers.IntegerField()
    expires_at_ms = serializers.IntegerField()
    server_now_ms = serializers.IntegerField()
    seal = serializers.CharField()


class Guess(serializers.Serializer[Any]):
    """A class and the probability that the AI gave it."""

    label = serializers.CharField()  # type: ignore[assignment] # the API's name
    probability = serializers.FloatField()


class AiAnswer(serializers.Serializer[Any]):
    """What the AI answered, among the options and freely."""

    answer = serializers.CharField()
    correct = serializers.BooleanField()
    probabilities = serializers.DictField(child=serializers.FloatField())
    top = Guess(many=True)


class RoundPoints(serializers.Serializer[Any]):
    """The player's points of a round."""

    base = serializers.IntegerField()
    speed = serializers.IntegerField()
    total = serializers.IntegerField()


class RoundResult(serializers.Serializer[Any]):
    """A closed round: the truth, both answers, and the record behind the seal."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    answer = serializers.CharField(allow_null=True)
    late = serializers.BooleanField()
    correct = serializers.BooleanField()
    label = serializers.CharField()  # type: ignore[assignment] # the API's name
    options = serializers.ListField(child=serializers.CharField())
    ai = AiAnswer()
    points = RoundPoints()
    ai_points = serializers.IntegerField()
    record = serializers.CharField()
    seal = serializers.CharField()
    image_url = serializers.CharField()
    issued_at_ms = serializers.IntegerField()
    expires_at_ms = serializers.IntegerField()
    answered_at_ms = serializers.IntegerField(allow_null=True)


class RoundState(serializers.Serializer[Any]):
    """A round as it stands: `open` or `result`, the other is null."""

    open = OpenRound(allow_null=True)
    result = RoundResult(allow_null=True)


class MatchInfo(serializers.Serializer[Any]):
    """A match, open or over."""

    id = serializers.UUIDField()
    dataset = serializers.CharField()
    dataset_name = serializers.CharField()
    difficulty = serializers.ChoiceField(choices=Tier.choices)
    total_rounds = serializers.IntegerField()
    status = serializers.ChoiceField(choices=MatchStatus.choices)
    started_at_ms = serializers.IntegerField()
    opponent = MatchOpponent()


class MatchState(MatchInfo):
    """A match with what was played of it so far."""

    rounds = RoundResult(many=True)
    open_round = OpenRound(allow_null=True)


class Side(serializers.Serializer[Any]):
    """One side of a finished match; accuracy is over all the match's rounds."""

    correct = serializers.IntegerField()
    points = serializers.IntegerField()
    accuracy = serializers.FloatField()


class MatchRanks(serializers.Serializer[Any]):
    """The player's rank on each board of the match; null where they stand on none."""

    day = serializers.IntegerField(allow_null=True)
    week = serializers.IntegerField(allow_null=True)
    month = serializers.IntegerField(allow_null=True)
    all = serializers.IntegerField(allow_null=True)


class MatchSummary(MatchInfo):
    """A match that is over."""

    player = Side()
    ai = Side()
    winner = serializers.ChoiceField(choices=Winner.choices)
    finished_at_ms = serializers.IntegerField()
    ranked = serializers.BooleanField()
    ranks = MatchRanks()
    rounds = RoundResult(many=True)


class PlayedMatch(MatchInfo):
    """A match of the history; sides count what was played when it is over."""

    player = Side()
    ai = Side()
    winner = serializers.ChoiceField(choices=Winner.choices, allow_null=True)
    finished_at_ms = serializers.IntegerField(allow_null=True)
    ranked = serializers.BooleanField()


class MatchPage(serializers.Serializer[Any]):
    """Matches, the newest first; `next` is the cursor of what follows, or null."""

    results = PlayedMatch(many=True)
    next = serializers.CharField(allow_null=True)


class MatchQuery(serializers.Serializer[Any]):
    """What `GET game/matches` takes."""

    cursor = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default=""
    )
    limit = serializers.IntegerField(min_value=1, max_value=50, default=20)


class Duel(serializers.Serializer[Any]):
    """Both sides in the same rounds, those of finished matches."""

    rounds = serializers.IntegerField()
    correct = serializers.IntegerField()
    ai_correct = serializers.IntegerField()
    accuracy = serializers.FloatField(allow_null=True)
    ai_accuracy = serializers.FloatField(allow_null=True)


class DataSetDuel(Duel):
    """A duel on one data set; `matches` counts those given up too."""

    dataset = serializers.CharField()
    dataset_name = serializers.CharField()
    matches = serializers.IntegerField()


class BestMatch(serializers.Serializer[Any]):
    """The best finished match on one data set and difficulty."""

    dataset = serializers.CharField()
    dataset_name = serializers.CharField()
    difficulty = serializers.ChoiceField(choices=Tier.choices)
    points = serializers.IntegerField()
    accuracy = serializers.FloatField()
    match = serializers.UUIDField()


class PlayerStatistics(Duel):
    """A player's numbers. A match given up is lost; a streak is of matches won.

    `mean_answer_ms` is of the last hundred matches.
    """

    matches = serializers.IntegerField()
    wins = serializers.IntegerField()
    draws = serializers.IntegerField()
    losses = serializers.IntegerField()
    streak = serializers.IntegerField()
    best_streak = serializers.IntegerField()
    mean_answer_ms = serializers.IntegerField(allow_null=True)
    datasets = DataSetDuel(many=True)
    best = BestMatch(many=True)


class ReceiptRound(serializers.Serializer[Any]):
    """A round in a receipt; `record` is the exact text that was sealed."""

    number = serializers.IntegerField()
    id = serializers.UUIDField()
    seal = serializers.CharField()
    record = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    late = serializers.BooleanField()
    correct = serializers.BooleanField()
    points = serializers.DictField(child=serializers.IntegerField())
    ai_correct = serializers.BooleanField()
    answered_at_ms = serializers.IntegerField(required=False)


class Receipt(serializers.Serializer[Any]):
    """`eyevsai.receipt/1`, for `python -m fairness.verify`."""

    v = serializers.CharField()
    match = serializers.DictField()
    rounds = ReceiptRound(many=True)
    result = serializers.DictField()
