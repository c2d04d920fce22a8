"""Which class speaks with this kind of helpdesk?

Promise: a third helpdesk is one folder and one line here. A kind's client library is loaded when it is first
asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import cast

from adapters.base import RESERVE_PERCENT, Adapter, Clock, OAuthClient, RateBudget
from adapters.errors import BadSettings
from slabot.domain import Category

KINDS: Mapping[str, str] = {
    "freshdesk": "adapters.freshdesk.adapter:FreshdeskAdapter",
    "memory": "adapters.memory.adapter:MemoryAdapter",  # the example of docs/adapters.md
    "zendesk": "adapters.zendesk.adapter:ZendeskAdapter",
}


def open_adapter(
    kind: str,
    *,
    name: str,
    url: str,
    statuses: Mapping[str, Category],
    clock: Clock,
    token: str = "",
    email: str = "",
    oauth: OAuthClient | None = None,
    webhook_secrets: Sequence[str] = (),
    reserve_percent: int = RESERVE_PERCENT,
    budget: RateBudget | None = None,
    merge_words: Sequence[str] = (),
    open_with_assignee: Category | None = None,
) -> Adapter:
    """The adapter for a kind of helpdesk. Makes no call yet; `whoami` proves the settings.

    Args:
        kind: ``zendesk``, ``freshdesk``.
        name: the helpdesk's name in the policy file.
        url: its address, ``https://acme.zendesk.com``. Plain http is taken for loopback addresses only.
        statuses: the helpdesk's words for a status to categories; names and ids, compared without regard to case.
        clock: the port of time.
        token: the secret of the account that slabot acts as; `email` is its address, where the helpdesk asks for it.
        email: see `token`.
        oauth: the OAuth client to sign in by, for a kind of helpdesk that knows such (zendesk); wins over `token`.
        webhook_secrets: what signs deliveries, the current one first, all of them taken; none where webhooks are not
            used: then every delivery is refused.
        reserve_percent: the share of the account's calls that sweeps leave to people.
        budget: a budget shared with others; None for one of its own with that reserve.
        merge_words: how the note on a merged ticket begins, for a kind of helpdesk that tells of a merge by a note only
            (freshdesk); empty for its own words.
        open_with_assignee: what Open stands for where an agent has the ticket (freshdesk); None: the same as without.

    Raises:
        BadSettings: no such kind, or settings that cannot work.
    """
    if (place := KINDS.get(kind)) is None:
        known = " or ".join(sorted(KINDS))
        raise BadSettings(f"helpdesks.{name}.kind", f'"{kind}" is no kind of helpdesk', remedy=f"write {known}")
    module, _, named = place.partition(":")
    opens = cast(Callable[..., Adapter], getattr(import_module(module), named))
    own = {"oauth": oauth, "merge_words": merge_words, "open_with_assignee": open_with_assignee}
    further = {setting: value for setting, value in own.items() if value}
    return opens(
        name=name,
        url=url,
        email=email,
        token=token,
        webhook_secrets=webhook_secrets,
        statuses=statuses,
        clock=clock,
        reserve_percent=reserve_percent,
        budget=budget,
        **further,
    )
