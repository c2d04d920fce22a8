"""How does a policy file become a running bot?

Promise: nothing starts half-configured. Every secret is read from the environment here and handed on; what is
missing or refused is said in words, all of it at once, before anything listens or writes.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from adapters.base import Adapter, OAuthClient
from adapters.errors import AdapterError, RateLimited, Unreachable
from adapters.registry import open_adapter
from slabot.channels.base import Channel
from slabot.channels.errors import SettingError, TokenError
from slabot.channels.registry import open_channels
from slabot.channels.slack.channel import SlackChannel
from slabot.channels.slack.interactions import SigningSecret
from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.setup_check import check_slack, check_sockets
from slabot.channels.slack.sockets import SocketAddresses
from slabot.clock import Clock, SteppedClock
from slabot.domain import Category, Finding, Level, SlabotError, utc
from slabot.domain.sentences import sentence
from slabot.policy import DestinationKind, Policy, Way
from slabot.policy.check_reach import why_not_run
from slabot.policy.connections import Helpdesk, Zendesk
from slabot.policy.secrets import why_unsendable
from slabot.runtime import (
    SWEEP_EVERY,
    Driven,
    Embedded,
    Heartbeat,
    Interactions,
    NoWaker,
    Parts,
    Sockets,
    Waker,
    Wakers,
)
from slabot.runtime.app import App, E, Service
from slabot.runtime.serving import WebServer
from slabot.store import Lane, LedgerEvent, Store, absences, ledger, looks, meta, open_store, outbox, policies
from slabot.store.address import read_address
from webhooks import create_app

STORE_URL = "store.url_env"


class StartError(SlabotError):
    """slabot does not start like this; the message lists every reason with its remedy.

    Attributes:
        reasons: what is in the way, each with its own `why` and `remedy`.
    """

    def __init__(self, reasons: Iterable[SlabotError]) -> None:
        """Keep the reasons."""
        self.reasons = tuple(reasons)
        super().__init__("slabot does not start:\n" + "\n".join(f"  - {reason}" for reason in self.reasons))


class _Opened:
    """What was opened for an app: there before anything starts, given back after everything has stopped."""

    def __init__(self, parts: Parts, interactions: Interactions) -> None:
        self._parts, self._interactions = parts, interactions

    def start(self) -> None:
        """Nothing: it is open."""

    def stop(self) -> None:
        """Give everything back."""
        self._interactions.close()
        self._parts.store.close()
        for adapter in self._parts.adapters.values():
            adapter.close()


@dataclass(frozen=True, slots=True)
class Connections:
    """Everything but the store, as far as the settings allow; close it at the end.

    Attributes:
        problems: what keeps the others from being opened, each with its remedy.
        addresses: of Socket Mode, where the policy names slack.app_token_env.
        channels: the ways by which people are told.
        store_url: where the store is; empty where the environment does not say.
    """

    adapters: Mapping[str, Adapter]
    sender: SlackSender | None
    problems: tuple[SlabotError, ...]
    addresses: SocketAddresses | None = None
    signing: SigningSecret | None = None
    channels: Mapping[Way, Channel] = field(default_factory=dict)
    heartbeat: Heartbeat | None = None
    store_url: str = ""

    def close(self) -> None:
        """Give everything back."""
        for adapter in self.adapters.values():
            adapter.close()


def connect(policy: Policy, *, clock: Clock, environment: Mapping[str, str] | None = None) -> Connections:
    """Open everything but the store, for a start and for commands that look around; asks nobody yet."""
    secrets = _Secrets(os.environ if environment is None else environment)
    adapters = _adapters(policy, secrets, clock)
    signing = _signing(policy, secrets)
    addresses = _socket_addresses(policy, secrets, clock)
    channels, unopened = open_channels(policy, secrets.get, clock)
    secrets.problems.extend(unopened)
    heartbeat = _heartbeat(policy, secrets)
    slack = channels.get(Way.SLACK)
    sender = slack.sender if isinstance(slack, SlackChannel) else None
    url = store_url(policy, secrets)
    problems = (*why_not_run(policy), *secrets.problems)
    return Connections(adapters, sender, problems, addresses, signing, channels, heartbeat, url)


def helpdesk_refusal(name: str, adapter: Adapter) -> SlabotError | None:
    """Why slabot does not start with this helpdesk, with the remedy; None if it does.

    An outage is no wrong setting: a restart during one must not end the pages of the others.
    """
    try:
        adapter.whoami()
    except (Unreachable, RateLimited):
        return None
    except AdapterError as error:
        return SlabotError(f"{name}: {error.why}", error.remedy)
    return None


def open_account(
    kind: str,
    *,
    name: str,
    url: str,
    statuses: Mapping[str, Category],
    clock: Clock,
    email: str = "",
    token: str = "",
    client: tuple[str, str] | None = None,
) -> Adapter:
    """A helpdesk that no policy file names yet, signed in to by a token (for Zendesk with an address), or by `client`:
    id and secret of an OAuth client.

    Raises:
        AdapterError: settings that cannot work.
        SlabotError: a token that cannot be sent.
    """
    for secret in (token, *(client or ())):
        if odd := why_unsendable(secret):
            raise SlabotError(f"The secret cannot be sent: {odd}.", "Copy it anew, alone and whole.")
    oauth = None if client is None else OAuthClient(client_id=client[0], client_secret=client[1])
    return open_adapter(kind, name=name, url=url, email=email, token=token, oauth=oauth, statuses=statuses, clock=clock)


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
    parts, found = _open(policy, text, clock, environment, wakers, sweep_every)
    return _app(parts, found, Embedded(parts, wakers), taken=listening)


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
    parts, found = _open(policy, text, clock, environment, NoWaker(), sweep_every)
    return _app(parts, found, Driven(parts, clock), port=port)


def _app(parts: Parts, found: Connections, engine: E, *, port: int = 0, taken: socket.socket | None = None) -> App[E]:
    interactions = Interactions(parts)
    web = WebServer(create_app(parts, found.signing, interactions), port=port, taken=taken)
    services: list[Service] = [_Opened(parts, interactions), engine]
    if found.addresses is not None:
        services.append(Sockets(interactions, found.addresses))
    return App(parts, engine, web, (*services, web))


def _open(
    policy: Policy,
    text: str,
    clock: Clock,
    environment: Mapping[str, str] | None,
    waker: Waker,
    sweep_every: timedelta,
) -> tuple[Parts, Connections]:
    """Open store, helpdesks and channels, once helpdesks and Slack have said that the settings are right."""
    found = connect(policy, clock=clock, environment=environment)
    if found.problems:
        raise StartError(found.problems)
    refused = [helpdesk_refusal(name, adapter) for name, adapter in found.adapters.items()]
    reasons = [*filter(None, refused), *_ask_slack(policy, found.sender), *_ask_sockets(found.addresses)]
    if reasons:
        raise StartError(reasons)
    store = open_store(found.store_url)
    return _parts(policy, text, store, found, clock, waker, sweep_every), found


def store_url(policy: Policy, secrets: _Secrets) -> str:
    """Where the store is."""
    if policy.store.url is not None:
        return policy.store.url
    return secrets.get(policy.store.url_env or "", STORE_URL)


def open_policy_store(policy: Policy, environment: Mapping[str, str] | None = None) -> Store:
    """The store alone, for commands that only read.

    Raises:
        SlabotError: it does not exist yet, or cannot be opened.
    """
    secrets = _Secrets(os.environ if environment is None else environment)
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


class _Secrets:
    """Reads environment variables and remembers which are missing; never shows a value."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[SlabotError] = []

    def get(self, name: str, setting: str) -> str:
        value = self._environment.get(name, "").strip()
        odd = why_unsendable(value) if setting != STORE_URL else None  # a database address may hold any letter
        if not value:
            why = f"{setting} names the environment variable {name}, which is not set"
            self.problems.append(SlabotError(why, "set it and start again"))
        elif odd is not None:
            why = f"{setting} names the environment variable {name}, whose value cannot be sent: {odd}"
            self.problems.append(SlabotError(why, "copy the secret anew, alone and whole"))
            return ""
        return value

    def look(self, name: str | None) -> str:
        """The value, or nothing: that it is missing is no problem."""
        return "" if name is None else self._environment.get(name, "")

    def several(self, names: Sequence[str], setting: str) -> tuple[str, ...]:
        """Those of the variables that are set."""
        return tuple(filter(None, [self.get(name, setting) for name in names]))


def _adapters(policy: Policy, secrets: _Secrets, clock: Clock) -> dict[str, Adapter]:
    opened: dict[str, Adapter] = {}
    if not policy.helpdesks:
        secrets.problems.append(SlabotError("the policy names no helpdesk", "add one under helpdesks"))
    for name, helpdesk in policy.helpdesks.items():
        where = f"helpdesks.{name}"
        sign_in = _sign_in(helpdesk, secrets, where)
        hooks = secrets.several(helpdesk.webhook_secret_env, f"{where}.webhook_secret_env")
        if sign_in is None:
            continue
        opens: Callable[..., Adapter] = open_adapter
        try:
            opened[name] = opens(
                helpdesk.kind,
                name=name,
                url=helpdesk.url,
                statuses=helpdesk.statuses,
                clock=clock,
                webhook_secrets=hooks,
                **sign_in,
            )
        except AdapterError as error:
            secrets.problems.append(error)
    return opened


def _sign_in(helpdesk: Helpdesk, secrets: _Secrets, where: str) -> dict[str, Any] | None:
    """How a helpdesk is signed in to, as `open_adapter` takes it; None where a variable is not set."""
    auth = helpdesk.auth if isinstance(helpdesk, Zendesk) else None
    email = helpdesk.email or "" if isinstance(helpdesk, Zendesk) else ""
    if auth is None:
        token = secrets.get(helpdesk.token_env or "", f"{where}.token_env")
        return {"email": email, "token": token} if token else None
    client_id = secrets.get(auth.client_id_env, f"{where}.auth.client_id_env")
    client_secret = secrets.get(auth.client_secret_env, f"{where}.auth.client_secret_env")
    if not client_id or not client_secret:
        return None
    # A token beside it is only tried by doctor, so nothing is wrong where it has been taken away already.
    token = secrets.look(helpdesk.token_env)
    oauth = OAuthClient(client_id=client_id, client_secret=client_secret, scope=auth.scope)
    return {"email": email, "token": token, "oauth": oauth}


def _signing(policy: Policy, secrets: _Secrets) -> SigningSecret | None:
    """What Slack signs its requests with."""
    if policy.slack is None:
        return None
    found = secrets.several(policy.slack.signing_secret_env, "slack.signing_secret_env")
    try:
        return SigningSecret(*found) if found else None
    except TokenError as error:
        secrets.problems.append(error)
        return None


def _socket_addresses(policy: Policy, secrets: _Secrets, clock: Clock) -> SocketAddresses | None:
    """How Slack is asked for connections, where slabot is to be reached without a public address."""
    settings = policy.slack
    if settings is None or settings.app_token_env is None:
        return None
    token = secrets.get(settings.app_token_env, "slack.app_token_env")
    try:
        return SocketAddresses(token, clock, base_url=_api(settings.api_url)) if token else None
    except TokenError as error:
        secrets.problems.append(error)
        return None


def _heartbeat(policy: Policy, secrets: _Secrets) -> Heartbeat | None:
    """Who hears that everything agrees."""
    if policy.heartbeat is None:
        return None
    url = secrets.get(policy.heartbeat.url_env, "heartbeat.url_env")
    try:
        return Heartbeat(url) if url else None
    except SettingError as error:
        secrets.problems.append(error)
        return None


def _api(address: str | None) -> str | None:
    return None if address is None else f"{address}/"


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


def slack_channels(policy: Policy) -> list[str]:
    """Every channel that pages go to."""
    told = [to for ladder in policy.escalate for rung in ladder.rungs for to in rung.notify]
    told += policy.fallback.to if policy.fallback is not None else ()
    channels = {to.name for to in told if to.kind is DestinationKind.CHANNEL}
    return sorted(channels if policy.slack is None else {policy.slack.channel, *channels})


def _parts(
    policy: Policy,
    text: str,
    store: Store,
    found: Connections,
    clock: Clock,
    waker: Waker,
    sweep_every: timedelta,
) -> Parts:
    now = utc(clock.now())
    digest = hashlib.sha256(text.encode()).hexdigest()
    absence = store.write(lambda conn: absences.begin(conn, now))
    installed = store.write(lambda conn: meta.installed_at(conn, now))
    version = store.write(lambda conn: _put_in_force(conn, digest, text, now))
    store.write(lambda conn: outbox.release(conn, Lane.WRITE, now))
    return Parts(
        store=store,
        policy=policy.starting(installed),
        policy_version=version,
        adapters=found.adapters,
        sender=found.sender,
        channels=found.channels,
        heartbeat=found.heartbeat,
        clock=clock,
        started_at=now,
        waker=waker,
        sweep_every=sweep_every,
        absence=absence,
    )


def _put_in_force(conn: Connection, digest: str, text: str, now: datetime) -> int:
    """Decide by this policy from now on, and say in the ledger if it is another one than before; its version."""
    before, version = policies.in_force(conn), policies.record(conn, digest, text, now)
    if before not in (None, version):
        words = (
            f"the policy is another one since this start: version {version} is in force instead of version {before}, "
            "and every ticket that is not closed is decided again under it; to go back, put the old file in its place "
            "and start slabot again"
        )
        facts = {"from": before, "to": version}
        ledger.write(conn, now, LedgerEvent.POLICY_CHANGED, words, None, None, facts=facts)
    looks.recall(conn, now, version)
    words = f"slabot started with policy version {version}"
    ledger.write(conn, now, LedgerEvent.SLABOT_STARTED, words, None, None, facts={policies.IN_FORCE: version})
    return version
