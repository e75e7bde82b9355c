"""Letters: what they say in both forms, and where they go."""

import re
import stat
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import allauth
import pytest

from accounts.letters import LETTERS, MailUnavailable, render_letter, send_letter
from tests.letters import read_folder_code
from tests.smtp import serve_mail

SITE = "https://eyevsai.example"
VALUES: dict[str, Any] = {
    "site_url": SITE,
    "email": "alice@example.com",
    "code": "012345",
    "password_reset_url": f"{SITE}/reset-password/1-abc",
    "from_email": "old@example.com",
    "to_email": "new@example.com",
    "deleted_email": "old@example.com",
    "provider": "GitHub",
    "timestamp": datetime(2026, 11, 21, 12, 30, tzinfo=UTC),
    "ip": "203.0.113.7",
    "user_agent": "<b>Firefox</b> & friends",
}
# Letters of what is switched off: sign-in by code, reset by code, links for e-mails,
# phones; and of steps that no call of ours takes.
NEVER_SENT = {"email_confirm", "login_code", "password_reset_code"}


class Reader(HTMLParser):
    """The words and links of a page; a tag left open or a thing to load fails."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._open: list[str] = []

    # HTMLParser calls the next three.
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        values = dict(attrs)
        assert tag not in {"img", "script", "link", "style", "iframe"}
        assert "src" not in values
        if tag == "a":
            self.links.append(values["href"] or "")
        if tag not in {"meta", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words.append(data)

    def finish(self) -> str:
        """All the text, with single spaces."""
        self.close()
        assert self._open == []
        return " ".join(" ".join(self.words).split())


def read(name: str) -> tuple[str, str, str, list[str]]:
    """Subject, text, the words of the page, and its links."""
    letter = render_letter(name, to="alice@example.com", values=VALUES)
    [page] = letter.alternatives
    reader = Reader()
    reader.feed(str(page[0]))
    assert page[1] == "text/html"
    return str(letter.subject), str(letter.body), reader.finish(), reader.links


@pytest.mark.parametrize("name", LETTERS)
def test_each_letter_says_the_same_in_both_forms(name: str) -> None:
    subject, text, page, links = read(name)

    assert "\n" not in subject
    assert re.search(r"[{}]|None|%\w", subject + text + page) is None
    assert text.startswith("EyeVsAI\n\n")
    assert max(len(line) for line in text.splitlines()) < 100
    for line in LETTERS[name].lines:
        said = line.format_map(VALUES)
        assert said in text
        assert said in page
    assert set(re.findall(r"https://\S+", text)) == set(links)
    assert ("012345" in text) == ("012345" in page) == LETTERS[name].has_code
    if LETTERS[name].is_notice:
        assert "21 November 2026, 12:30 UTC" in text
        assert "203.0.113.7, <b>Firefox</b> & friends" in text
        assert "203.0.113.7, <b>Firefox</b> & friends" in page


def test_every_letter_that_allauth_may_send_has_words() -> None:
    root = Path(allauth.__file__).parent / "templates"
    subjects = root.glob("*/email/*_subject.txt")
    names = {path.name.removesuffix("_subject.txt") for path in subjects}

    assert names - set(LETTERS) == NEVER_SENT
    assert set(LETTERS) - names == {"sign_up_code"}


def test_a_value_makes_no_new_header() -> None:
    values = {**VALUES, "provider": "GitHub\r\nBcc: eve@example.com"}
    letter = render_letter("account_connected", to="a@example.com", values=values)

    assert letter.subject == "GitHub Bcc: eve@example.com was connected"
    assert letter.message()["Bcc"] is None


def test_a_folder_holds_one_file_for_each_letter(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "accounts.mailbox.FolderBackend"
    settings.EMAIL_FILE_PATH = folder = tmp_path / "var" / "mail"
    for code in ("111111", "222222"):
        values = {**VALUES, "code": code}
        send_letter("sign_up_code", to="alice@example.com", values=values)

    first, second = sorted(folder.iterdir())
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"Letter: Your code for EyeVsAI ({path})" for path in (first, second)
    ]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert read_folder_code(folder, "alice@example.com") == "222222"
    first.unlink()
    second.unlink()
    folder.rmdir()
    folder.write_text("no folder")
    with pytest.raises(MailUnavailable):
        send_letter("sign_up_code", to="alice@example.com", values=VALUES)


def test_the_terminal_shows_the_text(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "accounts.mailbox.TerminalBackend"
    send_letter("sign_up_code", to="alice@example.com", values=VALUES)

    said = capsys.readouterr().out
    assert said.startswith("Letter to alice@example.com: Your code for EyeVsAI\n")
    assert "        012345\n" in said
    assert "<" not in said


def test_a_mail_server_gets_both_forms(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = False
    settings.DEFAULT_FROM_EMAIL = "EyeVsAI <game@eyevsai.example>"
    with serve_mail() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        send_letter("sign_up_code", to="alice@example.com", values=VALUES)

    [received] = server.received
    letter = message_from_bytes(received, policy=policy.default)
    parts = [part.get_content_type() for part in letter.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert (letter["From"], letter["To"]) == (
        "EyeVsAI <game@eyevsai.example>",
        "alice@example.com",
    )


def test_a_mail_server_without_tls_gets_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert settings.EMAIL_USE_TLS is True
    with serve_mail() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        with pytest.raises(MailUnavailable):
            send_letter("sign_up_code", to="alice@example.com", values=VALUES)

    assert server.received == []
