"""A Slack that answers what a test tells it to, over real HTTP, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

SCOPES = (
    "chat:write,channels:read,channels:history,groups:read,groups:history,users:read,users:read.email,"
    "usergroups:read,im:write,commands"
)


@dataclass
class Answer:
    """One answer; ``drop`` closes the connection instead, ``silent`` waits until the caller gives up."""

    body: Any = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    silent: bool = False


@dataclass
class Asked:
    method: str
    arguments: dict[str, Any]
    token: str


class SlackStub:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)
        self.url = ""

    def answer(self, method: str, body: Any = None, **how: Any) -> None:
        """Queue an answer for a method; the last one is given again and again."""
        self._answers[method].append(Answer({"ok": True} if body is None else body, **how))

    def refuse(self, method: str, code: str, **how: Any) -> None:
        self.answer(method, {"ok": False, "error": code}, **how)

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [asked.arguments for asked in self.asked if asked.method == method]

    def take(self, method: str) -> Answer:
        queue = self._answers[method]
        if not queue:
            return Answer({"ok": False, "error": "unknown_method"})
        return queue.popleft() if len(queue) > 1 else queue[0]


@contextmanager
def serving() -> Iterator[SlackStub]:
    stub = SlackStub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            method = self.path.removeprefix("/api/").lstrip("/")
            is_json = (self.headers.get("Content-Type") or "").startswith("application/json")
            arguments = json.loads(body) if is_json and body else {k: v[0] for k, v in parse_qs(body).items()}
            stub.asked.append(Asked(method, arguments, self.headers.get("Authorization") or ""))
            answer = stub.take(method)
            if answer.silent:
                self.connection.recv(1)  # returns when the other side hangs up
            if answer.drop or answer.silent:
                self.close_connection = True
                return
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(data))}
            for name, value in (headers | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}/api/"
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
