"""The app's place in Django."""

from django.apps import AppConfig


class LeaderboardConfig(AppConfig):
    """Settings of the app `leaderboard`."""

    name = "leaderboard"
