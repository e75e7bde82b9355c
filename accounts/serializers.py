"""What the account calls read and answer."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.tokens import MAX_TOKEN_LENGTH

MAX_PASSWORD_LENGTH = 128


class RegisterSerializer(serializers.Serializer[Any]):
    """A sign-up; without a name the player gets one such as "Player 4F2A"."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False
    )
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)


class LoginSerializer(serializers.Serializer[Any]):
    """A sign-in."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(
        max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False
    )


class RefreshSerializer(serializers.Serializer[Any]):
    """The refresh token to exchange; it works once."""

    refresh_token = serializers.CharField(max_length=MAX_TOKEN_LENGTH)


class PublicUserSerializer(serializers.ModelSerializer[User]):
    """What everybody may know about a player."""

    id = serializers.UUIDField(source="code", read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "is_guest")
        read_only_fields = fields


class MeSerializer(serializers.ModelSerializer[User]):
    """What a player may know about themselves; `email` is null for a guest."""

    id = serializers.UUIDField(source="code", read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "is_guest", "email")
        read_only_fields = fields


class TokenPairSerializer(serializers.Serializer[Any]):
    """Tokens; `expires_in` is the access token's lifetime in seconds."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField()


class TokensSerializer(TokenPairSerializer):
    """Tokens, and whose they are."""

    user = PublicUserSerializer()
