"""How is this Zendesk account set up, as far as slabot depends on it?

Promise: one call for each thing that is looked at (one more for each further hundred), nothing is written, and what
cannot be asked is said and does not keep the rest from being asked. A secret is compared and never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import requests

from adapters.base import RESERVE_PERCENT, Account, Plans
from adapters.errors import AdapterError, BadAnswer, NoSuchPlace, NotAllowed
from adapters.http.examining import ask, clocks, works_tickets
from adapters.http.sign_in import SignIn
from adapters.zendesk import races
from adapters.zendesk.asking import Asker
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, ident, objects, text
from adapters.zendesk.hook_setup import HookSetup
from adapters.zendesk.identity import Beside, read_account, sign_in_findings, try_beside
from adapters.zendesk.limits import ACCOUNT, read_allowances
from adapters.zendesk.statuses import SYSTEM, StatusMap
from adapters.zendesk.tokens import TokenSource
from slabot.domain import Category, Finding, Level
from slabot.domain.sentences import sentence

_ROLE = "Give slabot's agent the role Admin; docs/zendesk.md says why."


class Examiner:
    """Looks at one account with one thread's client."""

    def __init__(
        self,
        client: Client,
        *,
        helpdesk: str,
        statuses: StatusMap,
        secrets: Sequence[str],
        now: datetime,
        sign_in: SignIn,
        beside: Beside | None,
        open_client: Callable[[SignIn], Client],
    ) -> None:
        """Ask nothing yet; `statuses` is the policy's mapping, `open_client` makes one that signs in another way."""
        self._asker = Asker(client)
        self._helpdesk = helpdesk
        self._statuses = statuses
        self._hooks = HookSetup(self._asker, helpdesk=helpdesk, secrets=secrets, remedy=_ROLE)
        self._now = now
        self._sign_in = sign_in
        self._beside = beside
        self._open_client = open_client

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """Everything. Raises nothing that Zendesk may cause."""
        try:
            response = self._asker.response("users/me.json")
            me = read_account(response, by_oauth=isinstance(self._sign_in, TokenSource))
        except NotAllowed as error:
            return (
                Finding(Level.WRONG, "Zendesk does not let slabot in", sentence(str(error))),
                *self._other_way(None),
            )
        except AdapterError as error:
            return (Finding(Level.UNKNOWN, "Zendesk could not be asked", sentence(str(error))),)
        found = [
            Finding(Level.RIGHT, f"Zendesk answers at {self._asker.client.address.netloc}"),
            *ask("sign-in", lambda: sign_in_findings(self._sign_in)),
            self._role(me.role, me.email),
            *self._other_way(me),
            *ask("tickets of slabot's own agent", lambda: self._own_tickets(me), may_be_closed=_ROLE),
            *self._left(response),
            clocks(response, self._now),
            *self._audits(),
            *ask("webhooks", lambda: self._hooks.examine(plans), may_be_closed=_ROLE),
            *ask("statuses", self._own_statuses, may_be_closed=_ROLE),
            *ask("automations", lambda: self._automations(plans), may_be_closed=_ROLE),
            *ask("triggers", lambda: races.triggers(self._asker.every("triggers", "triggers")), may_be_closed=_ROLE),
            *self._sla_policies(),
            *ask("ticket fields", self._required_fields, may_be_closed=_ROLE),
        ]
        return tuple(found)

    # -- who, how much, when ---------------------------------------------------------------------------------------

    def _role(self, role: str, email: str) -> Finding:
        if role == "admin":
            return Finding(Level.RIGHT, f"slabot is {email} there, an admin, and may read the export of changes")
        return Finding(
            Level.WRONG,
            f"slabot is {email} there, in the role {role}: the export of changed tickets is open to admins only, so "
            "there are no sweeps",
            _ROLE,
        )

    def _own_tickets(self, me: Account) -> Iterator[Finding]:
        answer = self._asker.one("search/count", query=f"type:ticket assignee:{me.id} status:open")
        count = answer.get("count")
        if not isinstance(count, int):
            raise BadAnswer("no count in it", endpoint="GET /api/v2/search/count")
        tickets = f"{count} open ticket{'' if count == 1 else 's'}" if count else ""
        yield works_tickets(_who(me), tickets, guide="docs/zendesk.md")

    def _other_way(self, known: Account | None) -> Iterator[Finding]:
        if self._beside is not None:
            yield try_beside(self._beside, self._open_client, known)

    def _audits(self) -> list[Finding]:
        """Whether the token opens the history of a ticket; an API token is never too narrow for it."""
        if not isinstance(self._sign_in, TokenSource):
            return []

        def look() -> Iterator[Finding]:
            tickets = objects(self._asker.one("tickets", **{"page[size]": "1"}).get("tickets"))
            number = ident(tickets[0].get("id")) if tickets else None
            if number is None:
                words = "There is no ticket yet, so reading the audits of one was not tried"
                yield Finding(Level.NOTICE, words, "Run slabot doctor again once there is one.")
                return
            self._asker.one(f"tickets/{number}/audits", **{"page[size]": "1"})
            yield Finding(Level.RIGHT, "The history of tickets (their audits) can be read")

        return ask("audits of a ticket", look)

    def _left(self, response: requests.Response) -> Iterator[Finding]:
        for told in read_allowances(response.headers):
            if told.name != ACCOUNT:
                continue
            of = f" of {told.total}" if told.total is not None else ""
            words = f"{told.remaining}{of} API calls are left in this minute"
            if told.remaining * 100 < (told.total or 0) * RESERVE_PERCENT:
                yield Finding(
                    Level.NOTICE,
                    f"{words}: other integrations use most of them, and sweeps wait",
                    "Look in the Admin Center under Apps and integrations, API usage, for who calls that often.",
                )
            else:
                yield Finding(Level.RIGHT, words)

    # -- statuses and fields ---------------------------------------------------------------------------------------

    def _own_statuses(self) -> Iterator[Finding]:
        words = self._statuses.words
        if missing := [status for status in SYSTEM if status not in words]:
            yield Finding(
                Level.WRONG,
                f"The policy does not say what {_listed(missing)} stands for, so tickets with it are not handled",
                f"Complete helpdesks.{self._helpdesk}.statuses.",
            )
        try:
            known = [
                each
                for each in self._asker.every("custom_statuses", "custom_statuses")
                if each.get("active") is not False
            ]
        except NoSuchPlace:
            known = []  # the account does not have them
        names = {label.casefold() for each in known for label in _labels(each)} | {
            own for each in known if (own := ident(each.get("id"))) is not None
        }
        for each in known:
            if each.get("default") is True or any(label.casefold() in words for label in _labels(each)):
                continue
            if ident(each.get("id")) in words:
                continue
            label, kind = _labels(each)[0], text(each.get("status_category"))
            stands_for = words.get(kind)
            counts_as = f"counts as {stands_for.words}" if stands_for is not None else "stands for nothing"
            yield Finding(
                Level.NOTICE,
                f'The status "{label}" of the account is not in the policy; as a kind of {kind} it {counts_as}',
                f"If that is wrong, add it under helpdesks.{self._helpdesk}.statuses, such as "
                f'"{label}": waiting_on_third_party.',
            )
        for word in words:
            if word not in SYSTEM and word not in names:
                yield Finding(
                    Level.NOTICE,
                    f'The policy names the status "{word}", which the account does not have',
                    "Compare the spelling with what agents read, or take the line out.",
                )
        for category in (Category.SOLVED, Category.WAITING_ON_CUSTOMER, Category.PENDING):
            if self._statuses.to_write(category) is None and not any(words.get(name) is category for name in words):
                yield Finding(
                    Level.WRONG,
                    f"No status stands for {category.words}, so slabot cannot move a ticket there",
                    f"Map one under helpdesks.{self._helpdesk}.statuses.",
                )
        if not missing:
            yield Finding(Level.RIGHT, "Every status of Zendesk's own has its category")

    def _required_fields(self) -> Iterator[Finding]:
        for field in self._asker.every("ticket_fields", "ticket_fields"):
            if (
                field.get("required") is True
                and field.get("active") is not False
                and field.get("removable") is not False
            ):
                yield Finding(
                    Level.NOTICE,
                    f'The field "{text(field.get("title"))}" must be filled before a ticket can be solved, and slabot '
                    "does not fill it: where it is empty, its solve is refused",
                    "Give it a value by a trigger when the ticket is made, or make it optional.",
                )

    def _automations(self, plans: Plans) -> Iterator[Finding]:
        return races.automations(self._asker.every("automations/active", "automations"), plans)

    def _sla_policies(self) -> list[Finding]:
        def look() -> Iterator[Finding]:
            try:
                yield from races.sla_policies(self._asker.every("slas/policies", "sla_policies"))
            except (NoSuchPlace, NotAllowed):
                return  # the plan does not have them

        return ask("SLA policies", look)


def _who(me: Account) -> str:
    return f"{me.name} ({me.email})" if me.name and me.email else me.email or me.name or f"user {me.id}"


def _labels(status: Raw) -> list[str]:
    found = [text(status.get(name)) for name in ("agent_label", "raw_agent_label")]
    return [label for label in found if label] or ["?"]


def _listed(words: list[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
