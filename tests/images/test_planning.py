"""From what a source holds and a data set has to what is added."""

from images.grouping import Fingerprint, take_fingerprint
from images.planning import Candidate, KnownPicture, Plan, make_plan, shorten_group
from tests.images.builders import draw_noise


def _file(
    path: str, *, picture: str = "", group: str = "", split: str = ""
) -> Candidate:
    return Candidate(
        path=path,
        label=path.split("/", 1)[0],
        sha256=picture or path,
        source_sha256=f"source of {path}",
        group=group or path,
        split=split,
    )


def _known(picture: str, *, group: str, split: str, label: str = "cat") -> KnownPicture:
    return KnownPicture(
        label=label, sha256=picture, source_sha256="", group=group, split=split
    )


def _plan(
    files: list[Candidate],
    known: list[KnownPicture] | None = None,
    *,
    alike: tuple[str, ...] = (),
) -> Plan:
    """Plan with pictures that look unlike each other, except those in `alike`."""
    shown: list[Candidate | KnownPicture] = [*files, *(known or [])]
    pictures = sorted({each.sha256 for each in shown})
    prints: dict[str, Fingerprint] = {
        picture: take_fingerprint(draw_noise(0 if picture in alike else seed))
        for seed, picture in enumerate(pictures, start=1)
    }
    return make_plan(files, known or [], prints=prints, held_out_share=0.5, seed=0)


def _added(plan: Plan) -> list[str]:
    return [placed.candidate.path for placed in plan.added]


def test_the_same_picture_twice_is_taken_once() -> None:
    files = [_file("cat/b", picture="p"), _file("cat/a", picture="p"), _file("dog/a")]
    plan = _plan(files)
    assert _added(plan) == ["cat/a", "dog/a"]
    assert plan.duplicates == [("cat/b", "cat/a")]


def test_a_picture_with_two_labels_is_refused_under_both() -> None:
    files = [_file("cat/a", picture="p"), _file("dog/a", picture="p"), _file("dog/b")]
    plan = _plan(files)
    assert _added(plan) == ["dog/b"]
    assert [(each.file, each.code) for each in plan.refused] == [
        ("cat/a", "conflicting_labels"),
        ("dog/a", "conflicting_labels"),
    ]
    assert plan.refused[0].message == "the same picture is also called dog"


def test_a_stored_picture_keeps_its_label() -> None:
    known = [_known("p", group="g", split="train")]
    plan = _plan([_file("cat/a", picture="p"), _file("dog/a", picture="p")], known)
    assert (plan.added, plan.duplicates) == ([], [])
    assert [(each.file, each.code) for each in plan.refused] == [
        ("dog/a", "conflicting_labels")
    ]


def test_pictures_that_look_alike_share_group_and_side() -> None:
    files = [_file(f"cat/{letter}") for letter in "abcdef"]
    plan = _plan(files, alike=("cat/b", "cat/e"))
    by_path = {placed.candidate.path: placed for placed in plan.added}
    assert by_path["cat/b"].group == by_path["cat/e"].group == "cat/b"
    assert by_path["cat/b"].split == by_path["cat/e"].split
    assert len({placed.group for placed in plan.added}) == 5


def test_a_new_picture_follows_the_stored_one_it_looks_like() -> None:
    known = [_known("p", group="old", split="held_out")]
    plan = _plan([_file("cat/a"), _file("dog/a")], known, alike=("p", "cat/a"))
    placed = plan.added[0]
    assert (placed.group, placed.split) == ("cat/a", "held_out")


def test_a_new_picture_follows_its_stored_neighbour_in_number() -> None:
    known = [_known("p", group="cat/5-9", split="train")]
    files = [_file("cat/8", group="cat/5-9"), _file("dog/a")]
    assert _plan(files, known).added[0].split == "train"


def test_a_picture_that_belongs_to_both_sides_is_refused() -> None:
    known = [
        _known("p", group="g", split="held_out"),
        _known("q", group="h", split="train"),
    ]
    files = [_file("cat/a", group="g"), _file("dog/a")]
    plan = _plan(files, known, alike=("q", "cat/a"))
    assert _added(plan) == ["dog/a"]
    assert [(each.file, each.code) for each in plan.refused] == [
        ("cat/a", "both_sides")
    ]


def test_the_manifest_decides_the_split() -> None:
    files = [
        _file("cat/a", group="one", split="held_out"),
        _file("cat/b", group="two", split="train"),
        _file("cat/c", group="one"),
    ]
    plan = _plan(files, alike=("cat/a", "cat/b"))
    assert [placed.split for placed in plan.added] == ["held_out", "train", "held_out"]


def test_a_resumed_import_places_the_rest_as_before() -> None:
    files = [_file(f"{label}/{n:02}") for label in ("cat", "dog") for n in range(20)]
    whole = _plan(files)
    stored = [
        _known(
            placed.candidate.sha256,
            group=placed.group,
            split=placed.split,
            label=placed.candidate.label,
        )
        for placed in whole.added[:13]
    ]
    assert _plan(files, stored).added == whole.added[13:]


def test_long_and_unprintable_group_names_fit_the_column() -> None:
    assert shorten_group("writer 7") == "writer 7"
    assert len(shorten_group("x" * 121)) == 64
    assert len(shorten_group("\udc80")) == 64
