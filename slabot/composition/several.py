"""How does a policy file become one of several processes, on one PostgreSQL?

Promise: the same parts as in one process, others of them started: a web process receives, a worker does everything
else. On SQLite, which one process works on, neither starts, and says what to do instead.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from slabot.clock import Clock
from slabot.composition.apps import Opened, leases_of, open_parts, opened_services
from slabot.composition.connections import Connections
from slabot.composition.secrets import Secrets, StartError, store_url
from slabot.domain import SlabotError
from slabot.policy import Policy
from slabot.runtime import SWEEP_EVERY, Interactions, NoWaker, Parts, Sockets, Wakers
from slabot.runtime.app import App
from slabot.runtime.distributed import SOCKETS, Distributed, Extra
from slabot.runtime.engines.notifying import Notifications, announce
from slabot.runtime.engines.procrastinate import Procrastinate
from slabot.runtime.people.socket_watch import SocketWatch
from slabot.runtime.receiving import HintsForWorkers, Receiving
from slabot.store.address import read_address
from slabot.store.processes import ProcessKind


def worker_app(
    policy: Policy,
    text: str,
    *,
    clock: Clock,
    environment: Mapping[str, str] | None = None,
    sweep_every: timedelta = SWEEP_EVERY,
) -> App[Distributed]:
    """A worker, not started yet; the arguments are those of `embedded_app`.

    Raises:
        StartError: something is missing or refused.
        StoreError: the store cannot be opened.
    """
    refuse_sqlite(policy, ProcessKind.WORKER, environment)
    wakers = Wakers()
    parts, found = open_parts(policy, text, clock, environment, wakers, sweep_every, among_others=True)
    leases = leases_of(parts.store, clock, ProcessKind.WORKER, parts.policy_version)
    engine = Procrastinate(parts.store.address.url)
    parts = replace(parts, hints=engine, announce=announce, company=leases)
    interactions = Interactions(parts)
    distributed = Distributed(
        parts,
        wakers,
        leases=leases,
        engine=engine,
        listener=Notifications(parts.store.address.url, wakers.wake),
        extras=_extras(parts, interactions, found),
    )
    return App(parts, distributed, None, (Opened(parts, interactions), distributed))


def web_app(
    policy: Policy,
    text: str,
    *,
    clock: Clock,
    environment: Mapping[str, str] | None = None,
    listening: socket.socket | None = None,
) -> App[Receiving]:
    """A process that takes in webhooks and Slack's requests, not started yet; arguments as for `embedded_app`.

    Raises:
        StartError: something is missing or refused.
        StoreError: the store cannot be opened.
    """
    refuse_sqlite(policy, ProcessKind.WEB, environment)
    parts, found = open_parts(
        policy, text, clock, environment, NoWaker(), SWEEP_EVERY, receives=True, among_others=True
    )
    leases = leases_of(parts.store, clock, ProcessKind.WEB, parts.policy_version)
    engine = Procrastinate(parts.store.address.url)
    parts = replace(parts, hints=HintsForWorkers(engine, leases), announce=announce, company=leases)
    receiving = Receiving(leases, engine)
    web, services = opened_services(parts, found, receiving, taken=listening)
    return App(parts, receiving, web, services)


def refuse_sqlite(policy: Policy, kind: ProcessKind, environment: Mapping[str, str] | None = None) -> None:
    """Refuse a store that one process works on.

    Raises:
        StartError: it is SQLite.
    """
    secrets = Secrets(os.environ if environment is None else environment)
    url = store_url(policy, secrets)
    if secrets.problems:
        raise StartError(secrets.problems)
    if url and read_address(url).is_sqlite:
        why = f"slabot {kind.value} is one of several processes, and on a SQLite file only one process can work"
        remedy = "start slabot run, which does everything in one process, or put the store into PostgreSQL (store.url)"
        raise StartError([SlabotError(why, remedy)])


def _extras(parts: Parts, interactions: Interactions, found: Connections) -> dict[str, Callable[[], Extra]]:
    addresses = found.addresses
    return {} if addresses is None else {SOCKETS: lambda: Sockets(interactions, addresses, SocketWatch(parts))}
