"""The options of `opponents import` for a file that does not keep the contract."""

import argparse
import json
from pathlib import Path
from typing import Any

from classifiers.hall.adapting import Adapter, adapt_classifier
from classifiers.services.imports import read_onnx
from common.errors import InvalidValue


def add_adapter(parser: argparse.ArgumentParser) -> None:
    """Everything of `classifiers.hall.adapting.Adapter`; `--size` asks for one."""
    group = parser.add_argument_group(
        "a plain classifier (give --size to have it adapted; docs/classify.md)"
    )
    group.add_argument("--size", type=int, help="pixels on a side that it takes")
    group.add_argument("--layout", choices=("nchw", "nhwc"), default="nchw")
    group.add_argument("--channels", choices=("rgb", "bgr"), default="rgb")
    group.add_argument(
        "--scale", type=float, default=1.0, help="pixels are divided by this (1)"
    )
    group.add_argument("--mean", type=_three, default=(0.0,) * 3, metavar="R,G,B")
    group.add_argument("--std", type=_three, default=(1.0,) * 3, metavar="R,G,B")
    group.add_argument("--classes", default="", metavar="A,B,C", help="of its outputs")
    group.add_argument(
        "--map",
        type=Path,
        metavar="FILE.json",
        help="in place of --classes: our class -> list of places in its outputs",
    )
    group.add_argument("--output", default="", metavar="NAME", help="holds its answers")
    group.add_argument("--embedding", default="", metavar="NAME", help="holds its look")
    group.add_argument(
        "--answers", choices=("auto", "logits", "probabilities"), default="auto"
    )


def read_contract_file(options: dict[str, Any]) -> Path | bytes:
    """The file to import: as it is, or adapted where `--size` is given.

    Raises ModelRefused, and InvalidValue `wrong_map` or, where a map or classes come
    without a size, `no_size`.
    """
    file: Path = options["file"]
    if options["size"] is None:
        if options["map"] or options["classes"]:
            raise InvalidValue("Give --size too: what the file takes.", code="no_size")
        return file
    adapter = Adapter(
        groups=_read_map(options["map"]) if options["map"] else None,
        classes=tuple(each for each in options["classes"].split(",") if each),
        **{
            name: options[name]
            for name in (
                "size",
                "layout",
                "channels",
                "scale",
                "mean",
                "std",
                "output",
                "embedding",
                "answers",
            )
        },
    )
    return adapt_classifier(
        read_onnx(file), adapter=adapter, dataset=options["dataset"]
    )


def _three(text: str) -> tuple[float, ...]:
    numbers = tuple(float(part) for part in text.split(","))
    if len(numbers) != 3:
        raise argparse.ArgumentTypeError("give three numbers: R,G,B")
    return numbers


def _read_map(path: Path) -> dict[str, tuple[int, ...]]:
    try:
        groups = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidValue(
            f"{path} is no readable map: {error}", code="wrong_map"
        ) from (error)
    if not isinstance(groups, dict) or not all(
        isinstance(places, list) and all(type(place) is int for place in places)
        for places in groups.values()
    ):
        raise InvalidValue(
            f'{path} must look like {{"cat": [281, 282], "dog": [151]}}.',
            code="wrong_map",
        )
    return {label: tuple(places) for label, places in groups.items()}
