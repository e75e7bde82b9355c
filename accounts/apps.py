"""The app's place in Django."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Settings of the app `accounts`."""

    name = "accounts"

    def ready(self) -> None:
        """Make the schema know the bearer token; register the checks."""
        from accounts.social.checks import register_checks

        import_module("accounts.schema")
        register_checks()
