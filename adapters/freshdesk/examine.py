"""How is this Freshdesk account set up, as far as slabot depends on it?

Promise: one call for each thing that is looked at, nothing is written, and what cannot be asked is said and does not
keep the rest from being asked.
Freshdesk's API shows neither automation rules nor webhooks, so what people have to look at themselves is said as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import requests

from adapters.base import RESERVE_PERCENT, OwnStatus, Plans
from adapters.errors import AdapterError, NotAllowed
from adapters.freshdesk.agents import Agent, read_agent
from adapters.freshdesk.client import PER_PAGE, Client
from adapters.freshdesk.limits import REMAINING, TOTAL, Limits
from adapters.freshdesk.merges import MERGE_WORDS
from adapters.freshdesk.statuses import CLOSED, OPEN, PENDING, RESOLVED, StatusMap
from adapters.freshdesk.ticket_fields import AccountFields, read_fields
from adapters.http.answers import read_object
from adapters.http.examining import ask, clocks, works_tickets
from adapters.http.fields import Raw, ident, objects, text
from slabot.domain import Category, Finding, Level
from slabot.domain.sentences import sentence

USUAL = {
    OPEN: Category.OPEN,
    PENDING: Category.PENDING,
    RESOLVED: Category.SOLVED,
    CLOSED: Category.CLOSED,
}
USUAL_LABELS = {
    OPEN: "open",
    PENDING: "pending",
    RESOLVED: "resolved",
    CLOSED: "closed",
}
USUAL_BY_LABEL = {
    "waiting on customer": Category.WAITING_ON_CUSTOMER,
    "waiting on third party": Category.WAITING_ON_THIRD_PARTY,
}
ENGLISH = "en"
LATELY = timedelta(days=30)  # how far back tickets are looked at for who works on them
_ROLE = "Make slabot's agent an administrator with the scope of all tickets; docs/freshdesk.md says why."


def own_statuses(fields: AccountFields) -> tuple[OwnStatus, ...]:
    """The account's statuses in its own order; of a label that says something else than its number, people decide."""
    found = []
    for number, label in fields.statuses.items():
        native = number in USUAL
        usual = USUAL_BY_LABEL.get(label.casefold())
        if native:
            usual = USUAL[number] if _says_the_same(number, label) else None
        found.append(OwnStatus(word=str(number) if native else label, label=label, usual=usual, own=not native))
    return tuple(found)


class Examiner:
    """Looks at one account with one thread's client."""

    def __init__(
        self,
        client: Client,
        *,
        helpdesk: str,
        statuses: StatusMap,
        merge_words: Sequence[str],
        limits: Limits,
        secrets: Sequence[str],
        now: datetime,
    ) -> None:
        """Ask nothing yet; `statuses` is the policy's mapping without the account's labels."""
        self._client = client
        self._helpdesk = helpdesk
        self._statuses = statuses
        self._merge_words = tuple(merge_words)
        self._limits = limits
        self._secrets = secrets
        self._now = now

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """Everything. Raises nothing that Freshdesk may cause."""
        try:
            response = self._client.session.get(self._client.address.url("agents/me"))
            agent = read_agent(read_object(response, endpoint="GET /api/v2/agents/me"))
        except NotAllowed as error:
            return (Finding(Level.WRONG, "Freshdesk does not let slabot in", sentence(str(error))),)
        except AdapterError as error:
            return (Finding(Level.UNKNOWN, "Freshdesk could not be asked", sentence(str(error))),)
        if agent is None:
            return (Finding(Level.UNKNOWN, "Freshdesk does not say who slabot is there", "Check the domain."),)
        return (
            Finding(Level.RIGHT, f"Freshdesk answers at {self._client.address.netloc}"),
            Finding(Level.RIGHT, f"slabot is {agent.email or agent.name} there"),
            *ask("tickets of slabot's own agent", lambda: self._own_tickets(agent), may_be_closed=_ROLE),
            *self._left(response),
            clocks(response, self._now),
            *ask("agents", self._agents, may_be_closed=_ROLE),
            *ask("ticket fields", lambda: self._fields(plans), may_be_closed=_ROLE),
            *ask("the account's language", self._language, may_be_closed=_ROLE),
            *self._rules(plans),
        )

    def _own_tickets(self, agent: Agent) -> Iterator[Finding]:
        since = (self._now - LATELY).strftime("%Y-%m-%dT%H:%M:%SZ")
        listed, _ = self._client.tickets(since=since, page=1, size=PER_PAGE, order="desc")
        own = [raw for raw in objects(listed) if ident(raw.get("responder_id")) == agent.id and self._is_open(raw)]
        who = f"{agent.name} ({agent.email})" if agent.name and agent.email else agent.email or agent.name
        tickets = f"{len(own)} of the {len(listed)} tickets that changed last, open ones" if own else ""
        yield works_tickets(who, tickets, guide="docs/freshdesk.md")

    def _is_open(self, raw: Raw) -> bool:
        """True if it is support's turn, as far as numbers tell."""
        status = raw.get("status")
        return isinstance(status, int) and self._statuses.find(status) in (Category.OPEN, Category.PENDING)

    def _left(self, response: requests.Response) -> Iterator[Finding]:
        told = Limits(0)
        told.observe({name: response.headers.get(name, "") for name in (TOTAL, REMAINING)}, self._now)
        remaining, total = told.left()
        if remaining is None:
            yield Finding(
                Level.UNKNOWN, "Freshdesk does not say how many API calls are left", "Look under Admin > Account."
            )
            return
        words = f"{remaining} of {total} API calls are left in this minute"
        if remaining * 100 < (total or 0) * RESERVE_PERCENT:
            yield Finding(
                Level.NOTICE,
                f"{words}: other integrations use most of them, and sweeps wait",
                "Find out which apps call that often, or take a plan with more calls.",
            )
        else:
            lists = self._limits.lists_a_minute
            yield Finding(Level.RIGHT, f"{words}, and the plan allows {lists} lists of tickets a minute")

    def _agents(self) -> Iterator[Finding]:
        self._client.agents(1)
        yield Finding(Level.RIGHT, "slabot may read who the agents are")

    def _fields(self, plans: Plans) -> Iterator[Finding]:
        fields = read_fields(self._client.ticket_fields())
        mapped = self._statuses.with_labels(fields.statuses)
        if not fields.statuses:
            yield Finding(
                Level.UNKNOWN,
                "The account does not tell its statuses",
                "Name the statuses by number in the policy file, and compare them with Admin > Ticket Fields > Status.",
            )
        missing = [number for number in fields.statuses if mapped.find(number) is None]
        for number in missing:
            yield Finding(
                Level.WRONG,
                f'The policy does not say what the status "{fields.statuses[number]}" (number {number}) stands for, '
                "so tickets with it are not handled",
                f'Add "{fields.statuses[number]}": pending, or what else it means, under '
                f"helpdesks.{self._helpdesk}.statuses.",
            )
        for number, label in fields.statuses.items():
            category = mapped.find(number)
            if number in USUAL and not _says_the_same(number, label) and category is USUAL[number]:
                yield Finding(
                    Level.NOTICE,
                    f'Status {number} stands for {category.words} in the policy, and agents read "{label}" there',
                    f"If that is wrong, map {number} under helpdesks.{self._helpdesk}.statuses to what it means here.",
                )
        for wanted in (Category.SOLVED, Category.WAITING_ON_CUSTOMER, Category.PENDING):
            if fields.statuses and mapped.to_write(wanted) is None:
                yield Finding(
                    Level.WRONG if wanted is not Category.WAITING_ON_CUSTOMER else Level.NOTICE,
                    f"No status of the account stands for {wanted.words}, so slabot cannot move a ticket there",
                    "Add one under Admin > Ticket Fields > Status, and map it under "
                    f"helpdesks.{self._helpdesk}.statuses.",
                )
        if fields.to_close:
            needs = ", ".join(f'"{label}"' for label in fields.to_close)
            yield Finding(
                Level.NOTICE if plans.solves or plans.close_after is not None else Level.RIGHT,
                f"A ticket is resolved or closed only once these fields are filled in: {needs}; slabot does not fill "
                "them in, so where one is empty its solve is refused",
                "Give them values by an automation rule, or no longer require them under Admin > Ticket Fields.",
            )
        if fields.statuses and not missing:
            yield Finding(Level.RIGHT, "Every status of the account has its category")

    def _language(self) -> Iterator[Finding]:
        """The note on a merged ticket is in the account's language, and is all that tells of the merge."""
        language = text(self._client.helpdesk_settings().get("primary_language"))
        if not language or language.casefold().split("-")[0] == ENGLISH or self._merge_words != MERGE_WORDS:
            return
        yield Finding(
            Level.NOTICE,
            f'The account\'s language is "{language}", and the policy knows the note on merged tickets in English: '
            "a merged ticket passes for an ordinary closed one",
            "Merge two tickets for a try, and write the beginning of the note on the closed one under "
            f"helpdesks.{self._helpdesk}.merge_words.",
        )

    def _rules(self, plans: Plans) -> Iterator[Finding]:
        at = plans.hook_url or f"the address that ends in {plans.hook_path}"
        if not self._secrets:
            yield Finding(
                Level.NOTICE,
                "The policy names no secret for webhooks, so changes are seen by the next sweep, a few minutes late",
                f"Set helpdesks.{self._helpdesk}.webhook_secret_env, and the two rules of docs/freshdesk.md, step 3.",
            )
        yield Finding(
            Level.NOTICE,  # nobody can ever ask it, so it must not keep doctor from saying that all is right
            "Freshdesk's API does not show automation rules: whether two of them tell slabot of changes, and whether "
            "others close tickets or change them after a reply, has to be looked at",
            f"Look under Admin > Automations: two rules call {at}, and no other rule acts on what slabot's agent does.",
        )


def _says_the_same(number: int, label: str) -> bool:
    """False only where the label is another status's usual one: ``Pending`` on number 2, say. Translations pass."""
    word = label.casefold()
    others = {name for other, name in USUAL_LABELS.items() if other != number} | set(USUAL_BY_LABEL)
    return word not in others
