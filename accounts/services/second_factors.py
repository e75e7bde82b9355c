"""Using up codes of authenticator apps, and recovery codes."""

from typing import Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

from accounts.models import User
from common.limits import count_call

# The last half minute (RFC 6238: time step) whose code was used.
_LAST_STEP: Final = "last_step"


def count_code(player_id: int) -> None:
    """Count a code that is tried for the player, from anywhere. Raises TooFast.

    Whoever tries them knows the password already, so nobody else is shut out.
    """
    count_call("auth-code", key=f"player:{player_id}")


@transaction.atomic
def use_code(user: User, *, code: str) -> Authenticator | None:
    """What `code` is of; None where it is wrong or was used.

    Holds the rows meanwhile, so of callers with one code one is answered.
    """
    rows = Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
    for factor in rows.exclude(type=Authenticator.Type.WEBAUTHN):
        is_app = factor.type == Authenticator.Type.TOTP
        if _use_step(factor, code) if is_app else factor.wrap().validate_code(code):
            return factor
    return None


def _use_step(factor: Authenticator, code: str) -> bool:
    """Whether `code` is of now, a step before or after, and of no step used before.

    django-allauth forgets a used code after one step, and accepts it for three.
    """
    secret = decrypt(factor.data["secret"])
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        is_new = step > factor.data.get(_LAST_STEP, -1)
        if is_new and compare_user_code(actual=code, expected=expected):
            factor.data[_LAST_STEP] = step
            factor.save(update_fields=["data"])
            return True
    return False
