"""What coming in and staying in reads and answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import PasswordField
from accounts.serializers.players import PublicUserSerializer
from accounts.tokens import MAX_TOKEN_LENGTH


class LoginSerializer(serializers.Serializer[Any]):
    """A sign-in."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()


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
