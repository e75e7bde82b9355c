"""The provider's process: one client, two users, and a port of 127.0.0.1.

PROVIDER_REDIRECTS are the client's redirect addresses, separated by spaces.
"""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until stopped; prints a line when ready."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.provider.settings"
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    django.setup()
    call_command("migrate", verbosity=0)
    _fill()
    server = make_server(
        "127.0.0.1",
        int(os.environ["PROVIDER_PORT"]),
        get_wsgi_application(),
        server_class=_Server,
        handler_class=_Quiet,
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


def _fill() -> None:
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    for name in ("mira", "rosa"):
        user = User.objects.create_user(
            name, f"{name}@example.net", "tangerine-orbit-42"
        )
        EmailAddress.objects.create(
            user=user, email=user.email, verified=True, primary=True
        )
    Client.objects.create(
        id="game",
        name="EyeVsAI",
        secret=make_password("game-secret"),
        scopes="openid\nprofile\nemail",
        redirect_uris="\n".join(os.environ["PROVIDER_REDIRECTS"].split()),
    )


if __name__ == "__main__":
    main()
