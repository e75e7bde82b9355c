"""What must be there before anything is installed; one clear line when it is not.

Runs with whatever Python the machine has: standard library only, old syntax only.

    python3 config/preflight.py python node port:8000
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from typing import Optional

MIN_PYTHON = (3, 11)
MIN_NODE = 20


def find_problem(name: str) -> Optional[str]:
    """The line that says what to do, or None."""
    if name == "python":
        return find_python_problem()
    if name == "node":
        return find_node_problem()
    return find_port_problem(name.partition(":")[2])


def find_python_problem() -> Optional[str]:
    """Python 3.11 or newer."""
    if sys.version_info >= MIN_PYTHON:
        return None
    return "Python 3.11 or newer is needed, and {} is {}. Install it, or say which: make PYTHON=/path/to/python3.11 play".format(  # noqa: E501
        sys.executable, ".".join(str(part) for part in sys.version_info[:3])
    )


def find_node_problem() -> Optional[str]:
    """Node 20 or newer, with npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "Node 20 or newer with npm is needed to build the page. Install it and try again."  # noqa: E501
    said = subprocess.run([node, "--version"], capture_output=True, check=False)  # noqa: S603 - which() found it
    found = re.match(rb"v(\d+)", said.stdout)
    if found and int(found.group(1)) >= MIN_NODE:
        return None
    return "Node 20 or newer is needed, and node --version says {}.".format(
        said.stdout.decode(errors="replace").strip() or "nothing"
    )


def find_port_problem(text: str) -> Optional[str]:
    """A free port on 127.0.0.1."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        return f"PORT={text} is not a port: choose a number from 1 to 65535."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            return f"Port {text} cannot be used ({os.strerror(error.errno or 0).lower()}). Choose another: make play PORT=8001"  # noqa: E501
    return None


def main() -> int:
    """0 when everything asked for is there."""
    for name in sys.argv[1:]:
        problem = find_problem(name)
        if problem:
            sys.stderr.write(problem + "\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
