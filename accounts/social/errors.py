"""Why signing in with a provider did not work.

Pages find the code as `reason` in the address /sign-in/failed, programs in the error.
"""

from typing import ClassVar, Final

from common.errors import AppError

# What providers answer when a player says no (RFC 6749, section 4.1.2.1; Apple).
_NO: Final = frozenset({"access_denied", "user_cancelled_authorize"})


class SocialFailure(AppError):
    """Signing in with a provider did not work, and nothing was written."""

    status: ClassVar[int] = 409
    code = "provider_refused"
    advice: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(self.advice)


class UnknownProvider(SocialFailure):
    """No such provider is configured."""

    status = 404
    code = "unknown"
    advice = "There is no such provider here. GET auth/options lists them."


class Cancelled(SocialFailure):
    """The player said no at the provider."""

    code = "cancelled"
    advice = "You cancelled at the provider. Try again, or sign in another way."


class ProviderRefused(SocialFailure):
    """The provider did not accept the request or the code, also a code used before."""

    code = "provider_refused"
    advice = "The provider refused. Begin again."


class ProviderUnavailable(SocialFailure):
    """The provider does not answer, or says that it cannot now."""

    status = 503
    code = "provider_unavailable"
    advice = "The provider does not answer. Try again later, or sign in another way."


class ProviderAnswer(SocialFailure):
    """The provider's answer is too large, is not what it should be, or is forged."""

    status = 502
    code = "provider_answer"
    advice = "The provider's answer cannot be used. Try again later."


class WrongState(SocialFailure):
    """The answer belongs to no attempt of this client; it may have been used before."""

    code = "wrong_state"
    advice = "This attempt is over, or was not begun here. Begin again."


class EmailBelongsToPlayer(SocialFailure):
    """The provider's e-mail is a player's who has not connected the provider."""

    code = "email_taken"
    advice = (
        "A player with this e-mail exists. Sign in as that player, then connect the "
        "provider on your profile."
    )


class ConnectedToOther(SocialFailure):
    """The account at the provider is connected to another player."""

    code = "connected_to_other"
    advice = "This account is connected to another player. Sign in with it instead."


class Inactive(SocialFailure):
    """The player may not sign in."""

    status = 403
    code = "inactive"
    advice = "This player may not sign in. Ask those who run the site."


class NotSignedInHere(SocialFailure):
    """Connecting needs the player who began it."""

    status = 401
    code = "not_signed_in"
    advice = "Sign in first, then connect the provider on your profile."


class SignInTooOld(SocialFailure):
    """Connecting needs a player who has just shown who they are."""

    status = 401
    code = "reauthentication_required"
    advice = "Confirm who you are, then connect the provider again."


class LastWayIn(SocialFailure):
    """Without this account nobody could sign in as the player any more."""

    code = "last_way_in"
    advice = "Set a password or connect another provider first."


def judge_answer(code: str, *, error: str) -> str:
    """The `code` of a provider's answer. Raises Cancelled or ProviderRefused."""
    if error in _NO:
        raise Cancelled
    if error or not code:
        raise ProviderRefused
    return code
