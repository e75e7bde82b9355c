"""Starting a match, finishing it, giving it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from classifiers.selectors import get_lineup, get_opponent
from common.clock import now_ms
from common.errors import InvalidValue, NotSignedIn, Unavailable, WrongState
from game.models import Match, MatchStatus, Round, RoundStatus, Winner
from game.rules import CLASSIC_ROUNDS, ROUND_COUNTS, decide_winner, score_ai
from game.selectors import find_open_match, find_open_round, lock_match, lock_rounds
from game.services.rounds import close_expired_round
from images.selectors import get_active_pool, get_dataset, get_pool_size
from leaderboard.services import Ranks, get_ranks, record_match


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A match that is over, its rounds, and where it put the player."""

    match: Match
    rounds: Sequence[Round]
    ranks: Ranks

    @property
    def is_ranked(self) -> bool:
        """Whether the match counts: it was finished, and not by a guest."""
        return self.match.status == MatchStatus.FINISHED and self.ranks.all is not None


def start_match(
    *, player: User, dataset: str, difficulty: str, rounds: int = CLASSIC_ROUNDS
) -> Match:
    """A new open match on the data set's present pool and opponent.

    Raises WrongState `match_open` (detail: its id) when the player has one open; the
    database's constraint decides between two calls at once.
    """
    if rounds not in ROUND_COUNTS:
        raise InvalidValue(
            "A match has 10 rounds, a quick one 5.", detail={"rounds": [rounds]}
        )
    data_set = get_dataset(dataset)
    pool = get_active_pool(data_set)
    if pool.size < rounds:
        raise Unavailable(
            f"{data_set.name} has {pool.size} pictures, and a match shows {rounds}.",
            code="pool_too_small",
        )
    opponent = get_opponent(data_set, difficulty, pool=pool)
    # Read once for all matches, here and not while a round's lock is held.
    get_lineup(opponent.pk)
    get_pool_size(pool.pk)
    match = Match(
        player=player,
        dataset=data_set,
        opponent=opponent,
        pool=pool,
        difficulty=difficulty,
        total_rounds=rounds,
        started_at_ms=now_ms(),
    )
    # The second try is for an open match that ended between the two statements.
    for _ in range(2):
        try:
            with transaction.atomic():
                match.save(force_insert=True)
            return match
        except IntegrityError:
            _require_no_open_match(player)
    if not User.objects.filter(pk=player.pk).exists():
        raise NotSignedIn("This guest does not play any more. Start anew.")
    raise Unavailable("Your last match is just ending. Try again.")


def _require_no_open_match(player: User) -> None:
    match = find_open_match(player)
    if match is not None:
        raise WrongState(
            "You have an open match. Go on with it or give it up.",
            code="match_open",
            detail={"id": str(match.code)},
        )


def complete_match(match_code: UUID, *, player: User) -> Summary:
    """Finish the match when its last round is closed; the same result ever after.

    The ranks are those of now. Holds the match's lock and its rounds'; boards change
    in the same transaction. Raises WrongState `round_open` or `rounds_left` while
    something is left to play.
    """
    with transaction.atomic():
        match = lock_match(match_code, player=player)
        rounds = lock_rounds(match)
        if match.status != MatchStatus.OPEN:
            return summarise(match, rounds=rounds)
        open_round = find_open_round(rounds)
        if open_round is not None:
            if now_ms() < open_round.expires_at_ms:
                raise WrongState("Answer the open round first.", code="round_open")
            close_expired_round(open_round)
        left = match.total_rounds - len(rounds)
        if left > 0:
            raise WrongState(
                f"{left} more to play, or give the match up.",
                code="rounds_left",
                detail={"rounds_left": left},
            )
        return finish_match(match, rounds=rounds)


def abandon_match(match_code: UUID, *, player: User) -> Summary:
    """Give the match up: what is not answered is wrong, and the AI has won."""
    with transaction.atomic():
        match = lock_match(match_code, player=player)
        rounds = lock_rounds(match)
        if match.status == MatchStatus.OPEN:
            close_abandoned(match, rounds=rounds)
        return summarise(match, rounds=rounds)


def finish_match(match: Match, *, rounds: Sequence[Round]) -> Summary:
    """Count a match whose rounds are all closed, and put it on the boards.

    It was finished when its last round ended, whenever somebody asks for the result:
    so nobody chooses the day it counts for. The caller holds the match's lock.
    """
    _count(match, rounds=rounds)
    match.winner = decide_winner(
        player_correct=match.player_correct, ai_correct=match.ai_correct
    )
    finished_at_ms = rounds[-1].ended_at_ms
    _end(match, status=MatchStatus.FINISHED, at_ms=finished_at_ms)
    ranks = record_match(
        match=match.code,
        player=match.player,
        dataset=match.dataset.slug,
        difficulty=match.difficulty,
        points=match.player_points,
        correct=match.player_correct,
        rounds=match.total_rounds,
        is_ranked=not match.player.is_guest,
        finished_at_ms=finished_at_ms,
    )
    return Summary(match=match, rounds=rounds, ranks=ranks)


def close_abandoned(match: Match, *, rounds: Sequence[Round]) -> None:
    """End an unfinished match; it stands on no board. The caller holds its lock."""
    open_round = find_open_round(rounds)
    if open_round is not None:
        close_expired_round(open_round)
    _count(match, rounds=rounds)
    match.winner = Winner.AI
    # A clock that stepped back puts no end before a beginning.
    began_at_ms = rounds[-1].issued_at_ms if rounds else match.started_at_ms
    _end(match, status=MatchStatus.ABANDONED, at_ms=max(now_ms(), began_at_ms))


def summarise(match: Match, *, rounds: Sequence[Round]) -> Summary:
    """The summary of a match that ended before, with the ranks of its player now."""
    ranks = get_ranks(
        player=match.player,
        dataset=match.dataset.slug,
        difficulty=match.difficulty,
        at_ms=match.finished_at_ms or 0,
    )
    return Summary(match=match, rounds=rounds, ranks=ranks)


def _count(match: Match, *, rounds: Sequence[Round]) -> None:
    answered = [each for each in rounds if each.status == RoundStatus.ANSWERED]
    match.player_correct = sum(each.answer == each.label for each in answered)
    match.player_points = sum(each.base_points + each.speed_points for each in rounds)
    match.ai_correct = sum(each.ai_answer == each.label for each in rounds)
    match.ai_points = sum(
        score_ai(difficulty=match.difficulty, correct=each.ai_answer == each.label)
        for each in rounds
    )


def _end(match: Match, *, status: MatchStatus, at_ms: int) -> None:
    match.status = status
    match.finished_at_ms = at_ms
    match.save(
        update_fields=[
            "status",
            "winner",
            "finished_at_ms",
            "player_correct",
            "player_points",
            "ai_correct",
            "ai_points",
        ]
    )
