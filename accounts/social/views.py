"""Signing in with a provider from a page: out to it and back from it.

The page posts a form to django-allauth's `auth/provider/redirect`; the provider sends
the browser back to `/accounts/<provider>/login/callback/`. What went wrong is told on
the page /sign-in/failed, with the failure's code as `reason`.
"""

from typing import Any, Final

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.headless.internal.decorators import browser_view
from allauth.socialaccount.internal import statekit
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.browser import forget_guest, get_guest_id, is_sign_in_recent
from accounts.models import User
from accounts.services import social
from accounts.social.adapter import build_failure_address
from accounts.social.attempts import Secrets, begin_attempt, finish_attempt
from accounts.social.errors import (
    NotSignedInHere,
    ProviderRefused,
    SignInTooOld,
    UnknownProvider,
    WrongState,
    judge_answer,
)
from accounts.social.providers import get_provider
from common.api import error_body
from common.errors import AppError

LOGIN: Final = "login"
CONNECT: Final = "connect"


class _SocialView(View):
    """Tells failures on their page, and of providers that are not there in JSON."""

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """The view's answer, or the failure's."""
        self.process = LOGIN
        try:
            return super().dispatch(request, *args, **kwargs)
        except UnknownProvider as error:
            body = error_body(error.code, error.message)
            return JsonResponse(body, status=error.status)
        except AppError as error:
            address = build_failure_address(error.code, process=self.process)
            return HttpResponseRedirect(address)


@method_decorator(never_cache, name="dispatch")
class StartView(_SocialView):
    """django-allauth's `auth/provider/redirect`: a form, answered by the way out.

    Not by a redirect, as there: the security policy lets forms go to this site alone,
    and browsers hold every redirect after a form to that.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        """A page that leaves for the provider at once."""
        provider = get_provider(request, provider_id=request.POST.get("provider", ""))
        next_url = request.POST.get("callback_url", "")
        wished = request.POST.get("process")
        self.process = CONNECT if wished == CONNECT else LOGIN
        if not next_url or not get_account_adapter().is_safe_url(next_url):
            raise ProviderRefused
        player = _require_player(request) if self.process == CONNECT else None
        attempt = begin_attempt(request, provider_id=provider.sub_id)
        statekit.stash_state(
            request,
            provider_id=provider.sub_id,
            state_id=attempt.secrets.state,
            state={
                "process": self.process,
                "next": next_url,
                "secrets": attempt.secrets.to_plain(),
                "player": player.pk if player else None,
            },
        )
        response = render(request, "social/leave.html", {"address": attempt.address})
        response["Referrer-Policy"] = "no-referrer"
        return response


class CallbackView(_SocialView):
    """Where the provider sends the browser back to."""

    def get(self, request: HttpRequest, provider_id: str) -> HttpResponse:
        """Signed in or connected, on to the page that began it."""
        get_provider(request, provider_id=provider_id)
        state = _take_state(request, provider_id=provider_id)
        self.process = state["process"]
        sent = request.GET
        code = judge_answer(sent.get("code", ""), error=sent.get("error", ""))
        identity = finish_attempt(
            request,
            provider_id=provider_id,
            code=code,
            kept=Secrets(**state["secrets"]),
        )
        if self.process == CONNECT:
            player = _require_player(request)
            if player.pk != state["player"]:
                raise WrongState
            social.connect(player, identity=identity)
        else:
            guest_id = get_guest_id(request)
            player = social.find_or_make_player(identity, guest_id=guest_id)
            _sign_in(request, player=player, provider=provider_id, uid=identity.uid)
        return HttpResponseRedirect(state["next"])

    def post(self, request: HttpRequest, provider_id: str) -> HttpResponse:
        """Apple's way: a form from its site, and so without our cookie.

        Goes on as a GET, which has the cookie (SameSite=Lax).
        """
        get_provider(request, provider_id=provider_id)
        if provider_id != "apple":
            return HttpResponse(status=405, headers={"Allow": "GET"})
        names = ("code", "state", "error")
        found = {name: request.POST[name] for name in names if name in request.POST}
        response = HttpResponse(status=303)
        response["Location"] = f"{request.path}?{urlencode(found)}"
        return response


start_view = browser_view(StartView.as_view())
callback_view = csrf_exempt(CallbackView.as_view())


def _take_state(request: HttpRequest, *, provider_id: str) -> dict[str, Any]:
    """What the session kept of this attempt; it works once. Raises WrongState."""
    state: dict[str, Any] | None = statekit.unstash_state(
        request, provider_id=provider_id, state_id=request.GET.get("state", "")
    )
    if state is None:
        raise WrongState
    return state


def _require_player(request: HttpRequest) -> User:
    """Who is signed in, and came in lately. Raises NotSignedInHere, SignInTooOld."""
    if not request.user.is_authenticated:
        raise NotSignedInHere
    if not is_sign_in_recent(request):
        raise SignInTooOld
    return request.user


def _sign_in(request: HttpRequest, *, player: User, provider: str, uid: str) -> None:
    """Sign the browser in, or leave it at the second factor for the page to ask."""
    if request.user.is_authenticated:
        get_account_adapter().logout(request)
    if get_guest_id(request) == player.pk:
        forget_guest(request)  # the guest is the player now
    record_authentication(request, player, "socialaccount", provider=provider, uid=uid)
    perform_login(request, player, email_verification="none")
