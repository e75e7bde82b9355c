"""What signing up reads and answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import PasswordField, SessionField
from accounts.serializers.players import PublicUserSerializer
from accounts.serializers.sessions import EnteredSerializer


class RegisterSerializer(serializers.Serializer[Any]):
    """A sign-up; without a name the player gets one such as "Player 4F2A"."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    session = SessionField()


class VerifySerializer(serializers.Serializer[Any]):
    """The code of the newest letter; spaces in it do not count."""

    code = serializers.CharField(max_length=20)

    def validate_code(self, code: str) -> str:
        """Without spaces."""
        return "".join(code.split())


class VerificationSerializer(serializers.Serializer[Any]):
    """A sign-up that waits for its code, which works until `expires_at_ms`.

    Another letter may be asked for from `resend_at_ms` on; where no more may be sent
    that is when the code ends.
    """

    email = serializers.EmailField()
    expires_at_ms = serializers.IntegerField()
    resend_at_ms = serializers.IntegerField()
    attempts_left = serializers.IntegerField()


class RegisteredSerializer(EnteredSerializer):
    """The guest who signs up; tokens for a program that came without any."""

    verification = VerificationSerializer()


class VerifiedSerializer(EnteredSerializer):
    """The player; new tokens for a program, whose old ones ended."""

    user = PublicUserSerializer()
