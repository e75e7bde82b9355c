"""The app's place in Django, and where events find who answers them."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings of the app `config`, the only place that knows every app."""

    name = "config"

    def ready(self) -> None:
        """Connect the events of lower apps to higher ones; register the checks."""
        from classifiers.services import publish_frozen_pool
        from common import events
        from config.checks import register_checks
        from leaderboard.services import rank_guest_results

        events.on("guest_signed_up", rank_guest_results)
        events.on("pool_frozen", publish_frozen_pool)
        register_checks()
