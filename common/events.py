"""What an app tells the house without knowing who listens.

A lower app says that something happened; `config` connects it to the apps above.
No Django signals: one registry in the process, plain values, explicit calls.

    # config/apps.py, in ready():
    events.on("guest_signed_up", rank_guest_results)
    # accounts/services.py, inside the transaction of the sign-up:
    events.emit("guest_signed_up", player_id=user.pk)

Events in use, each in the transaction of what it tells:
`guest_signed_up(player_id: int)`, `guest_merged(guest_id: int, player_id: int)`,
`player_renamed(player_id: int)`, `player_left(player_id: int)`. After its commit:
`pool_frozen(pool_id: int)`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

Listener = Callable[..., Any]

_listeners: dict[str, list[Listener]] = {}


def on(event_name: str, listener: Listener) -> None:
    """Call `listener(**plain)` at each `event_name`; adding it twice is once."""
    listeners = _listeners.setdefault(event_name, [])
    if listener not in listeners:
        listeners.append(listener)


def off(event_name: str, listener: Listener) -> None:
    """Undo `on`. Raises ValueError when `listener` does not listen."""
    _listeners.get(event_name, []).remove(listener)


def emit(event_name: str, **plain: Any) -> None:
    """Call the listeners now, in the order they came, in the caller's transaction.

    What a listener raises reaches the caller, so that its transaction rolls back
    and all of it happens or nothing. An event without listeners does nothing.
    """
    for listener in tuple(_listeners.get(event_name, ())):
        listener(**plain)


def emit_on_commit(event_name: str, **plain: Any) -> None:
    """Emit after the outermost transaction commits; at once when there is none.

    Nothing is emitted when the transaction rolls back.
    """
    transaction.on_commit(partial(emit, event_name, **plain))
