"""Reading JSON that nobody vouches for: each value is of the kind it must be, or not.

The messages name the place and the kind, never a long or strange value.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from fairness.records import MAX_INTEGER

_KEY_SHOWN: Final = 40


class ShapeInvalid(ValueError):
    """A value is missing, unknown or of the wrong kind; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A parsed JSON value and where it stands. Each method raises ShapeInvalid."""

    value: object
    path: str

    def parts(
        self, *, keys: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, "Node"]:
        """The parts of an object that has all `keys` and no other but `optional`."""
        value = self.value
        if not isinstance(value, dict):
            raise self._wrong("an object")
        for key in sorted(keys):
            if key not in value:
                raise ShapeInvalid(f"{self.path}: {key} is missing")
        for key in value:
            if key not in keys and key not in optional:
                shown = ascii(key)[:_KEY_SHOWN]
                raise ShapeInvalid(f"{self.path}: {shown} does not belong here")
        return {
            key: Node(value=part, path=f"{self.path}.{key}")
            for key, part in value.items()
        }

    def items(self) -> list["Node"]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self._wrong("a list")
        return [
            Node(value=item, path=f"{self.path}[{index}]")
            for index, item in enumerate(self.value)
        ]

    def text(self) -> str:
        """A string of Unicode text."""
        if not isinstance(self.value, str):
            raise self._wrong("text")
        if any(0xD800 <= ord(character) <= 0xDFFF for character in self.value):
            raise self._wrong("Unicode text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(item.text() for item in self.items())

    def number(self) -> int:
        """An integer from 0 to 2^53 - 1; true and 1.0 are none."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong("a whole number")
        if not 0 <= value <= MAX_INTEGER:
            raise self._wrong("a whole number from 0 to 2^53 - 1")
        return value

    def numbers(self) -> tuple[int, ...]:
        """A list of integers from 0 to 2^53 - 1."""
        return tuple(item.number() for item in self.items())

    def flag(self) -> bool:
        """True or false; 0 and 1 are neither."""
        if not isinstance(self.value, bool):
            raise self._wrong("true or false")
        return self.value

    def _wrong(self, wanted: str) -> ShapeInvalid:
        return ShapeInvalid(f"{self.path} must be {wanted}")
