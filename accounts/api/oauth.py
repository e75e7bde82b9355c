"""Signing in with a provider, for programs: RFC 8252 with us between."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import (
    SignInView,
    answer_user,
    find_caller,
    find_claims,
    get_client,
    get_http_request,
    parse,
)
from accounts.authentication import GuestAuthentication
from accounts.serializers.oauth import (
    AuthorizationSerializer,
    AuthorizeSerializer,
    CallbackSerializer,
)
from accounts.serializers.sessions import TokensSerializer
from accounts.services import oauth_flows
from accounts.social.attempts import Secrets, begin_attempt, finish_attempt
from accounts.social.errors import judge_answer
from accounts.social.redirects import require_redirect_uri


class AuthorizeView(SignInView):
    """The way to the provider."""

    authentication_classes = ()

    @extend_schema(
        operation_id="auth_oauth_authorize",
        parameters=[OpenApiParameter("redirect_uri", str, required=True)],
        responses=AuthorizationSerializer,
        auth=[],
    )
    def get(self, request: Request, provider: str) -> Response:
        """The address to open in the player's browser, good for 10 minutes.

        Codes of failures: `unknown` (404, no such provider here),
        `redirect_uri_not_allowed` (422), `provider_unavailable` (503) and
        `provider_answer` (502).
        """
        values = parse(AuthorizeSerializer(data=request.query_params))
        redirect_uri = require_redirect_uri(values["redirect_uri"])
        attempt = begin_attempt(
            get_http_request(request), provider_id=provider, redirect_uri=redirect_uri
        )
        flow, row = oauth_flows.keep_flow(
            provider=provider, redirect_uri=redirect_uri, kept=attempt.secrets
        )
        body = {
            "authorization_url": attempt.address,
            "state": attempt.secrets.state,
            "flow": flow,
            "expires_at_ms": int(row.expires_at.timestamp() * 1000),
        }
        return Response(AuthorizationSerializer(body).data)


class CallbackView(SignInView):
    """The way back."""

    authentication_classes = (GuestAuthentication,)

    @extend_schema(
        operation_id="auth_oauth_callback",
        request=CallbackSerializer,
        responses=TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Tokens for the provider's code; a guest's token keeps or merges the guest.

        A flow works once, whatever comes of it. Only after `second_factor_required`
        and `wrong_code` (401) it waits: send it again with `code_2fa`. Codes of other
        failures: `wrong_state` (409, the flow is unknown, over or used), `cancelled`,
        `provider_refused`, `email_taken` (409), `inactive` (403),
        `provider_unavailable` (503) and `provider_answer` (502).
        """
        values = parse(CallbackSerializer(data=request.data))
        caller, client = find_caller(request), get_client(request)
        flow, state = values["flow"], values["state"]
        second = values.get("code_2fa", "")
        if second and not values.get("code") and not values.get("error"):
            return answer_user(
                *oauth_flows.finish_sign_in(
                    flow, state=state, code=second, guest=caller, client=client
                )
            )
        taken = oauth_flows.take_flow(flow, state=state)
        identity = finish_attempt(
            get_http_request(request),
            provider_id=taken.provider,
            code=judge_answer(values.get("code", ""), error=values.get("error", "")),
            kept=Secrets(state=state, verifier=taken.verifier, nonce=taken.nonce),
            redirect_uri=taken.redirect_uri,
        )
        player, tokens = oauth_flows.sign_in(
            taken,
            identity=identity,
            code=second,
            guest=caller,
            guest_token=find_claims(request),
            client=client,
        )
        return answer_user(player, tokens)
