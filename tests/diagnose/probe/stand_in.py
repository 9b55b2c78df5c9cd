"""An HTTP server on loopback that plays a Prefect API, or whatever else it is told to play."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

Reply: TypeAlias = "tuple[int, Mapping[str, str], bytes]"


class Handler(BaseHTTPRequestHandler):
    """Answers through the server's play; ``calls`` keeps (method, path, headers, body)."""

    protocol_version = "HTTP/1.1"
    ahead = 0.0
    """Seconds by which the server's clock is ahead."""
    server: StandIn

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self.body = json.loads(self.rfile.read(length) or b"null")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append((self.command, self.path, headers, self.body))
        with contextlib.suppress(OSError):
            reply = self.server.play(self)
            if reply is None:
                return
            status, headers, content = reply
            self.send_response(status)
            for name, value in {"content-length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The time that the server thinks it is."""
        return super().date_time_string((timestamp or time.time()) + self.ahead)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class StandIn(ThreadingHTTPServer):
    """The server; ``play`` decides every answer."""

    daemon_threads = True

    def __init__(self, play: Any) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.play = play
        self.calls: list[tuple[str, str, dict[str, str], Any]] = []

    @property
    def api(self) -> str:
        """Base URL, as a user would give it."""
        return f"http://127.0.0.1:{self.server_address[1]}/api"

    def handle_error(self, *_: Any) -> None:
        """Clients that go away are no news."""


@contextlib.contextmanager
def serving(play: Any, *, tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Serve while the block runs."""
    server = StandIn(play)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def as_json(value: Any, status: int = 200) -> Reply:
    """An answer in JSON; what is no JSON is written as text, such as `rows.Ago`."""
    content = json.dumps(value, default=str).encode()
    return status, {"content-type": "application/json"}, content


def prefect(answers: Mapping[str, Any]) -> Any:
    """A play by path: a value is answered as it is, a list page by page; the rest is 404.

    The value of a path can be a function of the body.
    """
    known: dict[str, Any] = {"/health": True, "/admin/version": "3.8.8"}
    for name in ("work_pools", "deployments", "flow_runs", "flows", "automations",
                 "concurrency_limits", "v2/concurrency_limits"):  # fmt: skip
        known[f"/{name}/filter"] = []
    known.update(answers)

    def play(handler: Handler) -> Reply:
        path = handler.path.removeprefix("/api")
        if path not in known:
            return as_json({"detail": "Not Found"}, 404)
        value = known[path]
        if callable(value):
            value = value(handler.body)
        if isinstance(value, list) and isinstance(handler.body, dict):
            start = handler.body.get("offset", 0)
            value = value[start : start + handler.body.get("limit", 200)]
        return as_json(value)

    return play


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
