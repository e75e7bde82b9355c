"""The app's place in Django."""

from django.apps import AppConfig


class ClassifiersConfig(AppConfig):
    """Settings of the app `classifiers`."""

    name = "classifiers"
