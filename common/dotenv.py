"""The lines of a .env file."""

from pathlib import Path


def parse_dotenv(path: Path) -> dict[str, str]:
    """The values of the lines `NAME=value`; empty where there is no such file."""
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            values.setdefault(name.strip(), value.strip().strip("\"'"))
    return values
