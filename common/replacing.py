"""Files that are there whole or not at all."""

from pathlib import Path


def replace_file(file: Path, *, data: bytes) -> None:
    """Write the whole file at once: who reads meanwhile sees the old one.

    Raises OSError; the old file stays then, and no part of the new one.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise
