"""Writes to boards.

Locks: a player's row (only where a guest is concerned), then the boards of one data
set and difficulty, the all-time board first; boards of several data sets in the order
of their names. Whoever changes any board of a data set and difficulty holds its
all-time board, which therefore guards all of them, their entries, buckets and results.
On SQLite the write lock of the whole transaction does the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.services.merging import lock_guest, lock_player
from common.clock import now_ms
from leaderboard.models import Board, BoardBucket, BoardEntry, Result
from leaderboard.notices import announce_change
from leaderboard.rules import is_better, list_buckets, list_places, pack_score
from leaderboard.selectors import Ranks, get_ranks, rank_scores

__all__ = [
    "Ranks",
    "announce_player",
    "get_ranks",
    "let_player_go",
    "move_guest_results",
    "rank_guest_results",
    "record_match",
    "remove_player",
]

# (period, period start)
_Place = tuple[str, str]
_ALL_TIME: _Place = ("all", "")


@transaction.atomic(savepoint=False)
def record_match(
    *,
    match: UUID,
    player: User,
    dataset: str,
    difficulty: str,
    points: int,
    correct: int,
    rounds: int,
    is_ranked: bool,
    finished_at_ms: int,
) -> Ranks:
    """Put a finished match on its four boards; the player's ranks after it.

    Once per match: again, it changes nothing and returns the ranks of now. Runs in
    the caller's transaction, makes at most 9 queries there (13 for the first match
    of a period) and tells the hubs after its commit. A match that is not ranked only
    shows among the recent ones, and its ranks are None; it is ranked all the same
    when the player signed up while it was being finished.
    """
    result = Result(
        match=match,
        player=player,
        dataset=dataset,
        difficulty=difficulty,
        points=points,
        correct=correct,
        rounds=rounds,
        is_ranked=is_ranked or not _lock_player(player.pk).is_guest,
        finished_at_ms=finished_at_ms,
    )
    boards = _lock_boards(
        dataset=dataset, difficulty=difficulty, places=list_places(finished_at_ms)
    )
    if Result.objects.filter(match=match).exists():
        return get_ranks(
            player=player,
            dataset=dataset,
            difficulty=difficulty,
            at_ms=finished_at_ms,
        )
    result.save(force_insert=True)
    bests = dict.fromkeys(boards, result) if result.is_ranked else {}
    entries = _place_results(bests, player_id=player.pk)
    _bump_boards(boards, dataset=dataset, difficulty=difficulty)
    return rank_scores(
        {board.period: (board.pk, entry.score) for board, entry in entries.items()}
    )


@transaction.atomic(savepoint=False)
def rank_guest_results(*, player_id: int) -> None:
    """Put everything a guest has played on the boards: they have signed up.

    Runs in the transaction of the sign-up: all of it or nothing. Locks the player
    and every board concerned. Calling it again changes nothing.
    """
    _lock_player(player_id)
    _rank_results(
        Result.objects.filter(player=player_id, is_ranked=False), player_id=player_id
    )


@transaction.atomic(savepoint=False)
def move_guest_results(*, guest_id: int, player_id: int) -> None:
    """Make everything a guest has played the player's, and rank it.

    Runs in the transaction of the merge: all of it or nothing. Locks the guest, the
    player and every board concerned. Calling it again changes nothing.
    """
    lock_guest(guest_id)
    lock_player(player_id)
    _rank_results(Result.objects.filter(player=guest_id), player_id=player_id)


def _rank_results(unranked: QuerySet[Result], *, player_id: int) -> None:
    """Make the results the player's and put them on their boards.

    The caller holds the player, and the guest whose they were.
    """
    results = list(unranked.order_by("dataset", "difficulty", "finished_at_ms"))
    unranked.update(player=player_id, is_ranked=True)
    for result in results:
        result.player_id = player_id
    for (dataset, difficulty), group in groupby(results, key=_name_pair):
        bests = _find_bests(group)
        boards = _lock_boards(dataset=dataset, difficulty=difficulty, places=bests)
        _place_results(
            {board: bests[board.period, board.period_start] for board in boards},
            player_id=player_id,
        )
        _bump_boards(boards, dataset=dataset, difficulty=difficulty)


@transaction.atomic(savepoint=False)
def remove_player(*, player_id: int) -> None:
    """Take a player off every board and forget their results.

    To be called before an account is deleted, in the same transaction: the database
    would delete the entries by itself, and leave the buckets counting them. Locks the
    player and every board concerned. Calling it again changes nothing.
    """
    _lock_player(player_id)
    results = Result.objects.filter(player=player_id)
    for (dataset, difficulty), group in groupby(
        results.order_by("dataset", "difficulty"), key=_name_pair
    ):
        places = [place for each in group for place in list_places(each.finished_at_ms)]
        boards = _lock_boards(dataset=dataset, difficulty=difficulty, places=places)
        entries = BoardEntry.objects.filter(board__in=boards, player=player_id)
        scores = dict(entries.values_list("board", "score"))
        for board in boards:
            board.total -= board.pk in scores
        _move_counts(
            {
                (board, *pair): -1
                for board, score in scores.items()
                for pair in list_buckets(score)
            }
        )
        entries.delete()
        _bump_boards(boards, dataset=dataset, difficulty=difficulty)
    results.delete()


@transaction.atomic(savepoint=False)
def announce_player(*, player_id: int) -> None:
    """Show every open browser a player's new name, or that they have left.

    The present boards that the player stands on, or is a recent match of, get a new
    version, in the transaction of the change. Locks them, three queries.
    """
    pairs = Result.objects.filter(player=player_id).order_by("dataset", "difficulty")
    wanted = Q()
    for dataset, difficulty in pairs.values_list("dataset", "difficulty").distinct():
        wanted |= Q(dataset=dataset, difficulty=difficulty)
    if not wanted:
        return
    on_show = Q()
    for period, start in list_places(now_ms()):
        on_show |= Q(period=period, period_start=start)
    boards = Board.objects.select_for_update().filter(wanted, on_show)
    # As everywhere: pairs in the order of their names, each all-time board first.
    ordered = boards.order_by("dataset", "difficulty", "period_start", "period")
    for (dataset, difficulty), group in groupby(ordered, key=_name_pair):
        _bump_boards(list(group), dataset=dataset, difficulty=difficulty)


@transaction.atomic(savepoint=False)
def let_player_go(*, player_id: int) -> None:
    """A player leaves: their results stay, a guest's go with them.

    Runs in the transaction that deletes the account; nothing where it is gone.
    """
    rows = User.objects.select_for_update(no_key=True)
    player = rows.filter(pk=player_id).first()
    if player is None:
        return
    if player.is_guest:
        remove_player(player_id=player_id)
    else:
        announce_player(player_id=player_id)


def _name_pair(row: Result | Board) -> tuple[str, str]:
    return row.dataset, row.difficulty


def _lock_player(player_id: int) -> User:
    """Between a guest's last match and their sign-up, one waits for the other."""
    return User.objects.select_for_update(no_key=True).get(pk=player_id)


def _lock_boards(
    *, dataset: str, difficulty: str, places: Iterable[_Place]
) -> list[Board]:
    """The boards of the places, made where there were none, all-time first, locked."""
    wanted = set(places)
    boards = _select_locked(dataset=dataset, difficulty=difficulty, places=wanted)
    if len(boards) == len(wanted):
        return boards
    # No place but the all-time board may be made without its lock.
    for missing in ({_ALL_TIME}, wanted):
        Board.objects.bulk_create(
            [
                Board(
                    dataset=dataset,
                    difficulty=difficulty,
                    period=period,
                    period_start=start,
                )
                for period, start in sorted(missing)
            ],
            ignore_conflicts=True,
        )
        boards = _select_locked(dataset=dataset, difficulty=difficulty, places=wanted)
    return boards


def _select_locked(
    *, dataset: str, difficulty: str, places: Iterable[_Place]
) -> list[Board]:
    starts: dict[str, list[str]] = {}
    for period, start in places:
        starts.setdefault(period, []).append(start)
    wanted = Q()
    for period, firsts in starts.items():
        wanted |= Q(period=period, period_start__in=firsts)
    boards = Board.objects.select_for_update().filter(
        wanted, dataset=dataset, difficulty=difficulty
    )
    # "" comes first: the all-time board.
    return list(boards.order_by("period_start", "period"))


def _find_bests(results: Iterable[Result]) -> dict[_Place, Result]:
    """The best of one player's results for each place they count for."""
    bests: dict[_Place, Result] = {}
    for result in results:
        for place in list_places(result.finished_at_ms):
            best = bests.get(place)
            if best is None or _beats(result, _to_entry(best)):
                bests[place] = result
    return bests


def _beats(result: Result, entry: BoardEntry) -> bool:
    score = _to_entry(result).score
    than = (entry.score, entry.reached_at_ms)
    return is_better(score, result.finished_at_ms, than=than)


def _to_entry(result: Result, *, board: Board | None = None) -> BoardEntry:
    return BoardEntry(
        board=board,
        player_id=result.player_id,
        score=pack_score(
            points=result.points, correct=result.correct, rounds=result.rounds
        ),
        points=result.points,
        correct=result.correct,
        rounds=result.rounds,
        reached_at_ms=result.finished_at_ms,
    )


def _place_results(
    bests: Mapping[Board, Result], *, player_id: int
) -> dict[Board, BoardEntry]:
    """The player's entry on each board, after `bests` where it is the better one.

    The caller holds the boards. Their `total` is set, not yet saved.
    """
    if not bests:
        return {}
    found = BoardEntry.objects.filter(board__in=bests.keys(), player=player_id)
    old = {entry.board_id: entry for entry in found}
    new = {
        board: _to_entry(result, board=board)
        for board, result in bests.items()
        if board.pk not in old or _beats(result, old[board.pk])
    }
    _save_entries(list(new.values()))
    deltas: Counter[tuple[int, int, int]] = Counter()
    for board, entry in new.items():
        deltas.update((board.pk, *pair) for pair in list_buckets(entry.score))
        if board.pk in old:
            score = old[board.pk].score
            deltas.subtract((board.pk, *pair) for pair in list_buckets(score))
        else:
            board.total += 1
    _move_counts({key: delta for key, delta in deltas.items() if delta})
    return {board: new.get(board) or old[board.pk] for board in bests}


def _save_entries(entries: Sequence[BoardEntry]) -> None:
    BoardEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["board", "player"],
        update_fields=["score", "points", "correct", "rounds", "reached_at_ms"],
    )


def _move_counts(deltas: Mapping[tuple[int, int, int], int]) -> None:
    """Add to the counts of {(board, level, bucket): delta}. The boards are held."""
    if not deltas:
        return
    touched = BoardBucket.objects.filter(
        board__in={board for board, _, _ in deltas},
        bucket__in={bucket for _, _, bucket in deltas},
    )
    counts = {(row.board_id, row.level, row.bucket): row.count for row in touched}
    BoardBucket.objects.bulk_create(
        [
            BoardBucket(
                board_id=board,
                level=level,
                bucket=bucket,
                count=counts.get((board, level, bucket), 0) + delta,
            )
            for (board, level, bucket), delta in deltas.items()
        ],
        update_conflicts=True,
        unique_fields=["board", "level", "bucket"],
        update_fields=["count"],
    )


def _bump_boards(boards: Sequence[Board], *, dataset: str, difficulty: str) -> None:
    for board in boards:
        board.version += 1
    Board.objects.bulk_update(boards, ["version", "total"])

    def announce() -> None:
        announce_change(dataset=dataset, difficulty=difficulty)

    # The match is committed: that nobody could be told is logged, not an error.
    transaction.on_commit(announce, robust=True)
