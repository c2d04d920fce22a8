"""Serve the stand-ins over HTTP.

Promise: real HTTP/1.1 on the loopback address only, with connections kept alive as the real services do. An
application that raises `ConnectionResetError` has its connection closed without an answer: the one thing that no
ordinary WSGI server can do, and the reason why this one is here.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"
BACKLOG = 128  # connections that may wait to be accepted


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "slabot-sandbox"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def setup(self) -> None:
        super().setup()
        self._server.open_connections.add(self.connection)

    def finish(self) -> None:
        self._server.open_connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the client went away; nothing to say to nobody
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the journal holds every call."""

    def version_string(self) -> str:
        return self.server_version

    def answer(self) -> None:
        """Hand the request to the application and its answer back."""
        try:
            status, headers, body = self._ask(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        except ConnectionResetError:
            self.close_connection = True
            return
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer  # noqa: N815 (names of the base class)

    def _ask(self, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None) -> Any:
            told.append((status, headers))

        answer = self._server.app(self._environ(body), start_response)
        try:
            whole = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = told[-1]
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers = [*headers, ("Content-Length", str(len(whole)))]
        return status, headers, whole

    def _environ(self, body: bytes) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": LOOPBACK,
            "SERVER_PORT": str(self._server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                environ[f"HTTP_{key}"] = value
        return environ

    @property
    def _server(self) -> _Server:
        assert isinstance(self.server, _Server)
        return self.server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = BACKLOG
    timeout = 0  # whoever asks it to handle a request has seen that there is one

    def __init__(self, port: int, app: WSGIApplication) -> None:
        self.app = app
        self.open_connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the network for this machine's name, as the base class would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]


class Serving:
    """One application, served from a thread of its own. Port 0 takes a free one."""

    def __init__(self, app: WSGIApplication, *, port: int = 0, name: str = "sandbox") -> None:
        """Bind the port at once, so that the address is known; answer after `start`."""
        self._server = _Server(port, app)
        self._ending, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name=f"{name} server", daemon=True)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close all connections."""
        self._end.close()
        if self._thread.is_alive():
            self._thread.join()
        self._ending.close()
        for connection in tuple(self._server.open_connections):
            with contextlib.suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def _serve(self) -> None:
        """The base class would look now and then whether it is to stop; this is told."""
        with selectors.DefaultSelector() as waits:
            waits.register(self._server, selectors.EVENT_READ)
            waits.register(self._ending, selectors.EVENT_READ)
            while self._ending not in [key.fileobj for key, _ in waits.select()]:
                self._server.handle_request()
