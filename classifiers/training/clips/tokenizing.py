"""Texts as numbers for the mini CLIP: a closed list of words."""

import re
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

LENGTH = 16  # words of a text that are read
NOTHING = 0
UNKNOWN = 1
_WORD = re.compile(r"[^\W\d_]+|\d")


def split_words(text: str) -> list[str]:
    """Lower-case words; each digit is a word of its own."""
    return _WORD.findall(text.lower())


class WordTokenizer:
    """Knows the words of the texts it is made with, and no others."""

    def __init__(self, texts: Iterable[str]) -> None:
        words = sorted({word for text in texts for word in split_words(text)})
        self._numbers = {word: number for number, word in enumerate(words, start=2)}

    @property
    def size(self) -> int:
        """How many numbers there are, those for nothing and unknown included."""
        return len(self._numbers) + 2

    @property
    def words(self) -> list[str]:
        """All known words, sorted."""
        return list(self._numbers)

    def list_unknown(self, text: str) -> list[str]:
        """The words of a text that mean nothing here; all of a text without words."""
        words = split_words(text) or [text]
        return [word for word in words if word not in self._numbers]

    def encode(self, texts: Sequence[str]) -> Tensor:
        """int64 [N, 16]; a text without words is one unknown word."""
        rows = torch.full((len(texts), LENGTH), NOTHING)
        for row, text in enumerate(texts):
            words = split_words(text)[:LENGTH]
            numbers = [self._numbers.get(word, UNKNOWN) for word in words] or [UNKNOWN]
            rows[row, : len(numbers)] = torch.tensor(numbers)
        return rows
