"""Which decoded pictures a data set takes in, in which group and on which side.

Pure: from what the source holds and what the data set has to what is to be added.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from images.grouping import Fingerprint, Unions, find_near_duplicates
from images.sources.files import Refusal
from images.splits import assign_splits

# What an import and a training run hold out where nobody says otherwise.
HELD_OUT_SHARE: Final = 0.4
_LONGEST_GROUP: Final = 120


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A decoded file. `group` is what it names; `split` is "" where it is free."""

    path: str
    label: str
    sha256: str
    source_sha256: str
    group: str
    split: str = ""


@dataclass(frozen=True, kw_only=True)
class KnownPicture:
    """A picture that the data set has."""

    label: str
    sha256: str
    source_sha256: str
    group: str
    split: str


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A picture to add, with its group and split."""

    candidate: Candidate
    group: str
    split: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to add, in the order of the paths; `duplicates` is (file, what it repeats).

    Files that are in none of the lists show pictures that the data set has.
    """

    added: list[Placed]
    refused: list[Refusal]
    duplicates: list[tuple[str, str]]


@dataclass(kw_only=True)
class _Sorted:
    fresh: list[Candidate]
    old: list[Candidate]
    refused: list[Refusal]
    duplicates: list[tuple[str, str]]


def make_plan(
    candidates: Sequence[Candidate],
    known: Sequence[KnownPicture],
    *,
    prints: Mapping[str, Fingerprint],
    held_out_share: float,
    seed: int,
) -> Plan:
    """Place `candidates` (any order) in a data set that has `known`.

    `prints` holds the look of all of them by sha256. What was placed before stays
    where it is: new pictures of a known group follow it.
    """
    sorted_ = _sort_candidates(candidates, known)
    unions = _join_groups(sorted_, known, prints=prints)
    fixed, torn = _fix_sides(sorted_.fresh, known, unions=unions)
    fresh = [each for each in sorted_.fresh if unions.find(each.group) not in torn]
    for each in sorted_.fresh:
        if unions.find(each.group) in torn:
            sorted_.refused.append(_refuse_torn(each))
    everything: list[Candidate | KnownPicture] = [*fresh, *known]
    splits = assign_splits(
        [each.label for each in everything],
        [unions.find(each.group) for each in everything],
        held_out_share=held_out_share,
        seed=seed,
        fixed=fixed,
    )
    return Plan(
        added=[
            Placed(
                candidate=each,
                group=shorten_group(unions.find(each.group)),
                split=split,
            )
            for each, split in zip(fresh, splits, strict=False)
        ],
        refused=sorted(sorted_.refused),
        duplicates=sorted(sorted_.duplicates),
    )


def shorten_group(name: str) -> str:
    """A name that fits the column: long ones by their hash."""
    if len(name) <= _LONGEST_GROUP and name.isprintable():
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _sort_candidates(
    candidates: Sequence[Candidate], known: Sequence[KnownPicture]
) -> _Sorted:
    """Tell new pictures from known ones, repetitions and contradictions."""
    labels = {each.sha256: each.label for each in known}
    same: dict[str, list[Candidate]] = defaultdict(list)
    for each in sorted(candidates, key=lambda c: c.path):
        same[each.sha256].append(each)
    result = _Sorted(fresh=[], old=[], refused=[], duplicates=[])
    for sha256, group in same.items():
        _sort_same(group, label=labels.get(sha256), result=result)
    result.fresh.sort(key=lambda c: c.path)
    return result


def _sort_same(same: list[Candidate], *, label: str | None, result: _Sorted) -> None:
    """Sort files that are one picture; `label` is what the data set calls it."""
    names = {each.label for each in same}
    if label is not None:
        result.old.extend(each for each in same if each.label == label)
        contradicting = [each for each in same if each.label != label]
    else:
        contradicting = same if len(names) > 1 else []
    for each in contradicting:
        others = sorted((names | {label or each.label}) - {each.label})
        message = f"the same picture is also called {', '.join(others)}"
        result.refused.append(Refusal(each.path, "conflicting_labels", message))
    if label is None and not contradicting:
        result.fresh.append(same[0])
        result.duplicates.extend((each.path, same[0].path) for each in same[1:])


def _join_groups(
    sorted_: _Sorted,
    known: Sequence[KnownPicture],
    *,
    prints: Mapping[str, Fingerprint],
) -> Unions:
    """Join the groups of pictures that look alike, and old names with new ones."""
    unions = Unions()
    stored = {each.sha256: each.group for each in known}
    for each in sorted_.old:
        if not each.split:
            unions.join([each.group, stored[each.sha256]])
    free = [each for each in sorted_.fresh if not each.split]
    if not free:
        return unions
    shown: list[Candidate | KnownPicture] = [*free, *known]
    pairs = find_near_duplicates([prints[each.sha256] for each in shown])
    for first, second in pairs:
        unions.join([shown[first].group, shown[second].group])
    return unions


def _fix_sides(
    fresh: Sequence[Candidate], known: Sequence[KnownPicture], *, unions: Unions
) -> tuple[dict[str, str], set[str]]:
    """The side that a group is on already; and the groups that are on both."""
    fixed: dict[str, str] = {}
    torn: set[str] = set()
    everything: list[Candidate | KnownPicture] = [*known, *fresh]
    for each in everything:
        if each.split:
            group = unions.find(each.group)
            if fixed.setdefault(group, each.split) != each.split:
                torn.add(group)
    return fixed, torn


def _refuse_torn(candidate: Candidate) -> Refusal:
    return Refusal(
        candidate.path,
        "both_sides",
        "it belongs to pictures for training and to held-out ones",
    )
