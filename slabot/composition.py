"""How does a policy file become a running bot?

Promise: nothing starts half-configured. Every secret is read from the environment here and handed on; what is
missing or refused is said in words, all of it at once, before anything listens or writes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.base import Adapter, OAuthClient
from adapters.errors import AdapterError, RateLimited, Unreachable
from adapters.registry import open_adapter
from slabot.channels.base import Channel
from slabot.channels.registry import open_channels
from slabot.clock import Clock
from slabot.domain import Category, SlabotError, utc
from slabot.paging import Level, SettingError, SigningSecret, SlackSender, TokenError, check_slack, open_client
from slabot.paging.setup_check import check_sockets
from slabot.paging.sockets import SocketAddresses
from slabot.policy import DestinationKind, Policy, Way
from slabot.policy.check_reach import why_not_run
from slabot.policy.connections import Helpdesk, Zendesk
from slabot.policy.secrets import why_unsendable
from slabot.runtime import SWEEP_EVERY, Bell, Heartbeat, Interactions, Parts, Silence, Sockets
from slabot.store import Lane, LedgerEvent, Store, absences, ledger, looks, meta, open_store, outbox, policies
from slabot.store.address import read_address

STORE_URL = "store.url_env"


class StartError(SlabotError):
    """slabot does not start like this; the message lists every reason with its remedy."""

    def __init__(self, reasons: list[str]) -> None:
        """Keep the reasons."""
        super().__init__("slabot does not start:\n" + "\n".join(f"  - {reason}" for reason in reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Composed:
    """Everything that a process needs; close it at the end."""

    parts: Parts
    signing_secret: SigningSecret | None
    interactions: Interactions
    sockets: Sockets | None = None
    """Socket Mode, where the policy names slack.app_token_env; not started yet."""

    def close(self) -> None:
        """Give everything back."""
        self.interactions.close()
        self.parts.store.close()
        for adapter in self.parts.adapters.values():
            adapter.close()


@dataclass(frozen=True, slots=True)
class Connections:
    """Everything but the store, as far as the settings allow; close it at the end.

    Attributes:
        problems: what keeps the others from being opened, each in words with its remedy.
        addresses: of Socket Mode, where the policy names slack.app_token_env.
        channels: the ways by which people are told.
        store_url: where the store is; empty where the environment does not say.
    """

    adapters: Mapping[str, Adapter]
    sender: SlackSender | None
    problems: tuple[str, ...]
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
    sender, signing = _slack(policy, secrets, clock)
    addresses = _socket_addresses(policy, secrets, clock)
    channels, heartbeat = _channels(policy, sender, secrets, clock), _heartbeat(policy, secrets)
    url = store_url(policy, secrets)
    problems = (*why_not_run(policy), *secrets.problems)
    return Connections(adapters, sender, problems, addresses, signing, channels, heartbeat, url)


def helpdesk_refusal(name: str, adapter: Adapter) -> str | None:
    """Why slabot does not start with this helpdesk, with the remedy; None if it does.

    An outage is no wrong setting: a restart during one must not end the pages of the others.
    """
    try:
        adapter.whoami()
    except (Unreachable, RateLimited):
        return None
    except AdapterError as error:
        return f"{name}: {error}"
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
            raise SlabotError(f"The secret cannot be sent: {odd}. Copy it anew, alone and whole.")
    oauth = None if client is None else OAuthClient(client_id=client[0], client_secret=client[1])
    return open_adapter(kind, name=name, url=url, email=email, token=token, oauth=oauth, statuses=statuses, clock=clock)


def compose(
    policy: Policy,
    text: str,
    *,
    clock: Clock,
    environment: Mapping[str, str] | None = None,
    bell: Bell | None = None,
    check: bool = True,
    sweep_every: timedelta = SWEEP_EVERY,
) -> Composed:
    """Open store, helpdesks and Slack for a policy.

    Args:
        policy: as it was read.
        text: of the file; its versions are kept in the store.
        clock: the port of time.
        environment: where secrets are; None for the process's own.
        bell: wakes the actors.
        check: ask helpdesks and Slack whether the settings are right.
        sweep_every: real time between two sweeps of a helpdesk.

    Raises:
        StartError: something is missing or refused.
        StoreError: the store cannot be opened.
    """
    found = connect(policy, clock=clock, environment=environment)
    if found.problems:
        raise StartError(list(found.problems))
    if check:
        refused = [helpdesk_refusal(name, adapter) for name, adapter in found.adapters.items()]
        reasons = [*filter(None, refused), *_ask_slack(policy, found.sender), *_ask_sockets(found.addresses)]
        if reasons:
            raise StartError(reasons)
    store = open_store(found.store_url)
    parts = _parts(policy, text, store, found, clock, bell or Silence(), sweep_every)
    interactions = Interactions(parts)
    sockets = None if found.addresses is None else Sockets(interactions, found.addresses)
    return Composed(parts, found.signing, interactions, sockets)


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
            f"the store at {file} cannot be reached: {error.strerror}; check the folder's name, and run the command as "
            "the user that slabot runs as"
        ) from None
    if missing:
        raise SlabotError(
            f"there is no store at {file} yet; slabot run makes it. Are you in the folder that it runs in?"
        )
    return open_store(url)


class _Secrets:
    """Reads environment variables and remembers which are missing; never shows a value."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def get(self, name: str, setting: str) -> str:
        value = self._environment.get(name, "").strip()
        odd = why_unsendable(value) if setting != STORE_URL else None  # a database address may hold any letter
        if not value:
            self.problems.append(
                f"{setting} names the environment variable {name}, which is not set; set it and start again"
            )
        elif odd is not None:
            self.problems.append(
                f"{setting} names the environment variable {name}, whose value cannot be sent: {odd}; copy the secret "
                "anew, alone and whole"
            )
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
        secrets.problems.append("the policy names no helpdesk; add one under helpdesks")
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
            secrets.problems.append(str(error))
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


def _slack(policy: Policy, secrets: _Secrets, clock: Clock) -> tuple[SlackSender | None, SigningSecret | None]:
    settings = policy.slack
    if settings is None:
        return None, None
    token = secrets.get(settings.token_env, "slack.token_env")
    signing = secrets.several(settings.signing_secret_env, "slack.signing_secret_env")
    try:
        sender = SlackSender(open_client(token, base_url=_api(settings.api_url)), clock) if token else None
        return sender, SigningSecret(*signing) if signing else None
    except TokenError as error:
        secrets.problems.append(str(error))
        return None, None


def _socket_addresses(policy: Policy, secrets: _Secrets, clock: Clock) -> SocketAddresses | None:
    """How Slack is asked for connections, where slabot is to be reached without a public address."""
    settings = policy.slack
    if settings is None or settings.app_token_env is None:
        return None
    token = secrets.get(settings.app_token_env, "slack.app_token_env")
    try:
        return SocketAddresses(token, clock, base_url=_api(settings.api_url)) if token else None
    except TokenError as error:
        secrets.problems.append(str(error))
        return None


def _channels(policy: Policy, sender: SlackSender | None, secrets: _Secrets, clock: Clock) -> Mapping[Way, Channel]:
    """The ways that the policy names."""
    try:
        return open_channels(policy, sender, secrets.get, clock)
    except (SettingError, TokenError) as error:
        secrets.problems.append(str(error))
        return {}


def _heartbeat(policy: Policy, secrets: _Secrets) -> Heartbeat | None:
    """Who hears that everything agrees."""
    if policy.heartbeat is None:
        return None
    url = secrets.get(policy.heartbeat.url_env, "heartbeat.url_env")
    try:
        return Heartbeat(url) if url else None
    except SettingError as error:
        secrets.problems.append(str(error))
        return None


def _api(address: str | None) -> str | None:
    return None if address is None else f"{address}/"


def _ask_slack(policy: Policy, sender: SlackSender | None) -> list[str]:
    if sender is None or policy.slack is None:
        return []
    return [str(finding) for finding in check_slack(sender, slack_channels(policy)) if finding.level is Level.WRONG]


def _ask_sockets(addresses: SocketAddresses | None) -> list[str]:
    finding = None if addresses is None else check_sockets(addresses)
    return [str(finding)] if finding is not None and finding.level is Level.WRONG else []


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
    bell: Bell,
    sweep_every: timedelta,
) -> Parts:
    now = utc(clock.now())
    digest = hashlib.sha256(text.encode()).hexdigest()
    absence = store.write(lambda conn: absences.begin(conn, now))
    installed = store.write(lambda conn: meta.installed_at(conn, now))
    version = store.write(lambda conn: policies.record(conn, digest, text, now))
    store.write(lambda conn: looks.recall(conn, now, version))
    store.write(lambda conn: outbox.release(conn, Lane.WRITE, now))
    words = f"slabot started with policy version {version}"
    store.write(lambda conn: ledger.write(conn, now, LedgerEvent.SLABOT_STARTED, words, None, None))
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
        bell=bell,
        sweep_every=sweep_every,
        absence=absence,
    )
