"""What players read and write about themselves."""

from rest_framework import serializers

from accounts.models import User


class MeSerializer(serializers.ModelSerializer[User]):
    """What a player may know about themselves; `email` is null for a guest."""

    id = serializers.UUIDField(source="code", read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "is_guest", "email")
        read_only_fields = fields
