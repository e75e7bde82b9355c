"""Reads of boards. Ranks come from the buckets: no query counts players."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from common.clock import now_ms, to_datetime
from common.errors import InvalidValue, Unknown
from images.selectors import get_dataset
from leaderboard.models import Board, BoardBucket, BoardEntry, Result
from leaderboard.rules import (
    DIFFICULTIES,
    FINE,
    PERIODS,
    WIDE,
    find_above,
    find_first_ms,
    find_period_start,
    list_places,
    rank_sorted,
    rank_window,
)

TOP_ROWS: Final = 20
ROWS_AROUND: Final = 3
RECENT_MATCHES: Final = 5


class BoardKey(NamedTuple):
    """A board as a visitor names it: its period is always the present one."""

    dataset: str
    difficulty: str
    period: str


class Stamp(NamedTuple):
    """Tells two states of a board apart; versions start over with each period."""

    period_start: str
    version: int


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """A player's best match on a board."""

    rank: int
    player: UUID
    name: str
    points: int
    accuracy: float
    reached_at: datetime


@dataclass(frozen=True, kw_only=True)
class RecentMatch:
    """A match that was finished lately, a guest's too; only players have an id."""

    player: UUID | None
    name: str
    points: int
    accuracy: float
    ranked: bool
    finished_at: datetime


@dataclass(frozen=True, kw_only=True)
class BoardView:
    """A board as it is shown: the top, and one player with those around them."""

    dataset: str
    difficulty: str
    period: str
    period_start: str
    version: int
    total: int
    rows: Sequence[BoardRow]
    me: BoardRow | None
    around: Sequence[BoardRow]
    recent: Sequence[RecentMatch]

    @property
    def stamp(self) -> Stamp:
        """What changes whenever the board does."""
        return Stamp(self.period_start, self.version)


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """A player's rank on each board of one data set and difficulty; None: not on it."""

    day: int | None = None
    week: int | None = None
    month: int | None = None
    all: int | None = None


class _Entry(NamedTuple):
    """A stored entry and its player, without the weight of two model instances."""

    pk: int
    score: int
    points: int
    correct: int
    rounds: int
    reached_at_ms: int
    code: UUID
    name: str


_ENTRY_FIELDS: Final = (*_Entry._fields[:-2], "player__code", "player__name")


def require_board(key: BoardKey) -> None:
    """Raise Unknown or InvalidValue where there is no such board. One query."""
    if key.period not in PERIODS:
        raise InvalidValue(
            f"Periods are {', '.join(PERIODS)}.", detail={"period": [key.period]}
        )
    if key.difficulty not in DIFFICULTIES:
        raise Unknown(f"Difficulties are {', '.join(DIFFICULTIES)}.")
    get_dataset(key.dataset)


def get_board(
    key: BoardKey,
    *,
    top: int = TOP_ROWS,
    player: User | None = None,
    at_ms: int | None = None,
) -> BoardView:
    """The board of the period around `at_ms` (now); empty where nobody played yet.

    3 queries, and at most 5 more for a `player`. They run outside a transaction: the
    version is read first, so that what is shown is as new as its version or newer.
    """
    moment = now_ms() if at_ms is None else at_ms
    start = find_period_start(key.period, at_ms=moment)
    board = Board.objects.filter(**key._asdict(), period_start=start).first()
    entries = _list_top(board, top=top) if board else []
    me = _find_entry(board, player=player) if board and player else None
    window = _list_window(board, me=me) if board and me else []
    ranks = _rank_window(board, me=me, window=window) if board and me else {}
    top_ranks = rank_sorted([entry.score for entry in entries])
    return BoardView(
        dataset=key.dataset,
        difficulty=key.difficulty,
        period=key.period,
        period_start=start,
        version=board.version if board else 0,
        total=board.total if board else 0,
        rows=[*map(_to_row, entries, top_ranks)],
        me=_to_row(me, ranks[me.score]) if me else None,
        around=[_to_row(entry, ranks[entry.score]) for entry in window],
        recent=_list_recent(key, since_ms=find_first_ms(start)),
    )


def get_ranks(*, player: User, dataset: str, difficulty: str, at_ms: int) -> Ranks:
    """The player's ranks now, on the boards of the periods around `at_ms`.

    2 queries; every rank is None for one who stands on no board.
    """
    on_boards = Q()
    for period, start in list_places(at_ms):
        on_boards |= Q(board__period=period, board__period_start=start)
    entries = BoardEntry.objects.filter(
        on_boards,
        player=player,
        board__dataset=dataset,
        board__difficulty=difficulty,
    )
    scores = entries.values_list("board__period", "board_id", "score")
    return rank_scores({period: (board, score) for period, board, score in scores})


def rank_scores(scores: Mapping[str, tuple[int, int]]) -> Ranks:
    """Ranks of {period: (board's key, score)}. One query, none for no scores."""
    above = count_above(dict(scores.values()))
    return Ranks(
        **{period: 1 + above[board] for period, (board, _) in scores.items()},
    )


def count_above(scores: Mapping[int, int]) -> dict[int, int]:
    """How many players stand above the score, for each {board's key: score}.

    One query over at most some hundred buckets a board, whatever its size.
    """
    if not scores:
        return {}
    buckets = Q()
    for board, score in scores.items():
        above = find_above(score)
        buckets |= Q(board=board, level=WIDE, bucket__gt=above.wide_over)
        buckets |= Q(
            board=board,
            level=FINE,
            bucket__gt=above.fine_over,
            bucket__lt=above.fine_under,
        )
    # One sum a board, and no GROUP BY, for which SQLite reads whole boards in order.
    sums = BoardBucket.objects.filter(buckets).aggregate(
        **{
            f"board_{board}": Sum("count", filter=Q(board=board), default=0)
            for board in scores
        }
    )
    return {board: sums[f"board_{board}"] for board in scores}


def list_stamps(keys: Iterable[BoardKey]) -> dict[BoardKey, Stamp]:
    """The present stamp of each board, also of those nobody played on. One query."""
    moment = now_ms()
    stamps = {
        key: Stamp(find_period_start(key.period, at_ms=moment), 0) for key in keys
    }
    wanted = Q()
    for key, stamp in stamps.items():
        wanted |= Q(**key._asdict(), period_start=stamp.period_start)
    for board in Board.objects.filter(wanted) if stamps else ():
        key = BoardKey(board.dataset, board.difficulty, board.period)
        stamps[key] = Stamp(board.period_start, board.version)
    return stamps


def _read_entries(entries: QuerySet[BoardEntry]) -> list[_Entry]:
    return list(starmap(_Entry, entries.values_list(*_ENTRY_FIELDS)))


def _list_top(board: Board, *, top: int) -> list[_Entry]:
    return _read_entries(board.entries.order_by("-score", "reached_at_ms", "pk")[:top])


def _find_entry(board: Board, *, player: User) -> _Entry | None:
    return next(iter(_read_entries(board.entries.filter(player=player))), None)


def _list_window(board: Board, *, me: _Entry) -> list[_Entry]:
    """Those next above `me`, `me`, those next below, in the order of the board."""
    same = Q(score=me.score)
    earlier = Q(reached_at_ms__lt=me.reached_at_ms)
    later = Q(reached_at_ms__gt=me.reached_at_ms)
    at_once = Q(reached_at_ms=me.reached_at_ms)
    above = board.entries.filter(
        Q(score__gt=me.score) | same & (earlier | at_once & Q(pk__lt=me.pk)),
        score__gte=me.score,
    ).order_by("score", "-reached_at_ms", "-pk")
    below = board.entries.filter(
        Q(score__lt=me.score) | same & (later | at_once & Q(pk__gt=me.pk)),
        score__lte=me.score,
    ).order_by("-score", "reached_at_ms", "pk")
    return [
        *reversed(_read_entries(above[:ROWS_AROUND])),
        me,
        *_read_entries(below[:ROWS_AROUND]),
    ]


def _rank_window(
    board: Board, *, me: _Entry, window: Sequence[_Entry]
) -> dict[int, int]:
    """The rank of each score in the window. 2 queries."""
    scores = {entry.score for entry in window}
    buckets = board.buckets.filter(level=FINE, bucket__in=scores)
    return rank_window(
        scores,
        score=me.score,
        rank=1 + count_above({board.pk: me.score})[board.pk],
        counts=dict(buckets.values_list("bucket", "count")),
    )


def _to_row(entry: _Entry, rank: int) -> BoardRow:
    return BoardRow(
        rank=rank,
        player=entry.code,
        name=entry.name,
        points=entry.points,
        accuracy=entry.correct / entry.rounds,
        reached_at=to_datetime(entry.reached_at_ms),
    )


def _list_recent(key: BoardKey, *, since_ms: int) -> list[RecentMatch]:
    results = Result.objects.filter(
        dataset=key.dataset, difficulty=key.difficulty, finished_at_ms__gte=since_ms
    )
    rows = results.order_by("-finished_at_ms", "-pk").values_list(
        "player__code",
        "player__name",
        "points",
        "correct",
        "rounds",
        "is_ranked",
        "finished_at_ms",
    )
    return [
        RecentMatch(
            player=code if is_ranked else None,
            name=name,
            points=points,
            accuracy=correct / rounds,
            ranked=is_ranked,
            finished_at=to_datetime(finished_at_ms),
        )
        for (
            code,
            name,
            points,
            correct,
            rounds,
            is_ranked,
            finished_at_ms,
        ) in rows[:RECENT_MATCHES]
    ]
