from functools import cache
from itertools import islice

import numpy as np
import onnx
import pytest

from classifiers.training.errors import ExportRefused
from classifiers.training.opponents import OPPONENTS, BundledOpponent
from classifiers.training.parity import (
    WASM_TOLERANCE,
    measure_wasm_gap,
    open_session,
    run_file,
)
from classifiers.training.pictures import open_bundled
from classifiers.training.wasm.running import (
    HOW_TO_GET_IT,
    is_installed,
    run_in_wasm,
)
from images.normalising import Pixels
from tests.conftest import missing


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not is_installed():
        missing(f"onnxruntime-web ({HOW_TO_GET_IT})")


@cache
def take_held_out(dataset: str) -> Pixels:
    """Eight held-out pictures, made once for the three opponents that see them."""
    held_out = open_bundled(dataset).held_out()
    return np.stack([each.pixels for each in islice(held_out, 0, 240, 30)])


@pytest.mark.parametrize(
    "opponent", OPPONENTS, ids=[f"{each.dataset}/{each.tier}" for each in OPPONENTS]
)
def test_a_browser_gets_the_same_answers(opponent: BundledOpponent) -> None:
    file = opponent.file.read_bytes()
    pixels = take_held_out(opponent.dataset)
    native, _ = run_file(open_session(file), pixels=pixels)

    gap = measure_wasm_gap(file, pixels, native=native)

    assert gap <= WASM_TOLERANCE


def test_another_answer_in_the_browser_is_refused() -> None:
    file = OPPONENTS[0].file.read_bytes()
    pixels = np.zeros((1, 320, 320, 3), np.uint8)
    native, _ = run_file(open_session(file), pixels=pixels)

    with pytest.raises(ExportRefused, match="WebAssembly by"):
        measure_wasm_gap(file, pixels, native=native + 2 * WASM_TOLERANCE)
    with pytest.raises(ExportRefused, match="first answer"):
        measure_wasm_gap(file, pixels, native=-native)


def test_a_file_that_does_not_run_there_is_refused() -> None:
    model = onnx.ModelProto()

    with pytest.raises(ExportRefused, match="does not run in WebAssembly"):
        run_in_wasm(model.SerializeToString(), pixels=np.zeros((1, 8, 8, 3), np.uint8))
