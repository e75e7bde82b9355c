"""What coming in and staying in reads and answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import PasswordField, SessionField
from accounts.serializers.players import PublicUserSerializer
from accounts.tokens import MAX_TOKEN_LENGTH


class EnterSerializer(serializers.Serializer[Any]):
    """How a guest wants to stay."""

    session = SessionField()


class LoginSerializer(serializers.Serializer[Any]):
    """A sign-in of a program; `code` of the authenticator app, or a recovery code."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()
    code = serializers.CharField(max_length=20, required=False, allow_blank=True)


class LogoutSerializer(serializers.Serializer[Any]):
    """Ends this session, or with `everywhere` all sessions of the player."""

    everywhere = serializers.BooleanField(default=False)


class RefreshSerializer(serializers.Serializer[Any]):
    """The refresh token to exchange; it works once."""

    refresh_token = serializers.CharField(max_length=MAX_TOKEN_LENGTH)


class TokenPairSerializer(serializers.Serializer[Any]):
    """Tokens; `expires_in` is the access token's lifetime in seconds."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField()


class TokensSerializer(TokenPairSerializer):
    """Tokens, and whose they are."""

    user = PublicUserSerializer()


class EnteredSerializer(serializers.Serializer[Any]):
    """Who plays now; with tokens unless a cookie says who it is."""

    user = PublicUserSerializer()
    access_token = serializers.CharField(required=False)
    refresh_token = serializers.CharField(required=False)
    expires_in = serializers.IntegerField(required=False)


class ProviderSerializer(serializers.Serializer[Any]):
    """A provider that one may sign in with; `id` as in `auth/oauth/{provider}`."""

    id = serializers.CharField()
    name = serializers.CharField()


class OptionsSerializer(serializers.Serializer[Any]):
    """How one may sign in here, and where letters go."""

    providers = ProviderSerializer(many=True)
    mail = serializers.ChoiceField(choices=("sent", "terminal", "folder"))
    passkeys = serializers.BooleanField()
