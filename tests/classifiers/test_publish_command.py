from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from classifiers.serving.session import hash_bytes
from tests.classifiers.onnx_files import BLUE_BLIND, make_model
from tests.classifiers.worlds import Colours

BLUE_BLIND_FILE = make_model(BLUE_BLIND)


def test_the_command_publishes_and_says_what_it_measured(
    colours: Colours, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, card = tmp_path / "model.onnx", tmp_path / "card.json"
    path.write_bytes(BLUE_BLIND_FILE)
    card.write_text('{"name": "Colour eye"}')

    call_command("publish_opponent", "colours", "medium", str(path), card=card)

    assert capsys.readouterr().out == (
        "colours/medium 12/12 (100 %), 0 s left\n"
        "Colour eye plays colours/medium: 8 of 12 right, 66.7% (39.1% to 86.2%)\n"
        f"SHA-256 {hash_bytes(BLUE_BLIND_FILE)}\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty. (empty_file)"),
        (None, "cannot be read: No such file or directory. (unreadable_file)"),
    ],
)
def test_the_command_says_what_is_wrong(
    colours: Colours, tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        call_command("publish_opponent", "colours", "easy", str(path))

    assert message in str(caught.value)


def test_the_command_refuses_a_card_that_is_no_json(
    colours: Colours, tmp_path: Path
) -> None:
    path = tmp_path / "card.json"
    path.write_text("{")

    with pytest.raises(CommandError, match="wrong_card"):
        call_command("publish_opponent", "colours", "easy", "model.onnx", card=path)
