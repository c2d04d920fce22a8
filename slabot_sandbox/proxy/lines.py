"""Hand a mail server's conversation on line by line, or misbehave as a rule says.

Promise: what no rule hits reaches the other side unchanged. Rules go by the client's lines (`RCPT TO:*`, or a header of
the mail), whose verb is the method; one that names none strikes instead of the greeting. Encrypted lines are handed
on as well, and then no rule can go by them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import assert_never

from slabot_sandbox.proxy import answers
from slabot_sandbox.proxy.book import InForce, RuleBook
from slabot_sandbox.proxy.calls import Address
from slabot_sandbox.proxy.kinds import Misbehaviour
from slabot_sandbox.proxy.rules import Asked, Rule
from slabot_sandbox.proxy.wire import Wire

GREETING = "CONNECT"  # method and path of the moment at which a connection was made
CHUNK = 2**16  # bytes
END = b".\r\n"  # of a mail
HALF = b"250-half a rep"
FILLER = b"250-" + b"x" * 1000 + b"\r\n"
ELSEWHERE = b"551 5.7.1 User not local; please try <elsewhere.invalid>\r\n"
SPOILED = b"\xff\xfe no reply at all \x00\r\n"

Struck = Callable[[InForce, Asked], object]


class MailConversation:
    """One client's conversation with a mail server."""

    def __init__(self, service: str, rules: RuleBook, wire: Wire, struck: Struck) -> None:
        self._service, self._rules, self._wire, self._struck = service, rules, wire, struck
        self._in_mail = False

    async def run(self, reader: asyncio.StreamReader, peer: Address) -> None:
        """Go on until one side ends it, or a rule does.

        Raises:
            OSError: one side went away.
        """
        if (rule := self._rule(GREETING)) is not None:
            await self._misbehave(rule, b"")
            return
        from_peer, to_peer = await asyncio.open_connection(*peer)
        replies = asyncio.create_task(self._replies(from_peer))
        try:
            while line := await reader.readline():
                rule = self._rule(line.decode("utf-8", "replace").rstrip("\r\n"))
                if rule is None:
                    self._follow(line)
                    to_peer.write(line)
                    await to_peer.drain()
                elif rule.kind is Misbehaviour.STATUS:
                    if self._in_mail:
                        to_peer.transport.abort()  # what it has of the mail is no mail
                        await self._skip_mail(reader)
                        await self._refuse_all(rule, reader)
                        return
                    await self._wire.send(_reply(rule))
                else:
                    to_peer.transport.abort()
                    await self._misbehave(rule, line)
                    return
        finally:
            replies.cancel()
            to_peer.transport.abort()

    def _rule(self, line: str) -> Rule | None:
        verb = "" if self._in_mail else line.partition(" ")[0].upper()
        asked = Asked(service=self._service, method=verb, path=line)
        hit = self._rules.take(asked)
        if hit is None:
            return None
        self._struck(hit, asked)
        return hit.rule

    def _follow(self, line: bytes) -> None:
        """Know whether the lines are a mail's."""
        if self._in_mail:
            self._in_mail = line != END
        else:
            self._in_mail = line.strip().upper() == b"DATA"

    async def _replies(self, from_peer: asyncio.StreamReader) -> None:
        while raw := await from_peer.read(CHUNK):
            await self._wire.send(raw)
        self._wire.close()

    async def _skip_mail(self, reader: asyncio.StreamReader) -> None:
        while (line := await reader.readline()) and line != END:
            pass

    async def _refuse_all(self, rule: Rule, reader: asyncio.StreamReader) -> None:
        await self._wire.send(_reply(rule))
        while line := await reader.readline():
            if line.strip().upper() == b"QUIT":
                await self._wire.send(b"221 Bye\r\n")
                return
            await self._wire.send(_reply(rule))

    async def _misbehave(self, rule: Rule, line: bytes) -> None:
        match rule.kind:
            case Misbehaviour.HANG:
                await self._wire.until_left()
            case Misbehaviour.RESET:
                await self._wire.break_off(HALF if rule.how == "middle" else b"")
            case Misbehaviour.DRIP:
                while True:
                    await self._wire.drip(FILLER if line else FILLER.replace(b"250", b"220"), rule.seconds)
            case Misbehaviour.OVERSIZE:
                amount = rule.megabytes
                while amount is None or amount > 0:
                    await self._wire.send_parts([FILLER] * (answers.MEGABYTE // len(FILLER)))
                    amount = None if amount is None else amount - 1
            case Misbehaviour.ENCODING:
                await self._wire.send(SPOILED)
            case Misbehaviour.STATUS:
                await self._wire.send(_reply(rule))
            case Misbehaviour.REDIRECT:
                await self._wire.send(ELSEWHERE)
            case Misbehaviour.HANG_CONNECT | Misbehaviour.SLOW_CONNECT:
                raise AssertionError("these are asked for before anything is read")
            case _:
                assert_never(rule.kind)


def _reply(rule: Rule) -> bytes:
    enhanced = f"{rule.status // 100}.3.0"
    return f"{rule.status} {enhanced} {rule.error or 'not as things are'}\r\n".encode()
