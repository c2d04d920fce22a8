"""What does a start take from this machine: an address to listen on, and the lock on the store?

Promise: `slabot run` and `slabot doctor` take them by the same functions, so doctor refuses whatever run would refuse;
doctor gives everything back and leaves the store as it was.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

from slabot.channels.http import NotAnswered, request
from slabot.composition import Connections, StartError
from slabot.composition.secrets import Secrets, store_url
from slabot.domain import Finding, Level, SlabotError
from slabot.domain.sentences import clause, instruction
from slabot.policy import Policy
from slabot.policy.connections import is_loopback
from slabot.runtime.instance_lock import AlreadyRunning, InstanceLock, lock_file, refuse_hard_links
from slabot.runtime.leases import DEAD
from slabot.runtime.serving import take_address
from slabot.runtime.sole_run import refuse_second
from slabot.setup.store_lasting import check_lasting, mounts
from slabot.setup.store_protection import check_protection
from slabot.store import read_if_current, ticket_counts, try_store
from slabot.store.address import read_address

ALIVE = b"alive\n"  # what slabot answers under /healthz
PATIENCE = 2.0  # seconds for whoever listens on slabot's address
_RUNS = "End it before you start another; while it runs there is nothing to do."


class AddressTaken(StartError):
    """The address that slabot is to listen on cannot be had."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__([SlabotError(f"{host}:{port} cannot be listened on ({why})", "change web.listen or PORT")])
        self.host = host
        self.port = port


def listen_address(listen: str) -> tuple[str, int]:
    """Host and port; ``PORT`` in the environment wins, and then every address of the machine is listened on.

    Raises:
        StartError: ``PORT`` is no port.
    """
    host, _, port = listen.rpartition(":")
    named = os.environ.get("PORT")
    if not named:
        return host.strip("[]"), int(port)
    if not named.isdecimal() or int(named) > 65535:
        why = f'the environment variable PORT is "{named[:20]}", which is no port'
        raise StartError([SlabotError(why, "set it to a number")])
    return "0.0.0.0", int(named)


def where_it_listens(policy: Policy, url: str) -> str:
    """The address as people know it: by the name that the policy gives it.

    Args:
        policy: in force.
        url: of the server, as it is.
    """
    host, _ = listen_address(policy.web.listen)
    return f"http://{host}:{url.rpartition(':')[2]}"


def exposed(policy: Policy) -> str:
    """A sentence about who can reach the address that is listened on; empty where it is this machine alone, or the
    policy says which proxy is in front.
    """
    host, _ = listen_address(policy.web.listen)
    if is_loopback(host) or policy.web.trusted_proxies:
        return ""
    return (
        f"Other machines reach it too{', because PORT is set' if os.environ.get('PORT') else ''}, and it speaks plain "
        "http: put a proxy with https in front and name it in web.trusted_proxies (docs/running.md, Behind a proxy)."
    )


def forgetful(policy: Policy) -> str:
    """A sentence about a store that a restart may take away, with what to do; empty where it lasts."""
    url = store_url(policy, Secrets(os.environ))
    findings = check_lasting(read_address(url), os.environ, mounts()) if url else ()
    return " ".join(map(str, findings))


def listening(policy: Policy) -> socket.socket:
    """Take the address that slabot is to listen on; nobody is answered yet.

    Raises:
        StartError: it cannot be had.
    """
    host, port = listen_address(policy.web.listen)
    try:
        return take_address(host, port)
    except (OSError, UnicodeError) as error:
        raise AddressTaken(host, port, getattr(error, "strerror", None) or "this is no host name") from None


def only_one(policy: Policy, url: str = "") -> InstanceLock | None:
    """Take the lock on a SQLite store; None for PostgreSQL, where rows are locked.

    Raises:
        AlreadyRunning: another slabot works on it.
    """
    url = url or store_url(policy, Secrets(os.environ))
    file = read_address(url).file if url else None
    return None if file is None or not os.path.isdir(file.resolve().parent) else InstanceLock(file)


def refuse_second_run(policy: Policy) -> None:
    """Refuse a PostgreSQL on which a slabot run works; nothing is asked or written before that.

    Raises:
        AlreadyRunning: one does.
        StoreError: the store cannot be read.
    """
    url = store_url(policy, Secrets(os.environ))
    if url:
        refuse_second(url, lambda: time.sleep(DEAD))


def check_address(policy: Policy) -> Iterator[Finding]:
    """Whether slabot could listen where it is to; the address is given back."""
    try:
        listening(policy).close()
    except AddressTaken as error:
        if _is_slabot(error.host, error.port):
            words = f"slabot answers at {error.host}:{error.port} already, so a second slabot run would refuse"
            yield Finding(Level.NOTICE, words, _RUNS)
        else:
            yield refused(error.reasons[0])
    except StartError as error:
        yield refused(error.reasons[0])
    else:
        yield Finding(Level.RIGHT, f"slabot can listen at {':'.join(map(str, listen_address(policy.web.listen)))}")


def check_store(policy: Policy, connections: Connections) -> Iterator[Finding]:
    """Whether the store could be opened, another slabot works on it, or others could; the lock is given back."""
    if not connections.store_url:
        return  # the missing variable is said among the settings
    try:
        name = try_store(connections.store_url)
        file = read_address(connections.store_url).file
        if file is not None:
            refuse_hard_links(file)
        if file is not None and lock_file(file).exists() and (lock := only_one(policy, connections.store_url)):
            lock.close()
        refuse_second(connections.store_url, lambda: time.sleep(DEAD))
    except AlreadyRunning as error:
        yield Finding(Level.NOTICE, f"{error.why}, so a second slabot run would refuse", _RUNS)
    except SlabotError as error:
        yield refused(error)
        return
    else:
        yield Finding(Level.RIGHT, f"The store can be opened: {name}")
    yield from _gaps(connections.store_url)
    address = read_address(connections.store_url)
    yield from check_protection(address, os.environ)
    yield from check_lasting(address, os.environ, mounts())


def _gaps(url: str) -> Iterator[Finding]:
    """How many open tickets slabot cannot see all of, if any."""
    number = read_if_current(url, ticket_counts.count_with_gaps)
    if number:
        whose = "an open ticket" if number == 1 else f"{number} open tickets"
        yield Finding(
            Level.NOTICE,
            f"slabot cannot see all that was said on {whose}, so pages say that it may have been answered, and nothing "
            "is written there",
            "The rows ticket.gap of slabot ledger say which and why; look after them in the helpdesk.",
        )


def refused(reason: SlabotError) -> Finding:
    """A reason for which slabot does not start, as a finding."""
    remedy = reason.remedy or "see docs/running.md"
    return Finding(Level.WRONG, f"slabot run would refuse: {clause(reason.why)}", instruction(remedy))


def _is_slabot(host: str, port: int) -> bool:
    """True if a slabot answers at an address of this machine."""
    at = "127.0.0.1" if host == "0.0.0.0" else host
    try:
        answer = request("GET", f"http://{at}:{port}/healthz", seconds=PATIENCE)
    except NotAnswered:
        return False
    return answer.body == ALIVE
