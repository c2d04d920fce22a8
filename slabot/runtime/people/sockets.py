"""Receive Slack's requests over Socket Mode, where slabot has no public address.

Promise: slabot connects to Slack, by threads of its own, and connects again whenever the connection ends; before Slack
ends one that it has announced, the next one is there. Every envelope is answered once, by the same code as a request
over HTTP. Stopping answers what has come and closes. No token and no address with its ticket reaches a log.

Why not the SDK's own client: it takes an end of the connection without a closing frame for an empty message and spins,
and it reads continuation frames as unknown. `websockets` does both, and proxies too.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from slabot.channels.errors import BadPayload, SlackError, SlackPermanent
from slabot.channels.slack import click_texts
from slabot.channels.slack.commands import read_command
from slabot.channels.slack.events import read_event
from slabot.channels.slack.sockets import REMEDY, SocketAddresses, is_this_machine
from slabot.runtime.ending import EndingThreads
from slabot.runtime.people.interactions import Interactions, SlackReply
from slabot.runtime.people.socket_watch import SocketWatch
from slabot.runtime.unexpected import log_unexpected
from slabot.store import StoreUnavailable

# Seconds of real time: a connection is a thing of the network, which knows no stepped clock.
OPENING = 10.0  # for a connection to be there
CLOSING = 1.0  # for the other side to take note of the end
ALIVE = 10.0  # between two looks whether the other side still answers
LEAST, MOST = 1.0, 60.0  # between two tries
PATIENCE = timedelta(seconds=2)  # for all that at the end
HELD = 30.0  # a connection that lasted this long was a good one
NOTED_AGAIN = 5.0  # between two tries to note how it stands, where the store took nothing
LARGEST = 1024 * 1024  # bytes of an envelope

_NOT_THE_TOKEN = frozenset({"odd_address", "unknown_method", "bad_certificate"})

log = structlog.get_logger("slabot.runtime")
_SILENT = logging.getLogger("slabot.runtime.websockets")  # it logs addresses and whole messages when debugging
_SILENT.setLevel(logging.CRITICAL + 1)


class Session:
    """One connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.over = threading.Event()
        """Set once it has ended, or Slack has announced that it will."""
        self.read = threading.Event()
        """Set once somebody reads it: before, nobody closes it."""

    def end(self) -> None:
        """Close it; may be called again."""
        self.read.wait(CLOSING)
        with contextlib.suppress(OSError, WebSocketException):
            self.connection.close()


class Sockets:
    """Keeps a connection to Slack."""

    def __init__(self, interactions: Interactions, addresses: SocketAddresses, watch: SocketWatch) -> None:
        self._interactions, self._addresses, self._watch = interactions, addresses, watch
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._sessions: list[Session] = []
        self._readers: list[threading.Thread] = []
        self._keeper = threading.Thread(target=self._keep, name="slack sockets", daemon=True)

    def start(self) -> None:
        """Connect, and stay connected; returns at once."""
        self._keeper.start()

    def stop(self, patience: timedelta = PATIENCE) -> None:
        """Answer what has come, then close everything; a connection that is just being made is left to its thread."""
        self._stopping.set()
        with self._lock:
            sessions, readers = list(self._sessions), list(self._readers)
        for session in sessions:
            session.over.set()
        keeper = (self._keeper,) if self._keeper.is_alive() else ()
        waits = (*(session.end for session in sessions), *(thread.join for thread in (*readers, *keeper)))
        EndingThreads(waits).wait(min(patience, PATIENCE))
        self._watch.end()

    @property
    def is_connected(self) -> bool:
        """True while there is a connection that Slack has not announced the end of."""
        with self._lock:
            return any(not session.over.is_set() for session in self._sessions)

    def _keep(self) -> None:
        pause = LEAST
        self._watch.lost("slabot has only just begun to connect")
        while not self._stopping.is_set():
            began = time.monotonic()
            wait = self._hold(pause)
            if time.monotonic() - began >= HELD and wait < MOST:
                pause = LEAST  # a good connection that ended is followed by the next one at once
                continue
            self._stopping.wait(wait)
            pause = min(MOST, pause * 2)

    def _hold(self, pause: float) -> float:
        """Hold one connection until it is over; how long to wait before the next, if it was none to speak of."""
        try:
            session = self._open()
        except SlackPermanent as error:
            remedy = error.remedy if error.code in _NOT_THE_TOKEN else REMEDY
            text = f"Socket Mode does not work: {error.why} ({error.code}). {remedy}"
            log.error("slack.socket_refused", reason=text)
            self._watch.lost(text)
            return MOST
        except SlackError as error:
            log.warning("slack.socket_waits", reason=str(error))
            self._watch.lost(str(error))
            return pause
        except (OSError, WebSocketException) as error:
            # Its message may name the address, which holds a ticket.
            text = f"Slack could not be connected to ({type(error).__name__})"
            log.warning("slack.socket_waits", reason=text)
            self._watch.lost(text)
            return pause
        while not session.over.wait(NOTED_AGAIN):
            self._watch.again()
        if not self._stopping.is_set():
            self._watch.lost("the connection to Slack ended")
        return pause

    def _open(self) -> Session:
        address = self._addresses.new()
        proxy: Literal[True] | None = None if is_this_machine(urlsplit(address).hostname) else True
        connection = connect(
            address,
            open_timeout=OPENING,
            close_timeout=CLOSING,
            ping_interval=ALIVE,
            ping_timeout=ALIVE,
            max_size=LARGEST,
            proxy=proxy,
            logger=_SILENT,
        )
        session = Session(connection)
        reader = threading.Thread(target=self._read, args=(session,), name="slack socket", daemon=True)
        with self._lock:
            self._readers = [thread for thread in self._readers if thread.is_alive()]
            self._sessions.append(session)
            self._readers.append(reader)
        reader.start()
        return session

    def _read(self, session: Session) -> None:
        """Answer what comes, in its order, until the connection ends."""
        try:
            with session.connection as connection:
                session.read.set()
                if not self._stopping.is_set():
                    for message in connection:
                        self._take(session, message)
        except (OSError, WebSocketException) as error:
            if not self._stopping.is_set():
                log.info("slack.socket_ended", reason=f"the connection to Slack ended ({type(error).__name__})")
        finally:
            session.over.set()
            with self._lock:
                self._sessions.remove(session)

    def _take(self, session: Session, message: str | bytes) -> None:
        try:
            envelope = json.loads(message)
        except (ValueError, RecursionError):
            envelope = None
        if not isinstance(envelope, dict):
            log.warning("slack.socket_unreadable", reason="Slack sent something that is no envelope; it was left alone")
            return
        match envelope:
            case {"type": "hello"}:
                log.info("slack.socket_connected")
                self._watch.connected()
            case {"type": "disconnect"}:
                session.over.set()  # the next one is opened while this one is still good for a few seconds
            case {"envelope_id": str() as envelope_id}:
                reply = self._answered(envelope)
                answer: dict[str, Any] = {"envelope_id": envelope_id}
                if reply.body is not None and envelope.get("accepts_response_payload") is True:
                    answer["payload"] = dict(reply.body)
                session.connection.send(json.dumps(answer, ensure_ascii=False))
            case _:
                pass

    def _answered(self, envelope: Mapping[str, Any]) -> SlackReply:
        """What is answered; a failure of ours ends no connection."""
        payload = envelope.get("payload")
        if not isinstance(payload, dict):
            return SlackReply()
        people, kind = self._interactions, envelope.get("type")
        try:
            match kind:
                case "interactive":
                    return people.interaction(payload)
                case "slash_commands":
                    return people.command(read_command(payload))
                case "events_api":
                    return people.handle_event(read_event(payload))
                case _:
                    return SlackReply()
        except BadPayload as error:
            log.warning("slack.socket_unreadable", reason=str(error))
        except StoreUnavailable:
            if kind == "interactive":
                people.not_kept(payload)
            elif kind == "slash_commands":
                return SlackReply({"response_type": "ephemeral", "text": click_texts.not_kept()})
        except Exception as error:
            log_unexpected("slack.socket_broke", error, timedelta(0))
        return SlackReply()
