"""Sign-ins of programs with a provider: begun, kept here, and used exactly once.

The program keeps a secret, `flow`; its row here holds what ties the provider's answer
to it. Taking a row deletes it, and the database says who deleted it.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import tokens
from accounts.models import OAuthFlow, User
from accounts.services.merging import merge_guest
from accounts.services.signing_in import (
    SECOND_FACTORS,
    SecondFactorRequired,
    WrongSecondFactor,
    use_second_factor,
)
from accounts.services.social import find_or_make_player
from accounts.social.attempts import Secrets
from accounts.social.errors import WrongState
from accounts.social.identity import Identity
from accounts.tokens import Client, Tokens

LIFETIME: Final = timedelta(minutes=10)
# Codes of the authenticator app that one sign-in may try.
MAX_ATTEMPTS: Final = 5


def keep_flow(
    *, provider: str, redirect_uri: str, kept: Secrets
) -> tuple[str, OAuthFlow]:
    """A new flow: the program's secret, and the row. Old rows go."""
    flow = secrets.token_urlsafe(32)
    now = timezone.now()
    OAuthFlow.objects.filter(expires_at__lte=now).delete()
    row = OAuthFlow.objects.create(
        secret_hash=_hash(flow),
        provider=provider,
        redirect_uri=redirect_uri,
        state=kept.state,
        verifier=kept.verifier,
        nonce=kept.nonce,
        expires_at=now + LIFETIME,
    )
    return flow, row


def take_flow(flow: str, *, state: str) -> OAuthFlow:
    """The flow, which nobody can take again.

    Raises WrongState where there is none, it is over or used, or the state is not its.
    """
    rows = OAuthFlow.objects.filter(
        secret_hash=_hash(flow),
        state=state,
        player__isnull=True,
        expires_at__gt=timezone.now(),
    )
    row = rows.first()
    if row is None:
        raise WrongState
    pk = row.pk
    if rows.filter(pk=pk).delete()[0] != 1:
        raise WrongState
    return row


def sign_in(
    flow: OAuthFlow,
    *,
    identity: Identity,
    code: str = "",
    guest: User | None = None,
    guest_token: Mapping[str, Any] | None = None,
    client: Client | None = None,
) -> tuple[User, Tokens]:
    """The player whose `identity` it is, with new tokens; `flow` was taken.

    `guest` becomes the player at a first sign-in, and is merged into them later. Where
    the player has a second factor and `code` is none of it, the flow waits for one: see
    `finish_sign_in`. Raises SocialFailure, SecondFactorRequired and WrongSecondFactor.
    """
    player = find_or_make_player(identity, guest_id=guest.pk if guest else None)
    proven = [_prove_identity(identity.provider, uid=identity.uid)]
    if is_mfa_enabled(player, types=SECOND_FACTORS):
        try:
            proven.append(_prove_second_factor(player, code))
        except (SecondFactorRequired, WrongSecondFactor):
            _wait(flow, player=player)
            raise
    with transaction.atomic():
        if guest and guest.pk != player.pk:
            merge_guest(guest_id=guest.pk, player_id=player.pk)
        elif guest_token:
            tokens.end_session(guest_token)
        return player, tokens.start_session(player, client=client, proven=proven)


def finish_sign_in(
    flow: str,
    *,
    state: str,
    code: str,
    guest: User | None = None,
    client: Client | None = None,
) -> tuple[User, Tokens]:
    """The player who waited for a second factor, with new tokens.

    Raises SecondFactorRequired and WrongSecondFactor, after which another code may be
    sent until MAX_ATTEMPTS; WrongState where nothing waits any more.
    """
    waiting = OAuthFlow.objects.filter(
        secret_hash=_hash(flow),
        state=state,
        player__isnull=False,
        player__is_active=True,
        expires_at__gt=timezone.now(),
    )
    row = waiting.select_related("player").first()
    is_counted = waiting.filter(attempts__lt=MAX_ATTEMPTS).update(
        attempts=F("attempts") + 1
    )
    if row is None or row.player is None or not is_counted:
        raise WrongState
    player = row.player
    proven = [_prove_identity(row.provider), _prove_second_factor(player, code)]
    with transaction.atomic():
        if OAuthFlow.objects.filter(pk=row.pk).delete()[0] != 1:
            raise WrongState
        if guest:
            merge_guest(guest_id=guest.pk, player_id=player.pk)
        return player, tokens.start_session(player, client=client, proven=proven)


def _wait(flow: OAuthFlow, *, player: User) -> None:
    """Keep the flow once more, now for the second factor alone."""
    OAuthFlow.objects.create(
        secret_hash=flow.secret_hash,
        provider=flow.provider,
        state=flow.state,
        player=player,
        expires_at=flow.expires_at,
    )


def _prove_identity(provider: str, **more: str) -> dict[str, Any]:
    return {"method": "socialaccount", "provider": provider, **more}


def _prove_second_factor(player: User, code: str) -> dict[str, Any]:
    """Raises SecondFactorRequired and WrongSecondFactor."""
    factor = use_second_factor(player, code)
    return {"method": "mfa", "id": factor.pk, "type": factor.type}


def _hash(flow: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return sha256(flow.encode()).hexdigest()
