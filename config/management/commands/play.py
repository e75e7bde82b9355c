"""`manage.py play`: the whole game in one process, from an empty folder."""

import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import structlog
import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from config import env
from config.preflight import find_port_problem
from config.preparation import prepare_game
from game.services.closing import close_expired
from game.services.guests import prune

logger = structlog.get_logger(__name__)

HOST: Final = "127.0.0.1"


class Command(BaseCommand):
    """Migrate, prepare pictures and opponents, then serve until told to stop."""

    help = "Prepare everything and run the game at http://127.0.0.1:PORT"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only the port; everything else comes from the environment."""
        parser.add_argument("--port", default=env.text("PORT", "8000"))

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM; nothing is left running after."""
        problem = find_port_problem(port)
        if problem:
            raise CommandError(problem)
        signal.signal(signal.SIGTERM, _interrupt)
        started = time.monotonic()
        try:
            prepare_game(self.stdout)
            self._serve(int(port), started)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _serve(self, port: int, started: float) -> None:
        stopping = threading.Event()
        jobs = [
            threading.Thread(target=_run_regularly, args=(stopping, *job), daemon=True)
            for job in (
                (close_expired, settings.CLOSING_INTERVAL_S),
                (prune, settings.PRUNING_INTERVAL_S),
            )
        ]
        config = uvicorn.Config(
            "config.asgi:application",
            host=HOST,
            port=port,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=4096,
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=2,
        )
        server = _AnnouncingServer(config, line=self._ready_line(port, started))
        for job in jobs:
            job.start()
        try:
            server.run()
        finally:
            stopping.set()
            for job in jobs:
                job.join(timeout=5)

    def _ready_line(self, port: int, started: float) -> str:
        seconds = time.monotonic() - started
        return f"Ready in {seconds:.0f} s: http://{HOST}:{port}  (Ctrl-C stops it)"


class _AnnouncingServer(uvicorn.Server):
    """Says where it is once it really listens."""

    def __init__(self, config: uvicorn.Config, *, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._line, flush=True)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """SIGTERM while preparing is like Ctrl-C."""
    raise KeyboardInterrupt


def _run_regularly(
    stopping: threading.Event, job: Callable[[], object], interval_s: int
) -> None:
    """A periodic job; a failed run is logged and the next one tries again."""
    is_over = False
    while not is_over:
        try:
            job()
        except DatabaseError as error:
            logger.warning("job failed", job=job.__name__, error=str(error))
        finally:
            close_old_connections()
        is_over = stopping.wait(interval_s)
