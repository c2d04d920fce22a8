"""Speak with one client as a network would that is not well.

Promise: whatever is written goes out in the order and at the pace that was asked for; a client that went away ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterable

CHUNK = 2**16  # bytes
READ_BY_THEN = 0.02  # seconds; what a client has not read when RST comes may be lost to it
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST


class Wire:
    """The connection of a client, seen from its server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, raw: bytes) -> None:
        """Write it all."""
        self._writer.write(raw)
        await self._writer.drain()

    async def send_parts(self, parts: Iterable[bytes]) -> None:
        """Write part by part, each when the one before it has left."""
        for part in parts:
            await self.send(part)
            await asyncio.sleep(0)  # others have their turn also while a client reads faster than we write

    async def drip(self, raw: bytes, every: float) -> None:
        """Write a byte every so many seconds."""
        for at in range(len(raw)):
            await self.send(raw[at : at + 1])
            await asyncio.sleep(every)

    async def until_left(self) -> None:
        """Say nothing for as long as the client waits."""
        while await self._reader.read(CHUNK):
            pass

    async def reads_nothing(self, seconds: float | None) -> None:
        """Take nothing off the connection for so long; None for ever."""
        transport = self._writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        if seconds is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(seconds)
        transport.resume_reading()

    async def break_off(self, raw: bytes) -> None:
        """Write this, let the client read it, and close with RST."""
        await self.send(raw)
        await asyncio.sleep(READ_BY_THEN)
        self.reset()

    def reset(self) -> None:
        """Close with RST."""
        found = self._writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._writer.transport.abort()

    def close(self) -> None:
        """Close in good order, some time."""
        self._writer.close()

    async def finish(self, within: float) -> None:
        """Close in good order, once the client has what was written.

        Raises:
            TimeoutError: it did not take it within so many seconds.
        """
        self._writer.close()
        await asyncio.wait_for(self._writer.wait_closed(), within)
