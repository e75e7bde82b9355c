"""An opponent's file in WebAssembly, by Node: what a player's browser would answer."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from classifiers.training.errors import ExportRefused
from classifiers.training.trained import Floats
from images.normalising import Pixels

FOLDER = Path(__file__).resolve().parent
HOW_TO_GET_IT = "make setup installs onnxruntime-web; it needs Node 20 or newer"
_SECONDS = 300
# The same numbers, without the seconds that optimising the code takes: fewer pictures
# are answered here than would be worth it.
_FLAGS = ("--liftoff-only",)


def is_installed() -> bool:
    """Whether Node and onnxruntime-web are there."""
    package = FOLDER / "node_modules" / "onnxruntime-web" / "package.json"
    return package.is_file() and shutil.which("node") is not None


def run_in_wasm(file: bytes, *, pixels: Pixels) -> Floats:
    """Probabilities float32 [N, C] of uint8 [N, S, S, 3], one picture a run.

    Raises ExportRefused where the file does not run there.
    """
    count, side = pixels.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        model, picture = Path(folder, "model.onnx"), Path(folder, "pixels")
        model.write_bytes(file)
        picture.write_bytes(np.ascontiguousarray(pixels).tobytes())
        arguments = [*_FLAGS, str(FOLDER / "run.mjs")]
        arguments += [str(model), str(picture), str(side), str(count)]
        done = subprocess.run(  # noqa: S603 - our own script
            [shutil.which("node") or "node", *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-300:]
        raise ExportRefused(f"the file does not run in WebAssembly: {said}")
    return np.frombuffer(done.stdout, np.float32).reshape(count, -1)
