"""A production site: Django's own list of checks, its cookies, and what ends them."""

import json
from pathlib import Path

import pytest

from tests.config.commands import ROOT, manage
from tests.config.test_settings import PRODUCTION

# All that a site with mail and a provider sets.
FULL = {
    **PRODUCTION,
    "SECRET_KEY": "tq0_Yw7Zr2Lk9Vb4Xn6Mh1Jd8Gf3Sc5Pa-tq0_Yw7Zr2Lk9Vb4Xn6Mh1",
    "CSRF_TRUSTED_ORIGINS": "https://eyevsai.example",
    "TRUSTED_PROXIES": "1",
    "EMAIL_HOST": "mail.example",
    "EMAIL_USER": "game",
    "EMAIL_PASSWORD": "letters",
    "MAIL_FROM": "EyeVsAI <game@eyevsai.example>",
    "GOOGLE_CLIENT_ID": "id",
    "GOOGLE_CLIENT_SECRET": "secret",
    "LOG_LEVEL": "INFO",
}
# Walks through a site as a browser behind its proxy does, with real processes' code.
VISIT = """
import json
from django.conf import settings as s
from django.test import Client

proxied = {"HTTP_HOST": "eyevsai.example", "HTTP_X_FORWARDED_PROTO": "https"}
browser = Client(enforce_csrf_checks=True, **proxied)
page = browser.get("/")
plain = Client(HTTP_HOST="eyevsai.example").get("/board")
login = browser.post(
    "/_allauth/browser/v1/auth/login", {}, content_type="application/json"
)
print(json.dumps({
    "status": page.status_code,
    "headers": dict(page.headers),
    "cookies": {name: cookie.OutputString() for name, cookie in page.cookies.items()},
    "plain": [plain.status_code, plain.headers.get("Location")],
    "login": login.status_code,
    "session": [
        s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,
        s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN,
    ],
    "notices": s.MESSAGE_STORAGE,
}))
"""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A VAR_DIR with a page in it."""
    folder = tmp_path_factory.mktemp("production")
    (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
    return folder


@pytest.fixture
def nginx() -> str:
    """What the proxy is told."""
    return (ROOT / "docker" / "nginx.conf").read_text(encoding="utf-8")


@pytest.mark.parametrize("whole_domain", ["0", "1"])
def test_django_has_nothing_to_warn_of(var: Path, whole_domain: str) -> None:
    done = manage(
        "check", "--deploy", "--fail-level", "INFO", var=var,
        **FULL, HSTS_WHOLE_DOMAIN=whole_domain,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    silenced = 2 if whole_domain == "0" else 0
    assert done.stdout == (
        f"System check identified no issues ({silenced} silenced).\n"
    )


def test_cookies_belong_to_this_host_and_the_page_has_its_headers(var: Path) -> None:
    done = manage(
        "shell", "-v", "0", "-c", VISIT, var=var, **FULL,
        FRONTEND_DIST=str(var), RATE_LIMITS="0",
    )  # fmt: skip

    seen = json.loads(done.stdout)
    assert (seen["status"], seen["login"]) == (200, 403)
    assert seen["plain"] == [301, "https://eyevsai.example/board"]
    [(name, cookie)] = seen["cookies"].items()
    assert name == "__Host-csrftoken"
    attributes = set(cookie.split("; ")[1:])
    assert {"Path=/", "SameSite=Lax", "Secure"} <= attributes
    assert not any(each.startswith(("Domain", "HttpOnly")) for each in attributes)
    assert seen["session"] == ["__Host-sessionid", True, True, "Lax", "/", None]
    assert seen["notices"].endswith("storage.session.SessionStorage")
    headers = seen["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "form-action 'self'" in headers["Content-Security-Policy"]


def test_the_proxy_logs_no_query_and_no_reset_key(nginx: str) -> None:
    formats = [line for line in nginx.splitlines() if "log_format" in line]

    assert len(formats) == 1
    for unwanted in ("$request ", "$request_uri", "$args", "$http_referer", "$uri"):
        assert unwanted not in formats[0]
    assert "$logged_path" in formats[0]
    assert "~^(/reset-password/) $1-;" in nginx


def test_the_proxy_passes_cookies_on_and_keeps_none(nginx: str) -> None:
    for directive in ("proxy_hide_header", "proxy_ignore_headers", "proxy_cache "):
        assert directive not in nginx
