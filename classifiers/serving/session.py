"""Runs a classifier's file: one onnxruntime session per file and process.

onnxruntime is imported at the first session: it costs 0.13 s, and most commands
never run a classifier. A session belongs to the process that made it (threads of
onnxruntime do not survive a fork); several Python threads may use one at once.
"""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.errors import ModelFileDamaged, ModelRefused, PredictionFailed

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

# Sessions kept per process; the one unused for longest goes first.
_KEPT = 64
_ERROR_SEVERITY = 3
_BESIDE = "session.model_external_initializers_file_folder_path"


class Outputs(NamedTuple):
    """`probabilities` float32 [N, C] in class order, `embedding` float32 [N, D]."""

    probabilities: Floats
    embedding: Floats


class Session:
    """A loaded classifier. Cheap to call from several threads at once."""

    def __init__(self, data: bytes) -> None:
        """Load the bytes of an .onnx file; ModelRefused when they are none.

        `inner` is onnxruntime's own session.
        """
        self.inner, self._failures = _load(data)

    @property
    def inputs(self) -> list[Any]:
        """Each input as onnxruntime tells it: name, type, shape."""
        return list(self.inner.get_inputs())

    @property
    def outputs(self) -> list[Any]:
        """Each output as onnxruntime tells it: name, type, shape."""
        return list(self.inner.get_outputs())

    @property
    def metadata(self) -> dict[str, str]:
        """The file's `metadata_props`."""
        return dict(self.inner.get_modelmeta().custom_metadata_map)

    def predict(self, pictures: Pixels) -> Outputs:
        """Answer uint8 [N, H, W, 3] (sRGB); PredictionFailed when it cannot.

        The numbers depend a little on N (up to 4e-6): what is published is made at
        N = 1, by `predict_one`.
        """
        names = ["probabilities", "embedding"]
        try:
            probabilities, embedding = self.inner.run(names, {"image": pictures})
        except self._failures as error:
            raise PredictionFailed(f"The classifier failed: {error}") from error
        if len(probabilities) != len(pictures) or len(embedding) != len(pictures):
            raise PredictionFailed("The classifier lost a picture of the batch.")
        return Outputs(probabilities, embedding)


def predict_one(session: Session, picture: Pixels) -> Floats:
    """Answer one picture, uint8 [H, W, 3], alone: float32 [C].

    The only way to a published prediction: the same file, picture and machine give
    the same numbers.
    """
    answer: Floats = session.predict(picture[np.newaxis]).probabilities[0]
    return answer


def hash_bytes(data: bytes) -> str:
    """The lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def get_session(sha256: str, *, read: Callable[[], bytes]) -> Session:
    """This process's session of the file `sha256`; `read` is called at the first use.

    Raises ModelFileDamaged when the bytes are not those of `sha256`; nothing is
    kept then, and the next call reads again.
    """
    key = (os.getpid(), sha256)
    with _lock:
        if key in _sessions:
            _sessions.move_to_end(key)
            return _sessions[key]
        session = Session(require_bytes(read(), sha256=sha256))
        _sessions[key] = session
        while len(_sessions) > _KEPT:
            _sessions.popitem(last=False)
        return session


def require_bytes(data: bytes, *, sha256: str) -> bytes:
    """Answer `data` when its SHA-256 is `sha256`, else raise ModelFileDamaged."""
    found = hash_bytes(data)
    if found != sha256:
        raise ModelFileDamaged(
            f"The stored file of classifier {sha256[:12]} has other bytes "
            f"({found[:12]}). Import it again.",
            detail={"expected": sha256, "found": found},
        )
    return data


def _load(data: bytes) -> tuple[Any, tuple[type[Exception], ...]]:
    """The session, and the exceptions that onnxruntime raises when it fails."""
    import onnxruntime  # noqa: PLC0415 - see the module's docstring
    from onnxruntime.capi import (  # noqa: PLC0415 - see the module's docstring
        onnxruntime_pybind11_state as state,
    )

    failures = (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NotImplemented,
        state.RuntimeException,
        state.NoSuchFile,
        state.NoModel,
        state.EPFail,
        RuntimeError,
        ValueError,
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERROR_SEVERITY
    # Weights beside the file would not be named by its SHA-256: there is no beside.
    options.add_session_config_entry(_BESIDE, os.devnull)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        inner = onnxruntime.InferenceSession(
            data, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except failures as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelRefused(
            f"This is no ONNX file that onnxruntime can load: {reason}", code="not_onnx"
        ) from error
    return inner, failures


def _renew_lock() -> None:
    """In a forked child the lock may be held by a thread that is not there."""
    global _lock  # noqa: PLW0603 - a lock of this module, replaced once per fork
    _lock = threading.Lock()


_lock = threading.Lock()
_sessions: OrderedDict[tuple[int, str], Session] = OrderedDict()
os.register_at_fork(after_in_child=_renew_lock)
