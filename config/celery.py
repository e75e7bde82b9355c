"""The Celery application of a production installation.

The embedded game runs the same jobs in a thread of `manage.py play`.
"""

import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("eyevsai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator] # Celery has no types
def keep_logging(**_: object) -> None:
    """The settings' own: Celery's would write past what takes secrets out."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


app.conf.beat_schedule = {
    "close-expired": {
        "task": "game.tasks.close_expired",
        "schedule": float(settings.CLOSING_INTERVAL_S),
        # A worker that was away finds no pile of runs that are no longer due.
        "options": {"expires": 2 * settings.CLOSING_INTERVAL_S},
    },
    "prune": {
        "task": "game.tasks.prune",
        "schedule": float(settings.PRUNING_INTERVAL_S),
        "options": {"expires": settings.PRUNING_INTERVAL_S},
    },
}
