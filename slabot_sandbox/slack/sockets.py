"""Reach a product that has no public address, by Socket Mode.

Promise: Socket Mode as documented: an address good for one connection within thirty seconds, `hello` first, one
envelope for each thing that people do, and an answer that counts only within three seconds.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import socket
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import WebSocketException
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from slabot_sandbox.base.objects import Json
from slabot_sandbox.slack.account import Workspace
from slabot_sandbox.slack.application import Api
from slabot_sandbox.slack.limits import Tier

LOOPBACK = "127.0.0.1"
TICKET_LIFE = timedelta(seconds=30)
PATIENCE = 3.0  # seconds of real time that the product has to answer an envelope
LINGER = 2.0  # seconds of real time between the announced end of a connection and its end

_SILENT = logging.getLogger("slabot_sandbox.websockets")
_SILENT.setLevel(logging.CRITICAL + 1)


@dataclass(slots=True)
class Link:
    """One connection from the product."""

    connection: ServerConnection
    leaving: bool = False


@dataclass(slots=True, kw_only=True)
class Sockets:
    """The connections, and what waits for an answer."""

    workspace: Workspace
    links: list[Link] = field(default_factory=list)
    opened: int = 0
    answered: list[Json] = field(default_factory=list)
    _tickets: dict[str, datetime] = field(default_factory=dict)
    _answers: dict[str, queue.SimpleQueue[Json]] = field(default_factory=dict)
    _server: Server | None = None
    _thread: threading.Thread | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def are_connected(self) -> bool:
        """True if there is a connection."""
        with self._lock:
            return bool(self.links)

    def address(self) -> str:
        """A new address, good for one connection; the server begins to listen with the first."""
        with self._lock:
            if self._server is None:
                self._server = serve(self._serve, LOOPBACK, 0, process_request=self._admit, logger=_SILENT)
                self._thread = threading.Thread(target=self._server.serve_forever, name="slack sockets", daemon=True)
                self._thread.start()
            ticket = self.workspace.ids.token(24)
            self._tickets[ticket] = self.workspace.clock.now()
            port = self._server.socket.getsockname()[1]
        return f"ws://{LOOPBACK}:{port}/link/?ticket={ticket}&app_id={self.workspace.app}"

    def deliver(self, kind: str, payload: Json, **more: Any) -> Json | None:
        """Send an envelope over the newest connection; the product's answer, None if none came in time."""
        envelope_id = self.workspace.ids.token(20).lower()
        waits: queue.SimpleQueue[Json] = queue.SimpleQueue()
        envelope = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            **more,
        }
        with self._lock:
            if not self.links:
                return None
            link = self.links[-1]
            self._answers[envelope_id] = waits
        try:
            link.connection.send(json.dumps(envelope, ensure_ascii=False))
            return waits.get(timeout=PATIENCE)
        except (queue.Empty, OSError, WebSocketException):
            return None
        finally:
            with self._lock:
                self._answers.pop(envelope_id, None)

    def announce_end(self, reason: str = "refresh_requested") -> None:
        """Send `disconnect` to every connection, and close it after a moment."""
        with self._lock:
            leaving = [link for link in self.links if not link.leaving]
        for link in leaving:
            link.leaving = True
            said = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
            link.connection.send(json.dumps(said))
            end = threading.Timer(LINGER, link.connection.close)
            end.daemon = True
            end.start()

    def drop(self) -> None:
        """Break every connection without a `disconnect`."""
        with self._lock:
            links = list(self.links)
        for link in links:
            with contextlib.suppress(OSError):
                link.connection.socket.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Close everything."""
        with self._lock:
            server, thread, self._server = self._server, self._thread, None
        if server is not None:
            server.shutdown()
        if thread is not None:
            thread.join()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        with self._lock:
            made = self._tickets.pop(ticket, None)
        if made is None or self.workspace.clock.now() - made > TICKET_LIFE:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "the ticket is not good, or not good any more\n")
        return None

    def _serve(self, connection: ServerConnection) -> None:
        link = Link(connection)
        with self._lock:
            self.links.append(link)
            self.opened += 1
            number = len(self.links)
        try:
            connection.send(json.dumps(self._hello(number)))
            for message in connection:
                self._take(json.loads(message))
        except (OSError, WebSocketException):
            pass
        finally:
            with self._lock:
                self.links.remove(link)

    def _take(self, answer: Json) -> None:
        with self._lock:
            self.answered.append(answer)
            waits = self._answers.get(str(answer.get("envelope_id")))
        if waits is not None:
            waits.put(answer)

    def _hello(self, number: int) -> Json:
        return {
            "type": "hello",
            "num_connections": number,
            "debug_info": {"host": "applink-sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.workspace.app},
        }


def add_opening(api: Api, sockets: Sockets) -> None:
    """Register `apps.connections.open`."""

    @api.method("apps.connections.open", "connections:write", tier=Tier.TWO)
    def open_connection(arguments: Json) -> Json:
        return {"url": sockets.address()}
