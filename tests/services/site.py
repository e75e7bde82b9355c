"""A production site on the loopback: its stores, its four kinds of process."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.buckets import BUCKET, S3_KEY, serve_s3
from tests.services.processes import ROOT, Process, find_free_port, listens, run
from tests.services.stores import (
    make_database,
    take_redis,
)

HOST = "eyevsai.example"
ORIGIN = f"https://{HOST}"
# What docker/nginx.conf adds to a call.
BY_PROXY = {
    "Host": HOST,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
}


@dataclass(kw_only=True)
class Site:
    """Where the parts of a running site are."""

    environment: dict[str, str]
    web: int = field(default_factory=find_free_port)
    sockets: int = field(default_factory=find_free_port)
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """The address of its PostgreSQL database."""
        return self.environment["DATABASE_URL"]

    @property
    def mail(self) -> Path:
        """Where its letters lie."""
        return Path(self.environment["VAR_DIR"]) / "mail"

    def stop(self) -> None:
        """Stop every process by its id; fails where one stays."""
        for process in self.processes.values():
            process.stop(signal.SIGTERM, seconds=20)


@contextmanager
def serve_site(folder: Path) -> Iterator[Site]:
    """A site with a small world in it; logs and the like go into `folder`."""
    with ExitStack() as stack:
        site = Site(
            environment=_make_environment(
                folder,
                database=stack.enter_context(make_database()),
                redis=stack.enter_context(take_redis()),
                s3=stack.enter_context(serve_s3()),
            )
        )
        subprocess.run(
            [sys.executable, "-m", "tests.services.world"],
            cwd=ROOT,
            env=site.environment,
            timeout=60,
            check=True,
        )
        ports = {"web": site.web, "sockets": site.sockets, "worker": 0, "beat": 0}
        for name, port in ports.items():
            site.processes[name] = stack.enter_context(
                run(
                    ["docker/entrypoint", name],
                    log=folder / f"{name}.txt",
                    environment={**site.environment, "PORT": str(port)},
                )
            )
        for name, port in ports.items():
            if port:
                _wait_for_port(site.processes[name], port)
        yield site


def _wait_for_port(process: Process, port: int) -> None:
    process.wait_for(lambda: listens(port), seconds=60)


def _make_environment(
    folder: Path, *, database: str, redis: str, s3: str
) -> dict[str, str]:
    commands = str(Path(sys.executable).parent)
    return {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "ENVIRONMENT": "production",
        "SECRET_KEY": "services-only-" + "x" * 50,
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "VAR_DIR": str(folder / "var"),
        "TRUSTED_PROXIES": "1",
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": s3,
        "S3_REGION": "us-east-1",
        "PICTURE_ORIGINS": s3,
        "AWS_ACCESS_KEY_ID": S3_KEY,
        "AWS_SECRET_ACCESS_KEY": S3_KEY,
        "BIND": "127.0.0.1",
        "MAIL": "folder",
        "BEAT_SCHEDULE": str(folder / "beat"),
        "CLOSING_INTERVAL_S": "1",
    }


@dataclass
class Visitor:
    """Somebody whose calls come through the proxy."""

    port: int
    token: str = ""

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of a call; None for no content."""
        headers = {**BY_PROXY, "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def post(self, path: str, body: Any = None) -> Any:
        """What a POST under /api/v1/ answers; it must be a success."""
        status, answer = self.call("POST", f"/api/v1/{path}", body or {})
        assert status in {200, 201, 204}, answer
        return answer
