"""Open helpdesks, channels and the heartbeat of a policy, and say all at once what keeps one from being opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.base import Adapter, OAuthClient
from adapters.errors import AdapterError, RateLimited, Unreachable
from adapters.registry import open_adapter
from slabot.channels.base import Channel
from slabot.channels.errors import SettingError, TokenError
from slabot.channels.registry import open_channels
from slabot.channels.slack.channel import SlackChannel
from slabot.channels.slack.interactions import SigningSecret
from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.sockets import SocketAddresses
from slabot.clock import Clock
from slabot.composition.secrets import Secrets, StartError, store_url
from slabot.domain import Category, SlabotError
from slabot.policy import DestinationKind, Policy, Way
from slabot.policy.check_reach import why_not_run
from slabot.policy.connections import Helpdesk, Zendesk
from slabot.policy.secrets import why_unsendable
from slabot.runtime import Heartbeat
from slabot.runtime.asking.client import ModelClient, ModelSettings


@dataclass(frozen=True, slots=True)
class Connections:
    """Everything but the store, as far as the settings allow; close it at the end.

    Attributes:
        problems: what keeps the others from being opened, each with its remedy.
        addresses: of Socket Mode, where the policy names slack.app_token_env.
        channels: the ways by which people are told.
        model: the language model that is asked beside the reader, where the policy names one.
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
    model: ModelClient | None = None

    def close(self) -> None:
        """Give everything back."""
        for adapter in self.adapters.values():
            adapter.close()
        if self.model is not None:
            self.model.close()


def connect(policy: Policy, *, clock: Clock, environment: Mapping[str, str] | None = None) -> Connections:
    """Open everything but the store, for a start and for commands that look around; asks nobody yet."""
    secrets = Secrets(os.environ if environment is None else environment)
    adapters = _adapters(policy, secrets, clock)
    signing = _signing(policy, secrets)
    addresses = _socket_addresses(policy, secrets, clock)
    channels, unopened = open_channels(policy, secrets.get, clock)
    secrets.problems.extend(unopened)
    heartbeat = _heartbeat(policy, secrets)
    slack = channels.get(Way.SLACK)
    sender = slack.sender if isinstance(slack, SlackChannel) else None
    url = store_url(policy, secrets)
    model = _model(policy, secrets)
    problems = (*why_not_run(policy), *secrets.problems)
    return Connections(adapters, sender, problems, addresses, signing, channels, heartbeat, url, model)


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


def agent_names(policy: Policy, helpdesk: str, ids: Collection[str], *, clock: Clock) -> Mapping[str, str]:
    """What people call these agents of a helpdesk; empty where it cannot be opened, or does not answer in time."""
    settings = policy.helpdesks.get(helpdesk)
    adapter = None if settings is None else _open(helpdesk, settings, Secrets(os.environ), clock)
    if adapter is None:
        return {}
    try:
        return adapter.agent_names(ids)
    except AdapterError:
        return {}
    finally:
        adapter.close()


def _adapters(policy: Policy, secrets: Secrets, clock: Clock) -> dict[str, Adapter]:
    if not policy.helpdesks:
        secrets.problems.append(SlabotError("the policy names no helpdesk", "add one under helpdesks"))
    opened = {name: _open(name, helpdesk, secrets, clock) for name, helpdesk in policy.helpdesks.items()}
    return {name: adapter for name, adapter in opened.items() if adapter is not None}


def _open(name: str, helpdesk: Helpdesk, secrets: Secrets, clock: Clock) -> Adapter | None:
    """One helpdesk; None where a setting keeps it from being opened, which is added to the problems."""
    where = f"helpdesks.{name}"
    sign_in = _sign_in(helpdesk, secrets, where)
    hooks = secrets.several(helpdesk.webhook_secret_env, f"{where}.webhook_secret_env")
    if sign_in is None:
        return None
    opens: Callable[..., Adapter] = open_adapter
    try:
        return opens(
            helpdesk.kind,
            name=name,
            url=helpdesk.url,
            statuses=helpdesk.statuses,
            clock=clock,
            webhook_secrets=hooks,
            **_own_settings(helpdesk),
            **sign_in,
        )
    except AdapterError as error:
        secrets.problems.append(error)
        return None


def _own_settings(helpdesk: Helpdesk) -> dict[str, Any]:
    """What only this kind of helpdesk asks for."""
    if isinstance(helpdesk, Zendesk):
        return {}
    return {"merge_words": helpdesk.merge_words, "open_with_assignee": helpdesk.open_with_assignee}


def _sign_in(helpdesk: Helpdesk, secrets: Secrets, where: str) -> dict[str, Any] | None:
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


def _signing(policy: Policy, secrets: Secrets) -> SigningSecret | None:
    """What Slack signs its requests with."""
    if policy.slack is None:
        return None
    found = secrets.several(policy.slack.signing_secret_env, "slack.signing_secret_env")
    try:
        return SigningSecret(*found) if found else None
    except TokenError as error:
        secrets.problems.append(error)
        return None


def _socket_addresses(policy: Policy, secrets: Secrets, clock: Clock) -> SocketAddresses | None:
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


def _heartbeat(policy: Policy, secrets: Secrets) -> Heartbeat | None:
    """Who hears that everything agrees."""
    if policy.heartbeat is None:
        return None
    url = secrets.get(policy.heartbeat.url_env, "heartbeat.url_env")
    try:
        return Heartbeat(url) if url else None
    except SettingError as error:
        secrets.problems.append(error)
        return None


def open_model(policy: Policy, environment: Mapping[str, str] | None = None) -> ModelClient:
    """The language model of a policy, for commands that ask it.

    Raises:
        StartError: the policy names none, or its key is missing.
    """
    secrets = Secrets(os.environ if environment is None else environment)
    model = _model(policy, secrets, although_off=True)
    if model is None and not secrets.problems:
        secrets.problems.append(
            SlabotError("the policy names no language model", "write address and name under classify.model")
        )
    if model is None:
        raise StartError(secrets.problems)
    return model


def _model(policy: Policy, secrets: Secrets, *, although_off: bool = False) -> ModelClient | None:
    """The language model; None where none is to be asked, or its key is missing."""
    named = policy.classify.model
    if not (named.is_asked or although_off) or named.address is None or named.name is None:
        return None
    key = "" if named.key_env is None else secrets.get(named.key_env, "classify.model.key_env")
    if named.key_env is not None and not key:
        return None
    try:
        return ModelClient(
            ModelSettings(address=named.address, name=named.name, key=key, seconds=named.within.total_seconds())
        )
    except (SettingError, TokenError) as error:
        secrets.problems.append(error)
        return None


def _api(address: str | None) -> str | None:
    return None if address is None else f"{address}/"


def slack_channels(policy: Policy) -> list[str]:
    """Every channel that pages and summaries go to."""
    told = [to for _, ladder in policy.every_ladder() for _, to in ladder.named()]
    told += policy.fallback.to if policy.fallback is not None else ()
    told += [to for terms in policy.reports.summaries for to in terms.to]
    channels = {to.name for to in told if to.kind is DestinationKind.CHANNEL}
    return sorted(channels if policy.slack is None else {policy.slack.channel, *channels})
