"""The app's place in Django, and where events find who answers them."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings of the app `config`, the only place that knows every app."""

    name = "config"

    def ready(self) -> None:
        """Connect the events of lower apps to higher ones; register the checks."""
        from accounts.exports import register
        from classifiers.services import publish_frozen_pool
        from common import events
        from config.checks import register_checks
        from game import exports as game_exports
        from game.services.merging import give_up_matches, take_over_matches
        from leaderboard import exports as board_exports
        from leaderboard.services import (
            announce_player,
            let_player_go,
            move_guest_results,
            rank_guest_results,
        )

        # The game comes first: matches are locked before players and boards.
        events.on("guest_signed_up", rank_guest_results)
        events.on("guest_merged", take_over_matches)
        events.on("guest_merged", move_guest_results)
        events.on("player_renamed", announce_player)
        events.on("player_left", give_up_matches)
        events.on("player_left", let_player_go)
        events.on("pool_frozen", publish_frozen_pool)
        register("matches", game_exports.list_match_files, about=game_exports.ABOUT)
        register("results", board_exports.list_result_files, about=board_exports.ABOUT)
        register_checks()
