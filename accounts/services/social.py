"""Players and their accounts at providers: signing in, connecting, disconnecting."""

from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from accounts.models import PendingSignUp, Role, User
from accounts.services.merging import GuestIsGone, lock_guest, lock_player
from accounts.services.naming import give_name
from accounts.social.errors import (
    ConnectedToOther,
    EmailBelongsToPlayer,
    Inactive,
    LastWayIn,
)
from accounts.social.identity import Identity
from accounts.social.providers import find_name, list_offers
from common import events


def find_or_make_player(identity: Identity, *, guest_id: int | None = None) -> User:
    """Whose `identity` is: their player, found, or made at this first sign-in.

    A first sign-in turns the guest `guest_id` into the player: the same row. It emits
    `guest_signed_up` in the transaction. A guest is left alone where the player is
    found; merging is the sign-in's. Of two first sign-ins at once one makes the
    player, the other finds them. Raises EmailBelongsToPlayer and Inactive.
    """
    try:
        return _find_or_make_player(identity, guest_id=guest_id)
    except IntegrityError:  # another call was first with the identity or the e-mail
        return _find_or_make_player(identity, guest_id=guest_id)


@transaction.atomic
def connect(user: User, *, identity: Identity) -> None:
    """Let `user` sign in with `identity` too. Doing it twice is doing it once.

    Raises ConnectedToOther, and WrongState where the player is gone.
    """
    player = lock_player(user.pk)
    account, is_new = SocialAccount.objects.get_or_create(
        provider=identity.provider, uid=identity.uid, defaults={"user": player}
    )
    if account.user_id != player.pk:
        raise ConnectedToOther
    if is_new:
        _tell(player, "account_connected", provider=identity.provider)


@transaction.atomic
def disconnect(user: User, *, provider: str, uid: str) -> None:
    """`user` can no longer sign in with this account; none there is no failure.

    The player's row is held, so that of two disconnects at once one stays. Raises
    LastWayIn.
    """
    player = lock_player(user.pk)
    accounts = SocialAccount.objects.filter(user=player)
    account = accounts.filter(provider=provider, uid=uid).first()
    if account is None:
        return
    offered = [offer.id for offer in list_offers()]
    others = accounts.exclude(pk=account.pk).filter(provider__in=offered)
    if not others.exists() and not has_password(player):
        raise LastWayIn
    account.delete()
    _tell(player, "account_disconnected", provider=provider)


def has_password(player: User) -> bool:
    """Whether the player can sign in with an e-mail and a password."""
    addresses = EmailAddress.objects.filter(user=player, verified=True)
    return player.has_usable_password() and addresses.exists()


@transaction.atomic
def _find_or_make_player(identity: Identity, *, guest_id: int | None) -> User:
    accounts = SocialAccount.objects.select_related("user")
    account = accounts.filter(provider=identity.provider, uid=identity.uid).first()
    player = account.user if account else _find_by_email(identity)
    if player and not player.is_active:
        raise Inactive
    if player is None:
        return _make_player(identity, guest_id=guest_id)
    if account is None:
        connect(player, identity=identity)
    return player


def _find_by_email(identity: Identity) -> User | None:
    """The player to connect, for the provider says that this e-mail is theirs.

    Not those with rights or a second factor: for them the word of a provider is not
    enough. Raises EmailBelongsToPlayer.
    """
    if not identity.email:
        return None
    player = User.objects.filter(email=identity.email).first()
    if player is None:
        return None
    addresses = EmailAddress.objects.filter(user=player, verified=True)
    is_proven = addresses.filter(email=identity.email).exists()
    is_plain = player.role == Role.PLAYER and not is_mfa_enabled(player)
    if not (identity.trusts_email and is_proven and is_plain):
        raise EmailBelongsToPlayer
    return player


def _make_player(identity: Identity, *, guest_id: int | None) -> User:
    guest = _lock_guest(guest_id) if guest_id else None
    player = guest or User()
    player.is_guest = False
    player.email = (identity.email if identity.trusts_email else "") or None
    player.set_unusable_password()
    player.save(update_fields=["is_guest", "email", "password"] if guest else None)
    give_name(player, wish=identity.name)
    SocialAccount.objects.create(
        user=player, provider=identity.provider, uid=identity.uid
    )
    if player.email:
        EmailAddress.objects.create(
            user=player, email=player.email, verified=True, primary=True
        )
    if guest:
        PendingSignUp.objects.filter(guest=player).delete()
        events.emit("guest_signed_up", player_id=player.pk)
    return player


def _lock_guest(guest_id: int) -> User | None:
    """The guest's row, held; None where it signed up or went meanwhile."""
    try:
        return lock_guest(guest_id)
    except GuestIsGone:
        return None


def _tell(player: User, letter: str, *, provider: str) -> None:
    """A notice by mail, once it has happened."""
    send = partial(
        get_adapter().send_notification_mail,
        f"socialaccount/email/{letter}",
        player,
        {"provider": find_name(provider)},
    )
    transaction.on_commit(send)
