"""What is taken from a webhook?

Promise: the signature is checked on the raw body, the delivery is stored, and only then is it answered. Nothing is
fetched before the answer; a delivery that came before is answered the same and does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from adapters.errors import BadHook, BadSignature
from slabot.runtime.parts import Parts, brings_work
from slabot.store import inbox

__all__ = ["BadHook", "BadSignature", "UnknownHelpdesk", "accept"]


class UnknownHelpdesk(LookupError):
    """No helpdesk of that name is in the policy."""


def accept(parts: Parts, helpdesk: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Take a delivery in; False if it came before.

    Raises:
        UnknownHelpdesk: the policy names no such helpdesk.
        BadSignature, BadHook: it is not believed, or of no use.
        StoreUnavailable: it could not be stored; the helpdesk should send it again.
    """
    adapter = parts.adapters.get(helpdesk)
    if adapter is None:
        raise UnknownHelpdesk(helpdesk)
    hint = adapter.read_hint(headers, body, parts.clock.now())
    now = parts.now()

    def keep(conn: Connection) -> bool:
        fresh = inbox.accept(conn, helpdesk, hint.delivery_id, hint.ticket_id, now)
        if fresh:
            brings_work(conn)
        return fresh

    return parts.write(keep)
