"""The accounts at providers that a player can sign in with: the list, and taking away.

django-allauth's `account/providers`, in its own shapes; accounts of providers that are
configured no more stand in the list too.
"""

from typing import Any, cast

from allauth.core.exceptions import ReauthenticationRequired
from allauth.headless.base.response import APIResponse
from allauth.headless.base.views import AuthenticatedAPIView
from allauth.headless.constants import Client, Flow
from allauth.headless.internal.restkit.inputs import CharField, Input
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from accounts.browser import is_sign_in_recent
from accounts.models import User
from accounts.services import social
from accounts.social.errors import LastWayIn
from accounts.social.providers import find_name, list_offers


class _AccountInput(Input):  # type: ignore[misc] # untyped base
    provider = CharField()
    account = CharField()


class ConnectionsView(AuthenticatedAPIView):  # type: ignore[misc] # untyped base
    """GET lists them, DELETE takes one away."""

    input_class = {"DELETE": _AccountInput}  # noqa: RUF012 - as the base class has it

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The player's accounts."""
        return _list_accounts(request)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The accounts that are left; 400 `last_way_in` where none would be."""
        if not is_sign_in_recent(request):
            raise ReauthenticationRequired
        chosen = self.input.cleaned_data
        try:
            social.disconnect(
                cast("User", request.user),
                provider=chosen["provider"],
                uid=chosen["account"],
            )
        except LastWayIn as error:
            failure = ValidationError(error.message, code=error.code)
            refusal: HttpResponse = ErrorResponse(request, exception=failure)
            return refusal
        return _list_accounts(request)


connections_view = ConnectionsView.as_api_view(client=Client.BROWSER)


def _list_accounts(request: HttpRequest) -> HttpResponse:
    accounts = SocialAccount.objects.filter(user=request.user).order_by("pk")
    offered = {offer.id for offer in list_offers()}
    answer: HttpResponse = APIResponse(
        request,
        data=[
            {
                "uid": account.uid,
                "provider": {
                    "id": account.provider,
                    "name": find_name(account.provider),
                    "flows": (
                        [Flow.PROVIDER_REDIRECT] if account.provider in offered else []
                    ),
                },
                "display": find_name(account.provider),
            }
            for account in accounts
        ],
    )
    return answer
