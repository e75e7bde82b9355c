"""Recipes as options of a command line, each with its help, and back."""

import argparse
import dataclasses
import math
import os
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Config

_PREFIX = "setting_"
_SWITCHES = {"true": True, "yes": True, "1": True, "false": False, "no": False}
_SWITCHES["0"] = False


def add_options(parser: argparse.ArgumentParser, config: type[Config]) -> None:
    """One option for each field of `config`, such as `--channels 16,32`."""
    group = parser.add_argument_group("the recipe")
    for field in dataclasses.fields(config):
        default = format_value(field.default)
        group.add_argument(
            f"--{field.name.replace('_', '-')}",
            dest=_PREFIX + field.name,
            metavar="VALUE",
            help=f"{field.metadata['help']} ({default})".replace("%", "%%"),
        )


def read_options(options: Mapping[str, Any], config: type[Config]) -> Config:
    """The recipe that a parsed command line asks for. Raises TrainingFailed."""
    return read_config(config, list_given(options, config))


def list_given(options: Mapping[str, Any], config: type[Config]) -> dict[str, str]:
    """The settings that a parsed command line names, as they were written."""
    return {
        field.name: options[_PREFIX + field.name]
        for field in dataclasses.fields(config)
        if options.get(_PREFIX + field.name) is not None
    }


def read_config(config: type[Config], values: Mapping[str, Any]) -> Config:
    """A recipe from texts or plain values (JSON's lists for tuples).

    Raises TrainingFailed `wrong_setting` for an unknown name, another type and a
    number out of range.
    """
    fields = {field.name: field for field in dataclasses.fields(config)}
    if unknown := sorted(set(values) - set(fields)):
        raise _wrong(
            f"There is no setting {', '.join(unknown)}. Known: {', '.join(fields)}."
        )
    types_of = typing.get_type_hints(config)
    read = {
        name: _read(name, value, kind=types_of[name], limits=fields[name].metadata)
        for name, value in values.items()
    }
    return config(**read)


def hide_folder(value: Any) -> Any:
    """A local file or folder by its name alone: cards are public, folders are not."""
    if not isinstance(value, str):
        return value
    path = os.path.expanduser(value)  # noqa: PTH111 - never raises
    is_path = "/" in path and os.path.exists(path)  # noqa: PTH110 - never raises
    return Path(path).absolute().name if is_path else value


def format_value(value: Any) -> str:
    """A setting as it is written on a command line."""
    if isinstance(value, tuple):
        return ",".join(str(each) for each in value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value) or "none"


def _read(name: str, value: Any, *, kind: Any, limits: Mapping[str, Any]) -> Any:
    try:
        read = _convert(value, kind=kind)
    except (TypeError, ValueError) as error:
        raise _wrong(f"{name} cannot be {value!r}: {error}.") from error
    numbers = read if isinstance(read, tuple) else (read,)
    for number in numbers:
        if not isinstance(number, bool) and isinstance(number, int | float):
            _require_range(name, number, low=limits["low"], high=limits["high"])
    return read


def _convert(value: Any, *, kind: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        parts = value.split(",") if isinstance(value, str) else list(value)
        return tuple(
            _convert(part, kind=arguments[0])
            for part in parts
            if part not in {"", "none"}
        )
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"choose one of {', '.join(map(str, arguments))}")
        return value
    if isinstance(kind, types.UnionType):
        raise TypeError("a setting has one type")
    if kind is bool and not isinstance(value, bool):
        if str(value).lower() not in _SWITCHES:
            raise ValueError("say true or false")
        return _SWITCHES[str(value).lower()]
    if kind is int and isinstance(value, float):
        raise TypeError("it is a whole number")
    return kind(value)


def _require_range(
    name: str, number: float, *, low: float | None, high: float | None
) -> None:
    if not math.isfinite(number):
        raise _wrong(f"{name} is {number}; give a finite number.")
    if low is not None and number < low:
        raise _wrong(f"{name} is {number}; the least is {low}.")
    if high is not None and number > high:
        raise _wrong(f"{name} is {number}; the most is {high}.")


def _wrong(message: str) -> TrainingFailed:
    return TrainingFailed(message, code="wrong_setting")
