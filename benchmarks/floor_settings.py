"""The game's own settings, with the floor's two addresses beside the game's."""

from config.settings import *  # noqa: F403 - the game's settings are these

ROOT_URLCONF = "benchmarks.floor"
