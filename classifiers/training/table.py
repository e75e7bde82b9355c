"""Print the opponents that come with the game as a table, from their cards.

python -m classifiers.training.table
"""

import json
import sys
from collections.abc import Iterator

from classifiers.training.opponents import OPPONENTS

HEAD = (
    "| data set | tier | name | family | right | accuracy | 95 % | size | SHA-256 |",
    "|---|---|---|---|---|---|---|---|---|",
)


def list_lines() -> Iterator[str]:
    """The lines of the table."""
    yield from HEAD
    for opponent in OPPONENTS:
        text = opponent.file.with_suffix(".card.json").read_text(encoding="utf-8")
        card = json.loads(text)
        accuracy = card["accuracy"]
        fields = (
            card["dataset"],
            opponent.tier,
            card["name"],
            f"`{card['family']}`",
            f"{accuracy['correct']}/{accuracy['total']}",
            f"{accuracy['correct'] / accuracy['total']:.1%}",
            f"{accuracy['low']:.1%} to {accuracy['high']:.1%}",
            f"{card['size_bytes'] / 1000:.0f} kB",
            f"`{card['sha256'][:12]}`",
        )
        yield f"| {' | '.join(fields)} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(list_lines()) + "\n")
