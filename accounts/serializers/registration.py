"""What signing up reads and answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import PasswordField


class RegisterSerializer(serializers.Serializer[Any]):
    """A sign-up; without a name the player gets one such as "Player 4F2A"."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
