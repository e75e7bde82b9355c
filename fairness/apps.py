"""The app's place in Django."""

from django.apps import AppConfig


class FairnessConfig(AppConfig):
    """Settings of the app `fairness`."""

    name = "fairness"
