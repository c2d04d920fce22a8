"""How does a policy file become a running bot?

Promise: nothing starts half-configured. What is missing or refused is said in words, all of it at once, before anything
listens or writes.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.setup_check import check_slack, check_sockets
from slabot.channels.slack.sockets import SocketAddresses
from slabot.clock import Clock, SteppedClock
from slabot.composition.connections import Connections, connect, helpdesk_refusal, slack_channels
from slabot.composition.secrets import Secrets, StartError, store_url
from slabot.domain import Finding, Level, SlabotError, utc
from slabot.domain.sentences import sentence
from slabot.policy import Mode, Policy
from slabot.runtime import (
    SWEEP_EVERY,
    Driven,
    Embedded,
    Interactions,
    NoWaker,
    Parts,
    Sockets,
    Waker,
    Wakers,
)
from slabot.runtime.app import App, Service
from slabot.runtime.clock_watch import set_back_while_away
from slabot.runtime.engines.notifying import Notifications
from slabot.runtime.leases import Leases
from slabot.runtime.past_policies import StoredPolicies
from slabot.runtime.people.socket_watch import SocketWatch
from slabot.runtime.policy_versions import put_in_force, recognise
from slabot.runtime.receiving import Receiving
from slabot.runtime.serving import WebServer
from slabot.runtime.sole_run import SoleRun
from slabot.store import Lane, Store, absences, meta, open_store, outbox, policies, records, socket_mode
from slabot.store.absences import Absence
from slabot.store.address import read_address
from slabot.store.migrate import newest
from slabot.store.processes import Process, ProcessKind
from webhooks import create_app


def embedded_app(
    policy: Policy,
    text: str,
    *,
    clock: Clock,
    environment: Mapping[str, str] | None = None,
    listening: socket.socket | None = None,
    sweep_every: timedelta = SWEEP_EVERY,
) -> App[Embedded]:
    """Everything in this process, each actor in a thread of its own; not started yet.

    Args:
        policy: as it was read.
        text: of the file; its versions are kept in the store.
        clock: the port of time.
        environment: where secrets are; None for the process's own.
        listening: the address to answer at, taken already; None for a free port of this machine.
        sweep_every: real time between two sweeps of a helpdesk.

    Raises:
        StartError: something is missing or refused.
        StoreError: the store cannot be opened.
    """
    wakers = Wakers()
    claimed: list[SoleRun] = []

    def claim(store: Store) -> None:
        """On PostgreSQL: be the only one that does everything. On SQLite a lock on the file has seen to it."""
        if not store.address.is_sqlite:
            version = store.read(policies.in_force) or 0
            sole = SoleRun(store, clock, leases_of(store, clock, ProcessKind.RUN, version))
            sole.claim()
            claimed.append(sole)

    with contextlib.ExitStack() as undo:
        undo.callback(_stop_all, claimed)
        parts, found = open_parts(policy, text, clock, environment, wakers, sweep_every, claim=claim)
        for sole in claimed:
            sole.read_policy(parts.policy_version)
        undo.pop_all()
    embedded = Embedded(parts, wakers)
    web, services = opened_services(parts, found, embedded, taken=listening)
    if claimed:
        # A web beside it takes webhooks in, and tells of them.
        services = (services[0], *claimed, Notifications(parts.store.address.url, wakers.wake), *services[1:])
    return App(parts, embedded, web, services)


def _stop_all(services: Iterable[Service]) -> None:
    for service in services:
        service.stop()


def stepped_app(
    policy: Policy,
    text: str,
    *,
    clock: SteppedClock,
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    sweep_every: timedelta = SWEEP_EVERY,
) -> App[Driven]:
    """Everything in this process on a clock that jumps, driven from outside; as `embedded_app` otherwise."""
    parts, found = open_parts(policy, text, clock, environment, NoWaker(), sweep_every)
    driven = Driven(parts, clock)
    web, services = opened_services(parts, found, driven, port=port)
    return App(parts, driven, web, services)


def open_policy_store(policy: Policy, environment: Mapping[str, str] | None = None) -> Store:
    """The store alone, for commands that only read.

    Raises:
        SlabotError: it does not exist yet, or cannot be opened.
    """
    secrets = Secrets(os.environ if environment is None else environment)
    url = store_url(policy, secrets)
    if secrets.problems:
        raise StartError(secrets.problems)
    file = read_address(url).file
    try:
        missing = file is not None and not file.exists()
    except OSError as error:
        raise SlabotError(
            f"the store at {file} cannot be reached: {error.strerror}",
            "check the folder's name, and run the command as the user that slabot runs as",
        ) from None
    if missing:
        raise SlabotError(
            f"there is no store at {file} yet", "slabot run makes it. Are you in the folder that it runs in?"
        )
    return open_store(url)


class Opened:
    """What was opened for an app: there before anything starts, given back after everything has stopped."""

    def __init__(self, parts: Parts, interactions: Interactions) -> None:
        self._parts, self._interactions = parts, interactions

    def start(self) -> None:
        """Nothing: it is open."""

    def stop(self, patience: timedelta = timedelta(seconds=2)) -> None:
        """Give everything back."""
        self._interactions.close(patience)
        self._parts.store.close()
        for adapter in self._parts.adapters.values():
            adapter.close()
        if self._parts.model is not None:
            self._parts.model.close()


def opened_services(
    parts: Parts, found: Connections, engine: Service, *, port: int = 0, taken: socket.socket | None = None
) -> tuple[WebServer, tuple[Service, ...]]:
    """The web server, and all services of a process that has one, in the order in which they start."""
    interactions = Interactions(parts)
    web = WebServer(
        create_app(parts, found.signing, interactions),
        port=port,
        taken=taken,
        proxies=parts.policy.web.trusted_proxies,
        refusals=parts.refusals,
    )
    services: list[Service] = [Opened(parts, interactions), engine]
    if found.addresses is not None and not isinstance(engine, Receiving):  # a worker keeps the connection
        services.append(Sockets(interactions, found.addresses, SocketWatch(parts)))
    return web, (*services, web)


def leases_of(store: Store, clock: Clock, kind: ProcessKind, policy_version: int) -> Leases:
    """The beats of this process."""
    process = Process(
        name="",
        kind=kind,
        place=f"{socket.gethostname()}:{os.getpid()}",
        tables=newest(),
        policy_version=policy_version,
        started_at=utc(clock.now()),
    )
    return Leases(store, clock, process)


def open_parts(
    policy: Policy,
    text: str,
    clock: Clock,
    environment: Mapping[str, str] | None,
    waker: Waker,
    sweep_every: timedelta,
    *,
    receives: bool = False,
    among_others: bool = False,
    claim: Callable[[Store], None] = lambda _: None,
) -> tuple[Parts, Connections]:
    """Open store, helpdesks and channels, once helpdesks and Slack have said that the settings are right.

    Args:
        policy: as it was read.
        text: of the file.
        clock: the port of time.
        environment: where secrets are.
        waker: of the threads.
        sweep_every: real time between two sweeps of a helpdesk.
        among_others: True for one of several processes on one store.
        receives: True for a process that decides nothing by itself, and so puts no policy in force.
        claim: called with the store before anything is written to it.
    """
    found = connect(policy, clock=clock, environment=environment)
    if found.problems:
        raise StartError(found.problems)
    refused = [helpdesk_refusal(name, adapter) for name, adapter in found.adapters.items()]
    reasons = [*filter(None, refused), *_ask_slack(policy, found.sender), *_ask_sockets(found.addresses)]
    if reasons:
        raise StartError(reasons)
    store = open_store(found.store_url, among_others=among_others)
    claim(store)
    begin = _receive if receives else _begin
    version, installed, absence = begin(store, policy, text, utc(clock.now()))
    parts = Parts(
        store=store,
        policy=policy.starting(installed),
        policy_version=version,
        adapters=found.adapters,
        sender=found.sender,
        channels=found.channels,
        heartbeat=found.heartbeat,
        model=found.model,
        clock=clock,
        started_at=utc(clock.now()),
        waker=waker,
        sweep_every=sweep_every,
        absence=absence,
        past=StoredPolicies(store.read(policies.every), version, installed, store.read(policies.starts)),
    )
    return parts, found


def _ask_slack(policy: Policy, sender: SlackSender | None) -> list[SlabotError]:
    if sender is None or policy.slack is None:
        return []
    return _wrong(check_slack(sender, slack_channels(policy)))


def _ask_sockets(addresses: SocketAddresses | None) -> list[SlabotError]:
    return [] if addresses is None else _wrong([check_sockets(addresses)])


def _wrong(findings: Iterable[Finding]) -> list[SlabotError]:
    """What keeps slabot from starting, of what was found."""
    wrong = [finding for finding in findings if finding.level is Level.WRONG]
    return [SlabotError(sentence(finding.words), finding.remedy and sentence(finding.remedy)) for finding in wrong]


def _begin(store: Store, policy: Policy, text: str, now: datetime) -> tuple[int, datetime, Absence | None]:
    """Begin to decide by this policy; its version, the day of installation, and the time of which nothing is known."""
    absence = store.write(lambda conn: absences.begin(conn, now))
    store.write(lambda conn: set_back_while_away(conn, policy, now))
    installed = store.write(lambda conn: meta.installed_at(conn, now))
    store.stay_with(store.write(meta.identity))
    version = store.write(lambda conn: put_in_force(conn, policy, text, now))
    store.write(lambda conn: outbox.release(conn, Lane.WRITE, now))
    if policy.classify.model.mode is Mode.OFF:
        store.write(lambda conn: outbox.drop_lane(conn, Lane.MODEL, "the policy names no language model any more"))
    if policy.slack is None or policy.slack.app_token_env is None:
        store.write(socket_mode.forget)  # of a former policy, and of a process that was killed
    if not policy.reports.by_agent:
        store.write(records.forget_agents)
    return version, installed, absence


def _receive(store: Store, policy: Policy, text: str, now: datetime) -> tuple[int, datetime, None]:
    """Know this policy, and leave the store as it is otherwise."""
    installed = store.write(lambda conn: meta.installed_at(conn, now))
    store.stay_with(store.write(meta.identity))
    return store.write(lambda conn: recognise(conn, policy, text, now)), installed, None
