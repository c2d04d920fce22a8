"""Look up the addresses of a host.

The look-up of the system knows no limit and cannot be interrupted. So it runs in a thread of its own, which is left
behind where it takes longer than its caller may; whoever asks for the same host meanwhile waits for the same look-up.

Promise: it ends within the limit of the calling thread. A name server that is silent costs one thread for each host.
"""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import Future
from typing import Any, TypeAlias

from slabot.outside.limits import Aborted, NoTimeLeft, waiting

STALE = 20.0  # seconds after which nobody waits any longer for a look-up that another caller began

Found: TypeAlias = tuple[socket.AddressFamily, socket.SocketKind, int, Any]
"""Family, kind, protocol and address, as a socket wants them."""

_lock = threading.Lock()
_under_way: dict[tuple[str, int], tuple[float, Future[list[Found]]]] = {}


def addresses(host: str, port: int) -> list[Found]:
    """The addresses of a host, in the order in which they are to be tried.

    Raises:
        socket.gaierror: nobody knows the name.
        NoTimeLeft, Aborted: as `slabot.outside.limits.waiting`.
    """
    try:
        return _look_up(host, port, socket.AI_NUMERICHOST)  # an address needs no name server
    except socket.gaierror:
        looked_up = _begin(host, port)
    ended = threading.Event()
    looked_up.add_done_callback(lambda _: ended.set())
    with waiting(ended.set) as seconds:
        in_time = ended.wait(seconds)
    if not in_time:
        raise NoTimeLeft("the name was not looked up in time")
    if not looked_up.done():
        raise Aborted("its client was closed")
    return looked_up.result()


def _begin(host: str, port: int) -> Future[list[Found]]:
    """The look-up that is under way, or a new one."""
    now = time.monotonic()
    with _lock:
        begun, found = _under_way.get((host, port), (now, None))
        if found is not None and now - begun < STALE:
            return found
        future: Future[list[Found]] = Future()
        _under_way[host, port] = now, future
    threading.Thread(target=_run, args=(host, port, future), name="name look-up", daemon=True).start()
    return future


def _run(host: str, port: int, future: Future[list[Found]]) -> None:
    try:
        future.set_result(_look_up(host, port))
    except Exception as error:  # whoever waits must be told, whatever it is
        future.set_exception(error)
    finally:
        with _lock:
            if _under_way.get((host, port), (0.0, None))[1] is future:
                del _under_way[host, port]


def _look_up(host: str, port: int, flags: int = 0) -> list[Found]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]
