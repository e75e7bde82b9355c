"""Classes from words: the class weights of zero-shot classification."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from classifiers.training.clips.tokenizing import split_words
from classifiers.training.clips.towers import Clip
from classifiers.training.errors import TrainingFailed


def name_classes(classes: Sequence[str], *, names: Sequence[str]) -> list[str]:
    """What each class is called in prompts: `names`, or its own name in words."""
    if names and len(names) != len(classes):
        raise TrainingFailed(
            f"names has {len(names)} entries for {len(classes)} classes:"
            f" {', '.join(classes)}.",
            code="wrong_setting",
        )
    return [name.replace("_", " ").replace("-", " ") for name in names or classes]


def embed_classes(names: Sequence[str], *, frames: Sequence[str], clip: Clip) -> Tensor:
    """Unit weights [C, D]: each class is the mean of its prompts (an ensemble).

    `frames` hold `{}` where the name goes. Raises TrainingFailed `wrong_setting`.
    """
    wrong = [frame for frame in frames if "{}" not in frame]
    if wrong or not frames:
        raise TrainingFailed(
            f"prompts: {', '.join(wrong) or 'none'}; each must hold {{}} where the name"
            " of the class goes.",
            code="wrong_setting",
        )
    rows = [
        clip.read_texts([frame.replace("{}", name) for frame in frames]).mean(dim=0)
        for name in names
    ]
    return functional.normalize(torch.stack(rows), dim=1)


def require_known(names: Sequence[str], *, clip: Clip) -> list[str]:
    """Raise TrainingFailed `unknown_words` where a name means nothing to the model.

    Answers the unknown words of names that have known ones, too.
    """
    unknown = {name: clip.list_unknown(name) for name in names}
    empty = [name for name, words in unknown.items() if not _has_meaning(name, words)]
    if empty:
        raise TrainingFailed(
            f"{clip.name} knows no word of: {', '.join(empty)}. Fine-tune instead"
            " (--mode finetune), give other words (--names), or a larger model"
            " (--model FOLDER).",
            code="unknown_words",
        )
    return sorted({word for words in unknown.values() for word in words})


def _has_meaning(name: str, unknown: Sequence[str]) -> bool:
    return not unknown or bool(set(split_words(name)) - set(unknown))
