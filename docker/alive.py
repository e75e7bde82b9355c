"""The container's health check: whether the server in it answers.

Asks /healthz as the proxy would: under a name the site is served by, over https.
"""

import os
import sys
import urllib.error
import urllib.request

PORT = os.environ.get("PORT", "8000")
HOST = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")


def is_alive() -> bool:
    """True for 200 within five seconds."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/healthz",
        headers={"Host": HOST or "localhost", "X-Forwarded-Proto": "https"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - same
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_alive() else 1)
