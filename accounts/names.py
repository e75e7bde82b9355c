"""How names look: two that a reader would take for one another have one key.

Keys are made with the look-alikes of Unicode Technical Standard 39, from the data of
`confusable_homoglyphs`. They are compared and stored, never shown.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from confusable_homoglyphs.confusables import confusables_data

MAX_KEY_LENGTH: Final = 160
# Shorter blocked words must stand alone: pieces of other words join to them too often.
_MIN_JOINED: Final = 5
# "I" and "l" look alike, and "I" and "i" are one letter: so all three are.
_OURS: Final = {"i": "l"}
# The data put these around letters that are written from the right.
_DIRECTION: Final = "\u200e"
_VARIANTS = re.compile("[\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def make_name_key(name: str) -> str:
    """What `name` looks like: the same for "Alice", "AL1CE" and "A l i c é".

    Case, accents, spaces and punctuation do not count; digits do, but 1 looks as l
    and 0 as O. Never empty for a name of `accounts.rules.clean_name`, and at most
    MAX_KEY_LENGTH long. A name of punctuation alone is its own key.
    """
    looks = "".join(map(_fold, _strip(name)))
    return (_drop_separators(looks) or looks.replace(" ", ""))[:MAX_KEY_LENGTH]


def list_word_keys(name: str) -> set[str]:
    """The keys of every word that a reader may see in `name`.

    Words end at spaces, punctuation, digits and at a change from small to large:
    "xX_Admin1" holds "admin", "badminton" does not. Neighbours are joined too
    ("ad.min", "a d m 1 n"), but to words of five characters or more.
    """
    words = [word for word in re.split(r"[\W_]+", name) if word]
    keys = {make_name_key(word) for word in words}
    pieces = [make_name_key(piece) for word in words for piece in _split(word)]
    keys.update(pieces)
    for start in range(len(pieces)):
        for end in range(start + 2, len(pieces) + 1):
            joined = "".join(pieces[start:end])
            if len(joined) >= _MIN_JOINED:
                keys.add(joined)
    return keys - {""}


def _split(word: str) -> Iterator[str]:
    """The parts of "RealAdmin1": "Real", "Admin", "1"."""
    start = 0
    for place, (left, right) in enumerate(pairwise(word), start=1):
        is_hump = left.islower() and right.isupper()
        if is_hump or left.isdigit() != right.isdigit():
            yield word[start:place]
            start = place
    yield word[start:]


def _strip(text: str) -> str:
    """`text` in NFKD without accents and variants; vowel signs are letters and stay."""
    plain = _VARIANTS.sub("", unicodedata.normalize("NFKD", text))
    return "".join(
        character
        for character in plain
        if not unicodedata.combining(character)
        and unicodedata.category(character) != "Me"
    )


@cache
def _fold(character: str) -> str:
    """What a character looks like, in one case.

    Where only one of its cases looks like a Latin letter, that letter: the small and
    the large form of a Cyrillic letter stay one. (Greek eta, nu and upsilon do not.)
    """
    small = character.casefold()
    looks = [_look_up(form) for form in (character, small, character.upper())]
    latin = [look for look in looks if look.isascii()]
    letters = [look for look in latin if look.isalpha()]
    folded = (letters or latin or looks[1:])[0].casefold()
    return "".join(_OURS.get(part, _prototypes().get(part, part)) for part in folded)


def _look_up(text: str) -> str:
    looks = "".join(_prototypes().get(character, character) for character in text)
    return _strip(looks)


@cache
def _prototypes() -> dict[str, str]:
    """Each look-alike with what it looks like (UTS 39, section 4).

    The data hold every pair in both directions, as stars: the one that has several
    partners is the prototype; of a lonely pair the second that was written down.
    """
    order = {text: place for place, text in enumerate(confusables_data)}
    found = {}
    for text, partners in confusables_data.items():
        first = partners[0]["c"]
        is_alone = len(partners) == 1
        is_lonely = is_alone and len(confusables_data[first]) == 1
        if is_alone and not (is_lonely and order[text] > order[first]):
            found[_undirect(text)] = _undirect(first)
    return found


def _undirect(text: str) -> str:
    return text.replace(_DIRECTION, "") or text


def _drop_separators(text: str) -> str:
    """`text` without spaces and punctuation; signs such as stars stay."""
    kinds = {character: unicodedata.category(character)[0] for character in text}
    return "".join(character for character in text if kinds[character] not in "ZP")
