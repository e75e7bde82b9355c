"""A mail server of a few lines (RFC 5321), for letters that are really sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

_ANSWERS = {
    b"EHLO": b"250 here",
    b"MAIL": b"250 ok",
    b"RCPT": b"250 ok",
    b"DATA": b"354 go on",
    b"QUIT": b"221 bye",
}


class MailServer(ThreadingTCPServer):
    """Keeps what it is sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[bytes] = []

    @property
    def port(self) -> int:
        """Where it listens on the loopback."""
        return int(self.server_address[1])


class _Conversation(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(b"220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            self._say(_ANSWERS.get(word, b"500 what?"))
            if word == b"DATA":
                self.server.received.append(self._read_letter())
                self._say(b"250 taken")
            if word == b"QUIT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _read_letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)


@contextmanager
def serve_mail() -> Iterator[MailServer]:
    """A running mail server."""
    with MailServer() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
