"""Reads what the game sends by e-mail: from Django's outbox, and from a folder."""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

from django.core import mail

_CODE = re.compile(r"^ {4}(\d{6})$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+/reset-password/\S+")


def read_outbox_code(to: str) -> str:
    """The code of the newest letter to `to` that has one."""
    texts = [str(each.body) for each in mail.outbox if each.to == [to]]
    return _find_code(texts)


def read_folder_code(folder: Path, to: str, *, timeout_s: float = 10) -> str:
    """The same from a game's VAR_DIR/mail; waits for the letter."""
    return _find_code(_wait_for_letters(folder, to, _CODE, timeout_s))


def read_folder_reset(folder: Path, to: str, *, timeout_s: float = 10) -> str:
    """The address that the newest letter about a new password gives."""
    texts = _wait_for_letters(folder, to, _ADDRESS, timeout_s)
    return [found for text in texts for found in _ADDRESS.findall(text)][-1]


def _find_code(texts: list[str]) -> str:
    return [found for text in texts for found in _CODE.findall(text)][-1]


def _wait_for_letters(
    folder: Path, to: str, pattern: re.Pattern[str], timeout_s: float
) -> list[str]:
    """The texts of the letters to `to`, oldest first, once one has the pattern."""
    end = time.monotonic() + timeout_s
    while True:
        texts = _read_texts(folder, to)
        if any(pattern.search(text) for text in texts):
            return texts
        if time.monotonic() > end:
            raise AssertionError(f"no such letter to {to} in {folder}: {texts}")
        time.sleep(0.05)


def _read_texts(folder: Path, to: str) -> list[str]:
    texts = []
    for path in sorted(folder.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        if message["To"] == to and body is not None:
            texts.append(body.get_content())
    return texts
