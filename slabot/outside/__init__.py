"""Speak with services outside, each call within its time and its number of bytes.

`limits` (what the calls of this thread may still take), `names` (addresses of a host), `sockets` (connections that keep
to the limit), `transport` (the same for HTTP). Everything that slabot says to anybody outside goes through here.

Promise: whatever the other side does, byte by byte or without an end, a call ends; another thread can end it sooner.
"""

from slabot.outside.limits import Aborted, AbortSignal, Limit, NoTimeLeft, TooMuch, left, waiting
from slabot.outside.sockets import connect, keep_to_limits
from slabot.outside.transport import OVERHEAD, LimitedAdapter, read_body

__all__ = [
    "OVERHEAD",
    "AbortSignal",
    "Aborted",
    "Limit",
    "LimitedAdapter",
    "NoTimeLeft",
    "TooMuch",
    "connect",
    "keep_to_limits",
    "left",
    "read_body",
    "waiting",
]
