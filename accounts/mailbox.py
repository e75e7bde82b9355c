"""Where letters go on a machine without a mail server."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

_numbers: Final = count(1)


class FolderBackend(BaseEmailBackend):
    """Each letter is a file of VAR_DIR/mail, named by its time; a line says so."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were written. Raises OSError."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            path = _write(folder, message)
            # Without the address: what a terminal shows may be kept as a log.
            _say(f"Letter: {message.subject} ({path})")
        return len(email_messages)


class TerminalBackend(BaseEmailBackend):
    """Prints each letter's text."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were printed."""
        for message in email_messages:
            text = "".join(f"    {line}\n" for line in str(message.body).splitlines())
            _say(f"Letter to {', '.join(message.to)}: {message.subject}\n{text}")
        return len(email_messages)


def _write(folder: Path, message: EmailMessage) -> Path:
    """Whole or not at all, and the newest sorts last. Raises OSError."""
    moment = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
    draft = folder / f".{moment}-{next(_numbers)}"
    draft.touch(mode=0o600)
    draft.write_bytes(message.message().as_bytes())
    return draft.rename(folder / f"{draft.name[1:]}.eml")


def _say(text: str) -> None:
    print(text, flush=True)
