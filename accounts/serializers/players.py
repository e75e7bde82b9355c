"""What everybody may know about a player."""

from rest_framework import serializers

from accounts.models import User


class PublicUserSerializer(serializers.ModelSerializer[User]):
    """What everybody may know about a player."""

    id = serializers.UUIDField(source="code", read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "is_guest")
        read_only_fields = fields
