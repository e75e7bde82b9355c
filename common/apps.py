"""The app's place in Django."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Settings of the app `common`."""

    name = "common"
