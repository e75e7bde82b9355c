"""What players read and write about themselves."""

from typing import Any

from rest_framework import serializers

from accounts.models import Role
from accounts.selectors import Profile
from accounts.serializers.fields import PasswordField
from accounts.serializers.registration import VerificationSerializer


class MeSerializer(serializers.Serializer[Profile]):
    """What a player may know about themselves.

    `email` is null where there is none, as for every guest. `pending` is a sign-up
    that waits for its code. `second_factor`: signing in asks for one.
    """

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_guest = serializers.BooleanField()
    email = serializers.EmailField(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)
    pending = VerificationSerializer(allow_null=True)
    has_password = serializers.BooleanField()
    second_factor = serializers.BooleanField()
    joined_at_ms = serializers.IntegerField()


class RenameSerializer(serializers.Serializer[Any]):
    """The new name: 2 to 24 visible characters, nobody else's, nor alike."""

    name = serializers.CharField(max_length=100)


class DeleteAccountSerializer(serializers.Serializer[Any]):
    """The password; without one the name as it is shown, to say that you mean it."""

    password = PasswordField(required=False, allow_blank=True, default="")
    confirm = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default=""
    )
