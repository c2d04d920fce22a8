"""Servers of this machine that the suite puts beside a helpdesk: one takes deliveries, one stands in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import requests

HOP = {"connection", "content-length", "transfer-encoding", "date", "server", "keep-alive"}
Answer = tuple[int, dict[str, str], bytes]


class _Served:
    """A server on a free port, from `with` to the end of it."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, content = outer.answer(self.command, self.path, dict(self.headers), body)
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """The client hung up on what it did not want to read."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Mailbox(_Served):
    """Takes whatever is sent, and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[tuple[Mapping[str, str], bytes]] = []

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.got.append((headers, body))
        return 200, {"Content-Type": "application/json"}, b"{}"


class Between(_Served):
    """Hands every request on to a helpdesk, and changes the answers to those that it was told about."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.changes: Callable[[str, str, Answer], Answer] = lambda method, path, answer: answer
        self._target = target
        self._session = requests.Session()
        self._session.trust_env = False

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        kept = {name: value for name, value in headers.items() if name.lower() not in (*HOP, "host")}
        answer = self._session.request(
            method, f"{self._target}{path}", headers=kept, data=body, allow_redirects=False, timeout=10
        )
        told = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
        return self.changes(method, path, (answer.status_code, told, answer.content))

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._session.close()
