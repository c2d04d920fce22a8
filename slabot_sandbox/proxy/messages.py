"""Read HTTP messages from a stream, and ask the peer.

Promise: a request reaches the peer as it came, over a connection of its own, and the peer's answer comes back whole.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

LONGEST_HEAD = 2**20  # bytes


class Unreadable(Exception):
    """The other side does not speak HTTP, or went away."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer.

    Attributes:
        first: its first line.
        headers: names as they were written.
    """

    first: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; empty without one."""
        return next((value for known, value in self.headers if known.lower() == name), "")

    def raw(self, **more: str) -> bytes:
        """Its bytes, with its right length, and the headers `more` instead of its own."""
        replaced = {"connection", "content-length", "transfer-encoding", *more}
        kept = [(name, value) for name, value in self.headers if name.lower() not in replaced]
        length = [("Content-Length", str(len(self.body)))]
        lines = [self.first, *(f"{name}: {value}" for name, value in [*kept, *length, *more.items()])]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body


async def read_message(reader: asyncio.StreamReader, *, bodiless: bool = False) -> Message | None:
    """The next request or answer; None where there is no more. `bodiless`: the answer to a HEAD.

    Raises:
        Unreadable: it is none.
    """
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as ended:
        if ended.partial:
            raise Unreadable from None
        return None
    except asyncio.LimitOverrunError:
        raise Unreadable from None
    first, *lines = raw[:-4].decode("latin-1").split("\r\n")
    headers = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    bare = Message(first, headers, b"")
    if bodiless:
        return bare
    if bare.header("transfer-encoding").lower() == "chunked":
        return Message(first, headers, await _chunks(reader))
    try:
        length = int(bare.header("content-length") or 0)
        return Message(first, headers, await reader.readexactly(length))
    except (ValueError, asyncio.IncompleteReadError):
        raise Unreadable from None


async def ask_peer(request: Message, host: str, port: int) -> Message:
    """The peer's answer.

    Raises:
        Unreadable: it gives none.
    """
    try:
        reader, writer = await asyncio.open_connection(host, port, limit=LONGEST_HEAD)
    except OSError:
        raise Unreadable from None
    try:
        writer.write(request.raw(Connection="close"))
        await writer.drain()
        answer = await read_message(reader, bodiless=request.first.startswith("HEAD "))
    except OSError:
        raise Unreadable from None
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    if answer is None:
        raise Unreadable
    return answer


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    try:
        while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
    except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Unreadable from None
    return bytes(body)
