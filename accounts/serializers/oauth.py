"""What programs' sign-ins with a provider read and answer."""

from typing import Any

from rest_framework import serializers


class AuthorizeSerializer(serializers.Serializer[Any]):
    """Where the provider sends the code: http on 127.0.0.1 or [::1], or agreed."""

    redirect_uri = serializers.CharField(max_length=500)


class AuthorizationSerializer(serializers.Serializer[Any]):
    """Open `authorization_url` in the player's browser. Keep `flow`: it is a secret."""

    authorization_url = serializers.CharField()
    state = serializers.CharField()
    flow = serializers.CharField()
    expires_at_ms = serializers.IntegerField()


class CallbackSerializer(serializers.Serializer[Any]):
    """What came back: `code` or `error`; later `code_2fa` alone, with the same flow.

    `code_2fa` is of the player's authenticator app, or a recovery code.
    """

    flow = serializers.CharField(max_length=100)
    state = serializers.CharField(max_length=64)
    code = serializers.CharField(max_length=4096, required=False, allow_blank=True)
    error = serializers.CharField(max_length=200, required=False, allow_blank=True)
    code_2fa = serializers.CharField(max_length=20, required=False, allow_blank=True)
