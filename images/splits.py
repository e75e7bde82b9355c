"""Dividing pictures into training and held-out, whole groups at a time."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

TRAIN: Final = "train"
HELD_OUT: Final = "held_out"


def assign_splits(
    labels: Sequence[str],
    groups: Sequence[str],
    *,
    held_out_share: float,
    seed: int,
    fixed: Mapping[str, str] | None = None,
) -> list[str]:
    """Decide the split of each picture: "train" or "held_out".

    `labels[i]` and `groups[i]` belong to picture i. A group is never divided, and
    each class comes as near to `held_out_share` (0 to 1) as its groups allow. A class
    of two or more groups stands on both sides, unless `fixed` (group to split: what
    was decided before) forbids it. The same input gives the same answer, in any
    order of the pictures. Raises ValueError for a share outside 0 … 1.
    """
    if not 0.0 < held_out_share < 1.0:
        raise ValueError(f"held_out_share is {held_out_share}, not between 0 and 1")
    dealing = _Dealing(labels, groups, share=held_out_share, fixed=fixed or {})
    for group in dealing.in_order(seed):
        dealing.deal(group)
    for label in sorted(set(labels)):
        dealing.balance(label)
    return [dealing.splits[group] for group in groups]


class _Dealing:
    """Groups on their way to the two sides."""

    def __init__(
        self,
        labels: Sequence[str],
        groups: Sequence[str],
        *,
        share: float,
        fixed: Mapping[str, str],
    ) -> None:
        self.splits: dict[str, str] = {}
        self._share = share
        self._fixed = fixed
        # Pictures per class, of each group and of all dealt groups.
        self._sizes: dict[str, Counter[str]] = defaultdict(Counter)
        self._dealt: Counter[str] = Counter()
        self._held_out: Counter[str] = Counter()
        for label, group in zip(labels, groups, strict=True):
            self._sizes[group][label] += 1

    def in_order(self, seed: int) -> list[str]:
        """Large groups first, for the small ones can level what they leave."""

        def place(group: str) -> tuple[int, str]:
            digest = hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()
            return -self._sizes[group].total(), digest

        return sorted(self._sizes, key=place)

    def deal(self, group: str) -> None:
        """Hold the group out if that leaves its classes nearer to the share."""
        sizes = self._sizes[group]
        self._dealt.update(sizes)
        lack = sum(
            self._share * self._dealt[label] - self._held_out[label] for label in sizes
        )
        split = HELD_OUT if lack >= sizes.total() / 2 else TRAIN
        split = self._fixed.get(group, split)
        self.splits[group] = split
        if split == HELD_OUT:
            self._held_out.update(sizes)

    def balance(self, label: str) -> None:
        """Move the smallest group that may go, where a class lacks a side."""
        mine = [group for group, sizes in self._sizes.items() if label in sizes]
        sides = {self.splits[group] for group in mine}
        if len(mine) < 2 or len(sides) == 2:
            return
        lacking = HELD_OUT if sides == {TRAIN} else TRAIN
        for group in sorted(mine, key=lambda g: (self._sizes[g].total(), g)):
            if group not in self._fixed and self._may_leave(group):
                self.splits[group] = lacking
                return

    def _may_leave(self, group: str) -> bool:
        """Whether each class of the group has another group on the same side."""
        return all(
            any(
                other != group and label in sizes
                for other, sizes in self._sizes.items()
                if self.splits[other] == self.splits[group]
            )
            for label in self._sizes[group]
        )
