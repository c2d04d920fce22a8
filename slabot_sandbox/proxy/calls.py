"""Hand HTTP calls on to a peer, or misbehave as a rule says.

Promise: a call that no rule hits is answered as if the proxy were not there. The sandbox's own control API is never
hit.
"""

from __future__ import annotations

from typing import assert_never

from slabot_sandbox.middleware import CONTROL
from slabot_sandbox.proxy import answers
from slabot_sandbox.proxy.kinds import Misbehaviour
from slabot_sandbox.proxy.messages import Message, ask_peer
from slabot_sandbox.proxy.rules import Asked, Rule
from slabot_sandbox.proxy.wire import Wire

Address = tuple[str, int]


def what_is_asked(service: str, request: Message) -> Asked:
    """A request, as rules look at it."""
    method, _, rest = request.first.partition(" ")
    target = rest.partition(" ")[0]
    return Asked(
        service=service, method=method, path=target.partition("?")[0], body=request.body.decode("utf-8", "replace")
    )


def is_control(asked: Asked) -> bool:
    """True for what speaks with the sandbox itself."""
    return asked.path == CONTROL or asked.path.startswith(f"{CONTROL}/")


async def pass_on(request: Message, peer: Address, wire: Wire) -> bool:
    """Answer as the peer does; True, for the connection stays open.

    Raises:
        Unreadable: the peer gives no answer.
    """
    answer = await ask_peer(request, *peer)
    await wire.send(answer.raw())
    return True


async def misbehave(rule: Rule, asked: Asked, request: Message, peer: Address, wire: Wire) -> bool:
    """Answer as the rule says; True if the connection stays open.

    Raises:
        Unreadable: the peer gives no answer.
    """
    answer = await ask_peer(request, *peer) if rule.done else None
    match rule.kind:
        case Misbehaviour.HANG:
            await wire.until_left()
        case Misbehaviour.RESET:
            raw = b"" if answer is None or rule.how == "before" else answer.raw()[: -(len(answer.body) // 2 + 1)]
            await wire.break_off(raw)
            return False
        case Misbehaviour.DRIP:
            assert answer is not None
            raw = answer.raw()
            at_once = raw[: len(raw) - len(answer.body)] if rule.how == "body" else b""
            await wire.send(at_once)
            await wire.drip(raw[len(at_once) :], rule.seconds)
            return True
        case Misbehaviour.OVERSIZE:
            await wire.send_parts(answers.oversize(rule))
            return rule.how == "headers"
        case Misbehaviour.REDIRECT:
            target = request.first.split(" ")[1]
            await wire.send(answers.redirect(rule, request.header("host"), target))
        case Misbehaviour.ENCODING:
            status, body = (200, b"{}") if answer is None else (int(answer.first.split(" ")[1]), answer.body)
            await wire.send(answers.spoiled(rule.how, status, body))
            return rule.how not in ("longer", "chunked")
        case Misbehaviour.STATUS:
            await wire.send(answers.refusal(rule, asked.service, asked.path))
        case Misbehaviour.HANG_CONNECT | Misbehaviour.SLOW_CONNECT:
            raise AssertionError("these are asked for before anything is read")
        case _:
            assert_never(rule.kind)
    return True
