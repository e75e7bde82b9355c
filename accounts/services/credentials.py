"""A new password, a new e-mail: written alone, and never to a player who has left."""

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services.merging import PlayerIsGone
from accounts.services.registration import EmailTaken


def set_password(user: User, *, password: str) -> None:
    """Keep the hash of `password`, and nothing else of `user`.

    They were read before two slow hashes: what was written since (a role taken away,
    an account deleted) stays. Raises PlayerIsGone.
    """
    user.set_password(password)
    rows = User.objects.filter(pk=user.pk, deleted_at=None)
    if not rows.update(password=user.password):
        raise PlayerIsGone


def claim_email(player_id: int, *, email: str) -> None:
    """Give the player `email`; in the caller's transaction, which does the rest.

    Before the row of `EmailAddress`, as a sign-up does it: two who want one e-mail
    wait for each other, in one order. Raises EmailTaken and PlayerIsGone.
    """
    players = User.objects.select_for_update().filter(is_guest=False, is_active=True)
    player = players.filter(pk=player_id).first()
    if player is None:
        raise PlayerIsGone
    player.email = email
    try:
        with transaction.atomic():
            player.save(update_fields=["email"])
    except IntegrityError as error:
        raise EmailTaken from error
