from classifiers.models import Opponent
from classifiers.services import move_alias, publish_version
from tests.builders import browser_of_staff
from tests.classifiers.onnx_files import make_model
from tests.classifiers.worlds import Colours


def test_staff_look_and_change_nothing(colours: Colours) -> None:
    publish_version(dataset=colours.dataset, file=make_model(), tier="hard")
    opponent = Opponent.objects.get()
    move_alias(dataset=colours.dataset, name="canary", version=opponent.version)
    client = browser_of_staff()

    for page in (
        "opponent/",
        "version/",
        "alias/",
        "aliasmove/",
        f"opponent/{opponent.pk}/change/",
    ):
        assert client.get(f"/admin/classifiers/{page}").status_code == 200
    for page in (
        "opponent/add/",
        f"opponent/{opponent.pk}/delete/",
        "version/add/",
        "alias/add/",
        "aliasmove/add/",
    ):
        assert client.get(f"/admin/classifiers/{page}").status_code == 403
    changed = client.post(f"/admin/classifiers/opponent/{opponent.pk}/change/")
    assert changed.status_code == 403
