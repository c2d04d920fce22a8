"""Name what can go wrong on the way to a peer.

Promise: a kind that has several ways names them, the usual one first, and it is known of each whether the peer has done
what it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Misbehaviour(StrEnum):
    """What a proxy can do instead of handing a call on."""

    HANG = "hang"  # the request is read and never answered
    HANG_CONNECT = "hang_connect"  # the connection stands, and nothing is ever read from it
    SLOW_CONNECT = "slow_connect"  # nothing is read for `seconds`, then all goes on as usual
    DRIP = "drip"  # a byte of the answer every `seconds`
    RESET = "reset"  # the connection is reset (RST)
    OVERSIZE = "oversize"  # an answer of `megabytes`, or without an end
    REDIRECT = "redirect"  # 302 to somewhere else
    ENCODING = "encoding"  # an answer that is not what it says it is
    STATUS = "status"  # any status, in the peer's manner


HOW: Mapping[Misbehaviour, tuple[str, ...]] = {
    Misbehaviour.DRIP: ("body", "headers"),
    Misbehaviour.RESET: ("before", "middle"),
    Misbehaviour.OVERSIZE: ("body", "gzip", "headers"),
    Misbehaviour.REDIRECT: ("host", "loop", "scheme", "port"),
    Misbehaviour.ENCODING: (
        "charset",
        "utf8",
        "gzip",
        "chunked",
        "longer",
        "shorter",
        "nested",
        "html",
        "empty",
        "list",
        "null",
    ),
    Misbehaviour.STATUS: ("json", "empty", "text"),
}

BEFORE_READING = frozenset({Misbehaviour.HANG_CONNECT, Misbehaviour.SLOW_CONNECT})
"""What happens before anybody knows what is asked."""

SPOILS = frozenset(
    {
        (Misbehaviour.DRIP, "body"),
        (Misbehaviour.DRIP, "headers"),
        (Misbehaviour.RESET, "middle"),
        (Misbehaviour.ENCODING, "charset"),
        (Misbehaviour.ENCODING, "gzip"),
        (Misbehaviour.ENCODING, "chunked"),
        (Misbehaviour.ENCODING, "longer"),
        (Misbehaviour.ENCODING, "shorter"),
    }
)
"""What needs a true answer to spoil: the peer has done what it was asked."""
