"""The app's place in Django."""

from django.apps import AppConfig


class ImagesConfig(AppConfig):
    """Settings of the app `images`."""

    name = "images"
