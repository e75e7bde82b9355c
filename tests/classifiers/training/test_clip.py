"""The clip family: a tiny mini CLIP and a tiny transformers CLIP, really trained."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from classifiers.training.caching import cache_folder
from classifiers.training.cards import Words
from classifiers.training.clips import captions
from classifiers.training.clips.caching import get_mini
from classifiers.training.clips.captions import (
    Named,
    Subject,
    gather_pictures,
    list_texts,
)
from classifiers.training.clips.drawings import (
    draw_scenes,
    is_kept_back,
    paint_scenes,
)
from classifiers.training.clips.measuring import score_kept_back
from classifiers.training.clips.opening import open_clip
from classifiers.training.clips.pretraining import MiniRecipe, train_mini
from classifiers.training.clips.search import search_pictures
from classifiers.training.clips.tokenizing import UNKNOWN, WordTokenizer
from classifiers.training.clips.towers import Clip
from classifiers.training.errors import TrainingFailed
from classifiers.training.families.clip import ClipConfig, ClipNet, make_recipe
from classifiers.training.making import Made, Order, make_opponent
from classifiers.training.pictures import (
    LabelledPicture,
    PictureSource,
)
from classifiers.training.run import Run
from images.bundled import BUNDLED, digits
from images.normalising import cover_square
from tests.classifiers.training.sources import CLASSES, stripes

WORDS = Words(name="Tester", description="Made by a test.", limitations="All.")
SIZE = 24
CONFIG = ClipConfig(
    input_size=SIZE,
    channels=(16, 32, 48),
    embedding=32,
    epochs=3,
    rate=3e-3,
    caption_sets=(),
    mini_drawn=800,
    mini_epochs=12,
)
SMALL = MiniRecipe(size=16, channels=(4, 8), width=8, datasets=(), drawn=96, epochs=1)


def silent() -> tuple[Run, list[str]]:
    lines: list[str] = []
    return Run(tell=lines.append), lines


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAR_DIR", str(tmp_path_factory.mktemp("var")))
        yield


@pytest.fixture(scope="module")
def mini() -> Clip:
    recipe = make_recipe(CONFIG, classes=())
    return open_clip("mini", recipe=recipe, run=silent()[0])


def drawings(*, train: int = 4, held_out: int = 12) -> PictureSource:
    """Drawings of colours, whose shapes are pairs that the mini never saw."""
    classes = ("red", "green", "white")
    scenes = [s for s in draw_scenes(2000, seed=5, kept_back=True) if s.fill == "plain"]

    def stream() -> Iterator[LabelledPicture]:
        for label in classes:
            mine = [scene for scene in scenes if scene.colour == label]
            chosen = mine[: train + held_out]
            for number, pixels in enumerate(paint_scenes(chosen, seed=6)):
                yield LabelledPicture(
                    pixels=cover_square(Image.fromarray(pixels)),
                    label=label,
                    group=f"{label}-{number}",
                    split="train" if number < train else "held_out",
                )

    return PictureSource(name="drawings", classes=classes, stream=stream)


def make(config: ClipConfig, source: PictureSource) -> Made:
    order = Order(
        source=source, config=config, version="1.0.0", words=WORDS, command="none"
    )
    return make_opponent(order, run=silent()[0])


def test_drawings_are_the_same_each_time() -> None:
    scenes = draw_scenes(6, seed=1)

    once = np.stack(list(paint_scenes(scenes, seed=2)))
    again = np.stack(list(paint_scenes(draw_scenes(6, seed=1), seed=2)))

    assert once.shape == (6, 128, 128, 3)
    assert np.array_equal(once, again)


def test_pairs_that_are_kept_back_are_never_drawn_for_training() -> None:
    seen = {(scene.colour, scene.shape) for scene in draw_scenes(2000, seed=1)}
    kept = {
        (scene.colour, scene.shape)
        for scene in draw_scenes(2000, seed=1, kept_back=True)
    }

    assert (len(seen), len(kept)) == (44, 12)
    assert all(is_kept_back(*pair) for pair in kept)
    assert not seen & kept


def test_captions_are_true_and_made_of_known_words() -> None:
    draw = np.random.default_rng(1)
    tokenizer = WordTokenizer(list_texts(["digits"]))
    subjects: list[Subject] = [
        *draw_scenes(300, seed=2),
        *(Named(dataset="digits", name="7"),) * 50,
    ]

    for subject in subjects:
        text, mentioned = subject.tell(draw)
        assert mentioned <= subject.facts
        assert tokenizer.list_unknown(text) == []


def test_the_tokenizer_names_what_it_does_not_know() -> None:
    tokenizer = WordTokenizer(["a red star", "digit 7"])

    rows = tokenizer.encode(["a RED dog", "", "77 " * 20])

    assert tokenizer.list_unknown("a Red dog, 8?") == ["dog", "8"]
    assert tokenizer.words == ["7", "a", "digit", "red", "star"]
    assert rows.shape == (3, 16)
    assert rows[0, :4].tolist() == [3, 5, UNKNOWN, 0]
    assert rows[1, :2].tolist() == [UNKNOWN, 0]
    assert rows[2].tolist() == [2] * 16


def test_pictures_of_a_data_set_are_captioned_with_their_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(captions, "open_bundled", lambda _: stripes(train=2))
    monkeypatch.setitem(BUNDLED, "stripes", digits)

    pictures = gather_pictures(["stripes"], drawn=3, size=16, seed=1)

    assert pictures.images.shape == (3 + 6, 3, 16, 16)
    assert [subject.facts for subject in pictures.subjects[3::2]] == [
        frozenset({f"stripes:{name}"}) for name in CLASSES
    ]


def test_words_reach_what_no_caption_held(mini: Clip) -> None:
    score = score_kept_back(clip=mini, count=300)

    assert score.total == 300
    assert score.chance == pytest.approx(1 / 12)
    assert score.correct > 2 * score.chance * score.total


def test_a_mini_is_trained_once_and_the_same_each_time() -> None:
    run, lines = silent()
    first = get_mini(SMALL, run=run)
    second_run, second_lines = silent()
    second = get_mini(SMALL, run=second_run)
    third = train_mini(SMALL, run=silent()[0])

    assert any("epoch  1/1" in line for line in lines)
    assert second_lines == []
    for name, weights in first.state_dict().items():
        assert torch.equal(weights, second.state_dict()[name])
        assert torch.equal(weights, third.state_dict()[name])


def test_a_damaged_mini_is_trained_anew() -> None:
    recipe = dataclasses.replace(SMALL, seed=2)
    get_mini(recipe, run=silent()[0])
    before = set(cache_folder("clips").glob("*.pt"))
    for file in before:
        file.write_bytes(file.read_bytes()[:-200])

    run, lines = silent()
    get_mini(recipe, run=run)

    assert any("epoch  1/1" in line for line in lines)
    for file in before:
        file.unlink(missing_ok=True)


def test_a_cache_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "caches").write_text("in the way")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))

    with pytest.raises(TrainingFailed, match="VAR_DIR") as caught:
        get_mini(SMALL, run=silent()[0])

    assert caught.value.code == "disk_full"


def test_search_finds_what_the_text_says(mini: Clip) -> None:
    pictures = list(drawings().held_out())

    found = search_pictures("red", pictures=pictures, clip=mini, first=8)

    assert len(found) == 8
    assert [each.cosine for each in found] == sorted(
        (each.cosine for each in found), reverse=True
    )
    assert all(pictures[each.place] is each.picture for each in found)
    assert sum(each.picture.label == "red" for each in found) >= 6


def test_a_search_for_unknown_words_is_refused(mini: Clip) -> None:
    with pytest.raises(TrainingFailed, match="zebra") as caught:
        search_pictures("zebra", pictures=[], clip=mini)

    assert caught.value.code == "unknown_words"


def test_zero_shot_answers_from_prompts_alone(mini: Clip) -> None:
    made = make(dataclasses.replace(CONFIG, mode="zero_shot"), drawings())

    assert made.card["training"]["pictures"] == 0
    assert made.card["training"]["recipe"]["mode"] == "zero_shot"
    assert made.evaluation.total == 36
    assert made.evaluation.correct >= 24  # 12 by chance


def test_zero_shot_of_unknown_words_says_what_to_do(mini: Clip) -> None:
    config = dataclasses.replace(CONFIG, mode="zero_shot")

    with pytest.raises(TrainingFailed, match="rows, columns, noise") as caught:
        make(config, stripes())

    assert caught.value.code == "unknown_words"
    assert "--mode finetune" in caught.value.message


@pytest.mark.parametrize(
    "change", [{"names": ("one", "two")}, {"prompts": ("a photo",)}, {"prompts": ()}]
)
def test_wrong_prompts_are_refused(mini: Clip, change: dict[str, Any]) -> None:
    config = dataclasses.replace(CONFIG, **change)

    with pytest.raises(TrainingFailed) as caught:
        make(config, stripes(train=2))

    assert caught.value.code == "wrong_setting"


def test_fine_tuning_learns_classes_whose_words_are_unknown(mini: Clip) -> None:
    made = make(CONFIG, stripes())

    assert made.card["family"] == "clip"
    assert made.card["training"]["pictures"] == 36
    assert made.evaluation.correct >= 12  # 6 by chance
    assert made.parity.eager <= 1e-5


def test_what_is_fine_tuned_was_not_in_the_captions() -> None:
    config = dataclasses.replace(CONFIG, caption_sets=("closeups", "digits"))
    shot = dataclasses.replace(config, mode="zero_shot")

    assert make_recipe(config, classes=digits.CLASSES).datasets == ("closeups",)
    assert make_recipe(config, classes=CLASSES).datasets == ("closeups", "digits")
    assert make_recipe(shot, classes=digits.CLASSES).datasets == ("closeups", "digits")


def test_the_family_and_the_measurement_mean_the_same_mini() -> None:
    assert make_recipe(ClipConfig(mode="zero_shot"), classes=()) == MiniRecipe()


def test_an_unknown_caption_set_is_refused() -> None:
    with pytest.raises(TrainingFailed, match="closeups, digits") as caught:
        train_mini(dataclasses.replace(SMALL, datasets=("street",)), run=silent()[0])

    assert caught.value.code == "wrong_setting"


def test_fine_tuning_keeps_the_statistics_of_batch_norm(mini: Clip) -> None:
    net = ClipNet(mini.tower, weights=torch.ones(3, 32), scale=1.0, dropout=0.0)
    before = {name: value.clone() for name, value in net.named_buffers()}

    net.train()
    net(torch.rand(4, 3, SIZE, SIZE) * 255.0)

    assert before
    assert all(torch.equal(value, before[name]) for name, value in net.named_buffers())
