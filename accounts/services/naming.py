"""What players are called. A name and its key are always set together.

The database's unique key decides between two who want one name at once.
"""

from typing import Final

from django.db import IntegrityError, transaction

from accounts.models import BlockedWord, User
from accounts.names import list_word_keys, make_name_key
from accounts.rules import MAX_VISIBLE, clean_name, draw_name
from accounts.services.merging import lock_player
from common import events
from common.errors import InvalidValue, WrongState

_MAX_TRIES: Final = 20
# How a wish that is taken is made free: "Alice 2" … "Alice 9", then a drawn name.
_MAX_SUFFIX: Final = 9


class NameTaken(InvalidValue):
    """Another player is called so, or something that looks the same."""

    code = "name_taken"

    def __init__(self) -> None:
        message = "Another player has this name, or one that looks like it."
        super().__init__(message, detail={"name": [message]})


class NameBlocked(InvalidValue):
    """The name holds a word of the operators' list."""

    code = "name_blocked"

    def __init__(self) -> None:
        message = "This name holds a word that is not allowed. Choose another one."
        super().__init__(message, detail={"name": [message]})


def choose_name(text: str, *, user_id: int | None = None) -> tuple[str, str]:
    """The clean name and its key, for a player who wrote `text`; two queries.

    `user_id` may keep what they are called already. Raises InvalidValue with code
    `name_taken`, `name_blocked` or `invalid_value`. Nothing is reserved: saving the
    key may still fail, see `give_name` and `rename`.
    """
    name = clean_name(text)
    if is_blocked(name):
        raise NameBlocked
    key = make_name_key(name)
    if _is_taken(key, user_id=user_id):
        raise NameTaken
    return name, key


def is_blocked(name: str) -> bool:
    """Whether `name` holds a blocked word; one query."""
    return BlockedWord.objects.filter(key__in=list_word_keys(name)).exists()


def draw_free_name(kind: str, wish: str = "") -> tuple[str, str]:
    """A name and its key: `wish` if it is good, "`wish` 2", or such as "Player 4F2A".

    For names that nobody typed just now: it never refuses.
    """
    for name in _list_wishes(wish):
        key = make_name_key(name)
        if not _is_taken(key):
            return name, key
    while True:
        name = draw_name(kind)
        key = make_name_key(name)
        if not _is_taken(key):
            return name, key


def give_name(user: User, *, kind: str = "Player", wish: str = "") -> None:
    """Save a free name for `user`, `wish` if it can be had; in one transaction.

    Never refuses: of two who want one name at once the second gets another. The
    caller has saved `user` as a player, for guests have no key.
    """
    with transaction.atomic():
        for _ in range(_MAX_TRIES):
            user.name, user.name_key = draw_free_name(kind, wish)
            if _try_to_save(user):
                return
        raise NameTaken


def rename(user: User, *, name: str) -> None:
    """Call `user` by `name` from now on, on boards and in matches played before too.

    Emits `player_renamed` in the transaction. Raises InvalidValue as `choose_name`
    does, and WrongState for a guest.
    """
    if user.is_guest:
        raise WrongState("Sign up to choose a name.", code="guest_name")
    before = (user.name, user.name_key)
    chosen = choose_name(name, user_id=user.pk)
    if chosen == before:
        return
    with transaction.atomic():
        lock_player(user.pk)
        # First, since it locks boards. Whoever finishes a match holds a board and then
        # refers to the player's row, which the new key makes them wait for.
        events.emit("player_renamed", player_id=user.pk)
        user.name, user.name_key = chosen
        if not _try_to_save(user):
            user.name, user.name_key = before
            raise NameTaken


def save_blocked_word(blocked: BlockedWord) -> None:
    """Save a new or changed blocked word with the key it is found by."""
    blocked.word = " ".join(blocked.word.split())
    blocked.key = make_name_key(blocked.word)
    blocked.save()


def _list_wishes(wish: str) -> list[str]:
    """`wish` and what is near it, if it may be a name at all."""
    try:
        name = clean_name(wish[: 2 * MAX_VISIBLE])
    except InvalidValue:
        return []
    if is_blocked(name):
        return []
    base = name[: MAX_VISIBLE - 2].strip()
    return [name, *(f"{base} {number}" for number in range(2, _MAX_SUFFIX + 1))]


def _is_taken(key: str, *, user_id: int | None = None) -> bool:
    others = User.objects.filter(name_key=key)
    if user_id is not None:
        others = others.exclude(pk=user_id)
    return others.exists()


def _try_to_save(user: User) -> bool:
    """False when somebody else has the key by now."""
    try:
        with transaction.atomic():
            user.save(update_fields=["name", "name_key"])
    except IntegrityError:
        return False
    return True
