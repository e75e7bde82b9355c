"""The app's place in Django."""

from django.apps import AppConfig


class GameConfig(AppConfig):
    """Settings of the app `game`."""

    name = "game"
