"""Stand between slabot and its peers.

Promise: real TCP on the loopback address, and one thread for all connections. What no rule hits goes through unchanged.
Stopping ends within a second, whatever hangs, and leaves neither thread nor socket behind.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from enum import Enum
from types import TracebackType
from typing import Any, Self, TypeVar

from slabot_sandbox.errors import SandboxError
from slabot_sandbox.proxy.book import InForce, RuleBook
from slabot_sandbox.proxy.calls import Address, is_control, misbehave, pass_on, what_is_asked
from slabot_sandbox.proxy.kinds import BEFORE_READING, Misbehaviour
from slabot_sandbox.proxy.lines import GREETING, MailConversation
from slabot_sandbox.proxy.messages import LONGEST_HEAD, Unreadable, read_message
from slabot_sandbox.proxy.rules import Asked, Told
from slabot_sandbox.proxy.wire import Wire
from slabot_sandbox.server import BACKLOG, LOOPBACK

T = TypeVar("T")

FLUSH = 1.0  # seconds that a client may take to read the rest before its connection is cut


class Spoken(Enum):
    """What is spoken over a connection."""

    HTTP = "http"
    MAIL = "mail"  # SMTP, line by line


class FaultyProxy:
    """A proxy before any number of peers; `rules` say how it misbehaves.

        rules = RuleBook(SystemClock())
        with FaultyProxy(rules) as proxy:
            port = proxy.stand_before("zendesk", ("127.0.0.1", 9100))
            rules.add("hang", service="zendesk", path="/api/v2/tickets/7*")

    Attributes:
        rules: may be changed while it runs, from any thread.
    """

    def __init__(self, rules: RuleBook, told: Told = lambda rule, asked: None) -> None:
        """Stand before nobody yet. `told` is called with each call that a rule hits."""
        self.rules = rules
        self._told = told
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._thread = threading.Thread(target=self._run, name="faulty proxy", daemon=True)
        self._stopping = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.Task[None]] = set()
        self._idle: set[Wire] = set()
        self._held: dict[int, set[asyncio.Task[None]]] = {}
        rules.added, rules.cleared = self._on_added, self._on_cleared

    def start(self) -> Self:
        """Begin; peers may be added from now on."""
        self._loop = self._runner.get_loop()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and end. Harmless where it was never started, or has ended."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._runner.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def stand_before(self, service: str, peer: Address, *, spoken: Spoken = Spoken.HTTP, port: int = 0) -> int:
        """Listen for one peer, under the name that rules call it by; the port. 0 takes a free one.

        Raises:
            SandboxError: the port is taken.
        """
        try:
            listening = socket.create_server((LOOPBACK, port), backlog=BACKLOG)
        except (OSError, OverflowError) as error:
            raise SandboxError(
                f"port {port} cannot be used for the proxy before {service} ({error}); "
                "choose another one, or 0 for any free one"
            ) from None
        taken = int(listening.getsockname()[1])

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(service, peer, spoken, reader, writer)

        async def listen() -> None:
            self._servers.append(await asyncio.start_server(accept, sock=listening, limit=LONGEST_HEAD))

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result()
        return taken

    # -- in the proxy's own thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        self._runner.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        await self._stopping.wait()
        for server in self._servers:
            server.close()
        for task in tuple(self._open):
            task.cancel()
        while self._open:
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # transports that were aborted close their sockets at the next turn

    async def _serve(
        self,
        service: str,
        peer: Address,
        spoken: Spoken,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """One connection, from its beginning to its end."""
        task, wire = asyncio.current_task(), Wire(reader, writer)
        assert task is not None
        self._open.add(task)
        try:
            if self._stopping.is_set():
                return
            await self._at_the_door(service, wire)
            speak = self._calls if spoken is Spoken.HTTP else self._mail
            await speak(service, peer, reader, wire)
            await wire.finish(FLUSH)
        except (Unreadable, OSError, TimeoutError, asyncio.CancelledError):
            pass  # somebody went away, or we go
        finally:
            writer.transport.abort()
            self._open.discard(task)
            self._idle.discard(wire)
            for held in self._held.values():
                held.discard(task)

    async def _at_the_door(self, service: str, wire: Wire) -> None:
        """What happens before anything is read."""
        asked = Asked(service=service, method=GREETING, path="")
        hit = self.rules.take(asked, before_reading=True)
        if hit is None:
            return
        hangs = hit.rule.kind is Misbehaviour.HANG_CONNECT
        await self._held_by(hit, asked, wire.reads_nothing(None if hangs else hit.rule.seconds))

    async def _calls(self, service: str, peer: Address, reader: asyncio.StreamReader, wire: Wire) -> None:
        goes_on = True
        while goes_on:
            self._idle.add(wire)
            request = await read_message(reader)
            self._idle.discard(wire)
            if request is None:
                return
            asked = what_is_asked(service, request)
            hit = None if is_control(asked) else self.rules.take(asked)
            if hit is None:
                goes_on = await pass_on(request, peer, wire)
            else:
                goes_on = await self._held_by(hit, asked, misbehave(hit.rule, asked, request, peer, wire))
            goes_on = goes_on and request.header("connection").lower() != "close"

    async def _mail(self, service: str, peer: Address, reader: asyncio.StreamReader, wire: Wire) -> None:
        await MailConversation(service, self.rules, wire, self._struck).run(reader, peer)

    async def _held_by(self, hit: InForce, asked: Asked, what: Coroutine[Any, Any, T]) -> T:
        """Do what a rule says, and be known as held by it meanwhile."""
        task = self._struck(hit, asked)
        try:
            return await what
        finally:
            self._held[hit.number].discard(task)

    def _struck(self, hit: InForce, asked: Asked) -> asyncio.Task[None]:
        task = asyncio.current_task()
        assert task is not None
        self._held.setdefault(hit.number, set()).add(task)
        self._told(hit.rule, asked)
        return task

    def _close_idle(self) -> None:
        for wire in tuple(self._idle):
            wire.close()

    # -- from any thread ----------------------------------------------------------------------------------------

    def _on_added(self, added: InForce) -> None:
        """Close kept connections where a rule is about new ones: or it would not be met for a while."""
        if added.rule.kind in BEFORE_READING:
            self._soon(self._close_idle)

    def _on_cleared(self, cleared: InForce) -> None:
        if cleared.rule.lets_go:
            self._soon(lambda: [task.cancel() for task in tuple(self._held.get(cleared.number, ()))])

    def _soon(self, act: Callable[[], object]) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(act)
