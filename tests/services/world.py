"""Fill a production site's database and bucket: `python -m tests.services.world`."""

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    call_command("migrate", verbosity=0)

    from classifiers.services import publish_version
    from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
    from tests.classifiers.worlds import make_colours

    world = make_colours(pictures=12)
    for tier, weights in {"easy": BLIND, "medium": BLUE_BLIND, "hard": SHARP}.items():
        data = make_model(weights, metadata={"version": f"services {tier}"})
        publish_version(dataset=world.dataset, file=data, tier=tier)
