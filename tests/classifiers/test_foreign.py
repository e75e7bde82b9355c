"""Files that mean harm are refused, with a code, and hurt nobody."""

import os
import time
from pathlib import Path

import pytest

from classifiers.errors import ModelRefused
from classifiers.serving.foreign import MOST_NODES, OPERATORS
from classifiers.serving.model_file import read_model_file
from classifiers.serving.session import hash_bytes
from classifiers.serving.trial import TrialLimits, try_apart
from tests.classifiers import hostile_onnx as hostile
from tests.classifiers.onnx_files import make_model, move_weights_out

TIGHT = TrialLimits(memory_bytes=1024**3, cpu_s=3)
GIB = 1024**3


def _refusal(data: bytes, *, limits: TrialLimits = TIGHT) -> ModelRefused:
    with pytest.raises(ModelRefused) as caught:
        read_model_file(data, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(hostile.make_loop(2**62), "operator_refused", id="Loop"),
        pytest.param(hostile.make_hidden_graph(), "nested_graph", id="hidden graph"),
        pytest.param(
            hostile.make_custom("Gelu", domain="com.microsoft"),
            "operator_refused",
            id="operator of a runtime",
        ),
        pytest.param(
            hostile.make_custom("PyFunc", domain="evil"),
            "operator_refused",
            id="operator of somebody",
        ),
        pytest.param(
            hostile.make_custom("RandomNormalLike", domain=""),
            "operator_refused",
            id="chance",
        ),
        pytest.param(hostile.make_dropout(), "operator_refused", id="training"),
        pytest.param(hostile.make_function(), "graph_refused", id="own function"),
        pytest.param(hostile.make_sparse(2**40), "graph_refused", id="sparse"),
        pytest.param(hostile.make_nested(40), "graph_refused", id="nested types"),
        pytest.param(hostile.make_nested(500), "not_onnx", id="deeply nested types"),
        pytest.param(
            hostile.make_chain(MOST_NODES + 1), "too_many_nodes", id="too many nodes"
        ),
        pytest.param(
            hostile.make_claiming([2**40]), "weights_too_large", id="claims a tebibyte"
        ),
        pytest.param(hostile.make_claiming([-1]), "not_onnx", id="negative size"),
        pytest.param(hostile.make_claiming([7]), "not_onnx", id="one number of seven"),
        pytest.param(
            hostile.make_counted(), "size_depends_on_pixels", id="counts pixels"
        ),
        pytest.param(hostile.make_biting_tree(), "not_onnx", id="tree bites its tail"),
        pytest.param(
            hostile.add_metadata(make_model(), classes='["a", "b", "c"]'),
            "wrong_metadata",
            id="classes twice",
        ),
        pytest.param(
            hostile.add_metadata(make_model(), note="x" * 300_000),
            "wrong_metadata",
            id="much metadata",
        ),
        pytest.param(
            make_model(metadata={"framework": "x" * 201}),
            "wrong_metadata",
            id="long framework",
        ),
        pytest.param(b"GIF89a" + make_model()[6:], "not_onnx", id="wrong beginning"),
    ],
)
def test_a_graph_of_forbidden_parts_is_refused(data: bytes, code: str) -> None:
    assert _refusal(data).code == code


@pytest.mark.parametrize(
    "location", ["/etc/passwd", "../../../../etc/passwd", "file:///etc/passwd"]
)
def test_no_other_file_is_read(location: str) -> None:
    inside = _refusal(hostile.make_constant_from(location))
    outside = _refusal(move_weights_out(make_model(), location=location))

    assert (inside.code, outside.code) == ("external_data", "external_data")
    assert "root" not in inside.message + outside.message


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(hostile.make_filled([2**34]), id="made at loading"),
        pytest.param(hostile.make_tiled([1, 30, 30, 1]), id="tiled"),
        pytest.param(hostile.make_enlarged(400.0), id="enlarged"),
        pytest.param(hostile.make_doubled(20), id="doubled"),
    ],
)
def test_a_memory_bomb_is_refused(data: bytes) -> None:
    assert _refusal(data).code == "too_much_memory"


def test_a_file_that_takes_too_long_is_refused() -> None:
    data = hostile.make_laborious(3000, times=60)

    error = _refusal(data, limits=TrialLimits(memory_bytes=2 * GIB, cpu_s=1))

    assert (error.code, error.message) == (
        "too_slow",
        "A trial took more than 1 s of CPU time.",
    )


def test_a_refused_file_is_refused_again_and_a_good_one_is_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def count(check: object, data: bytes, *, limits: TrialLimits) -> None:
        tried.append(hash_bytes(data))
        try_apart(check, data, limits=limits)  # type: ignore[arg-type]

    monkeypatch.setattr("classifiers.serving.model_file.try_apart", count)
    good = make_model(metadata={"version": "tried once"})
    known = make_model(metadata={"version": "known"})
    bad = hostile.make_nested(30)

    for _ in range(2):
        read_model_file(good)
        read_model_file(known, is_known=True)
        assert _refusal(bad).code == "graph_refused"

    assert tried == [hash_bytes(good), hash_bytes(bad), hash_bytes(bad)]


def test_a_trial_is_a_process_of_its_own() -> None:
    with pytest.raises(ModelRefused) as caught:
        try_apart(hostile.tell_session, b"12345", limits=TIGHT)

    told = caught.value.detail
    assert (caught.value.code, told["bytes"]) == ("told", 5)
    assert told["group"] == told["pid"] != os.getpid()
    assert not Path(f"/proc/{told['pid']}").exists()


def test_a_trial_that_waits_is_ended() -> None:
    started = time.monotonic()

    with pytest.raises(ModelRefused) as caught:
        try_apart(hostile.sleep, b"", limits=TrialLimits(wall_s=0.3))

    assert caught.value.code == "too_slow"
    assert time.monotonic() - started < 300


def test_a_trial_that_crashes_is_a_refusal() -> None:
    with pytest.raises(ModelRefused) as caught:
        try_apart(hostile.abort, b"", limits=TIGHT)

    assert caught.value.code == "crashed"
    assert "-6" in caught.value.message


def test_a_trial_writes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "written"

    with pytest.raises(ModelRefused):
        try_apart(hostile.write_file, str(path).encode(), limits=TIGHT)

    assert not path.exists() or path.stat().st_size == 0


def test_the_list_of_operators_has_no_way_out() -> None:
    """What loops, draws, reads files, or sizes its output by values."""
    forbidden = {
        "Loop", "If", "Scan", "SequenceMap", "RandomNormal", "RandomUniform",
        "Multinomial", "Bernoulli", "ImageDecoder", "NonZero", "Compress", "Unique",
        "NonMaxSuppression", "StringNormalizer", "TfIdfVectorizer", "ZipMap",
    }  # fmt: skip

    assert not forbidden & (OPERATORS[""] | OPERATORS["ai.onnx.ml"])
    assert set(OPERATORS) == {"", "ai.onnx.ml"}
