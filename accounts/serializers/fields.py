"""Fields that several account calls read."""

from typing import Any

from rest_framework import serializers

MAX_PASSWORD_LENGTH = 128


class PasswordField(serializers.CharField):
    """A password, taken as it is."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", MAX_PASSWORD_LENGTH)
        super().__init__(trim_whitespace=False, **options)


class SessionField(serializers.ChoiceField):
    """How the caller stays signed in: with tokens, or with a cookie of the page."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("default", "token")
        super().__init__(choices=("token", "cookie"), **options)
