"""`make play` where something is missing: one clear line, and nothing is started."""

import ast
import os
import shlex
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import preflight
from tests.config.commands import ROOT, Done, make

# What the Makefile itself calls, without node.
TOOLS = ("sh", "make", "find", "sed", "id", "awk", "env")


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with the tools of any machine and no node."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (folder / tool).symlink_to(found)
    return folder


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def write_tool(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="ascii")
    path.chmod(0o755)


def the_line_of(done: Done) -> str:
    """The one line a person reads; make's own lines name no cause."""
    assert done.returncode != 0
    assert done.stdout == ""
    [line] = [each for each in done.stderr.splitlines() if not each.startswith("make")]
    return line


def test_a_taken_port_is_one_line(taken_port: str) -> None:
    done = make("play", PORT=taken_port, PYTHON=sys.executable)

    assert the_line_of(done) == (
        f"Port {taken_port} cannot be used (address already in use). "
        "Choose another: make play PORT=8001"
    )


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none_is_one_line(port: str) -> None:
    done = make("play", PORT=port, PYTHON=sys.executable)

    assert the_line_of(done) == (
        f"PORT={port} is not a port: choose a number from 1 to 65535."
    )


@pytest.mark.parametrize("target", ["play", "setup"])
def test_no_node_is_one_line(bare_path: Path, target: str) -> None:
    done = make(target, PATH=str(bare_path), PYTHON=sys.executable, PORT="8999")

    assert the_line_of(done) == (
        "Node 20 or newer with npm is needed to build the page. "
        "Install it and try again."
    )


def test_an_old_node_is_one_line(bare_path: Path) -> None:
    write_tool(bare_path / "node", "echo v18.20.4")
    write_tool(bare_path / "npm", "echo 10.0.0")

    done = make("play", PATH=str(bare_path), PYTHON=sys.executable, PORT="8999")

    assert (
        the_line_of(done)
        == "Node 20 or newer is needed, and node --version says v18.20.4."
    )


def test_an_old_python_is_one_line(tmp_path: Path) -> None:
    """A Python that runs the file and says that it is 3.9."""
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 18, 'final', 0);"
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    old = tmp_path / "python3.9"
    write_tool(old, f'exec {sys.executable} -c {shlex.quote(code)} "$@"')

    done = make("play", PYTHON=str(old), PORT="8999")

    assert the_line_of(done) == (
        f"Python 3.11 or newer is needed, and {sys.executable} is 3.9.18. "
        "Install it, or say which: make PYTHON=/path/to/python3.11 play"
    )


def test_an_old_python_can_read_the_file() -> None:
    source = (ROOT / "config/preflight.py").read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 7))


def test_here_everything_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = str(listener.getsockname()[1])

    assert os.access(sys.executable, os.X_OK)
    assert preflight.find_problem("python") is None
    assert preflight.find_problem("node") is None
    assert preflight.find_problem(f"port:{free}") is None
