"""Recipes as options of a command line, and back."""

import argparse
from typing import Any

import pytest

from classifiers.training.errors import TrainingFailed
from classifiers.training.families.deep_v2 import DeepV2Config
from classifiers.training.families.shallow import ShallowConfig
from classifiers.training.family import list_families
from classifiers.training.options import add_options, read_config, read_options


def parse(config: Any, *words: str) -> Any:
    parser = argparse.ArgumentParser()
    add_options(parser, config)
    return read_options(vars(parser.parse_args(words)), config)


def test_options_become_settings_of_their_types() -> None:
    recipe = parse(
        DeepV2Config,
        *("--channels", "8,16", "--mixup", "0", "--epochs", "2", "--flips", "yes"),
    )

    assert recipe == DeepV2Config(channels=(8, 16), mixup=0.0, epochs=2, flips=True)
    assert isinstance(recipe.mixup, float)


def test_words_and_lists_of_words() -> None:
    recipe = parse(ShallowConfig, "--classifier", "forest", "--features", "hog,lbp")

    assert recipe == ShallowConfig(classifier="forest", features=("hog", "lbp"))


def test_a_stored_recipe_is_read_back() -> None:
    recipe = DeepV2Config(channels=(4, 8), half=True)
    stored = {**vars(recipe), "channels": [4, 8]}

    assert read_config(DeepV2Config, stored) == recipe


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("epochs", "0", "the least is 1"),
        ("epochs", "2.5", "epochs cannot be"),
        ("epochs", "many", "epochs cannot be"),
        ("dropout", "1.5", "the most is 0.95"),
        ("rate", "nan", "rate is nan"),
        ("weight_decay", "inf", "weight_decay is inf"),
        ("flips", "perhaps", "say true or false"),
        ("channels", "8,0", "the least is 1"),
        ("wings", "2", "There is no setting wings. Known: "),
    ],
)
def test_wrong_settings_say_what_is_wrong(name: str, value: str, told: str) -> None:
    with pytest.raises(TrainingFailed, match=told) as refusal:
        read_config(DeepV2Config, {name: value})

    assert refusal.value.code == "wrong_setting"


def test_a_word_that_is_no_choice_names_the_choices() -> None:
    with pytest.raises(TrainingFailed, match="choose one of forest, svm, logistic"):
        read_config(ShallowConfig, {"classifier": "oracle"})


def test_every_setting_of_every_family_has_a_help_and_a_valid_default() -> None:
    for family in list_families():
        parser = argparse.ArgumentParser()
        add_options(parser, family.config)
        assert read_config(family.config, vars(family.config())) == family.config()
        for action in parser._actions:
            assert action.help
