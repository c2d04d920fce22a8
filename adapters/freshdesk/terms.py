"""Read what the account promises itself: its SLA policies, its business hours, and which group keeps which hours.

Promise: three lists, read once for each time that somebody asks; what the account does not have, or does not let slabot
see, is told apart from having none. Of the policies the first that fits a ticket counts, the default one last.

The shapes are those of connectors and of the vendor's reference as others quote it; no recording of these answers is at
hand. Not told at all: the holidays of business hours, and in which statuses the timer is off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.errors import NoSuchPlace, NotAllowed, SignInRefused
from adapters.freshdesk.client import Client, Listed
from adapters.freshdesk.ticket_fields import PRIORITY_WORDS
from adapters.http.fields import Raw, ident, mapping, text
from slabot.domain import OwnHours, OwnTarget
from slabot.domain.sentences import sentence

PAGES = 10  # of each list; an account with a thousand policies has told enough
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RESPOND, RESOLVE = "respond_within", "resolve_within"
CONDITIONS = {  # of a policy: the key of the ticket that must be among them
    "company_ids": "company_id",
    "group_ids": "group_id",
    "product_ids": "product_id",
    "sources": "source",
    "ticket_types": "type",
}
LAST_SECOND = 24 * 3600 - 1  # how the API writes the end of a day that is open until midnight
_TIME = re.compile(r"\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTerms:
    """What the account promises itself.

    Attributes:
        policies: that are active, in the order in which they are tried; none where they cannot be read.
        hours: business hours by their id, the default ones under the empty id; None where they cannot be read.
        hours_of_group: the id of the hours that a group keeps, by its own.
        lacking: what could not be read, in whole sentences.
    """

    policies: tuple[Raw, ...] = ()
    hours: dict[str, OwnHours] | None = None
    hours_of_group: dict[str, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()

    def targets(self, ticket: Raw, name: str) -> tuple[OwnTarget, ...]:
        """What the policy of a ticket gives for each priority; `name` is `RESPOND` or `RESOLVE`."""
        policy = next((each for each in self.policies if _fits(each, ticket)), None)
        return () if policy is None else tuple(_targets(mapping(policy.get("sla_target")), name))

    def hours_for(self, ticket: Raw) -> tuple[OwnHours, ...] | None:
        """The business hours of the ticket's group, or of the account; None where they are not known."""
        if self.hours is None:
            return None
        named = self.hours_of_group.get(ident(ticket.get("group_id")) or "", "")
        found = self.hours.get(named) or self.hours.get("")
        return None if found is None else (found,)


def read_terms(client: Client, allowed: Callable[[str], None]) -> AccountTerms:
    """Ask for all three.

    Args:
        client: of this thread.
        allowed: is handed an endpoint before each call, and raises where the rest of the calls is kept for people.
    """
    lacking: list[str] = []

    def asked(what: str, path: str, page: Callable[[int], Listed]) -> list[Raw] | None:
        try:
            return list(_every(page, lambda: allowed(f"GET /api/v2/{path}")))
        except SignInRefused:
            raise
        except (NotAllowed, NoSuchPlace) as error:
            lacking.append(sentence(f"its {what} cannot be read, so deadlines may stay unexplained: {error}"))
            return None

    policies = asked("SLA policies", "sla_policies", client.sla_policies) or []
    hours = asked("business hours", "business_hours", client.business_hours)
    groups = asked("groups", "groups", client.groups) or []
    return AccountTerms(
        policies=tuple(sorted((each for each in policies if each.get("active") is not False), key=_order)),
        hours=None if hours is None else dict(_hours(hours)),
        hours_of_group=dict(_hours_of_groups(groups)),
        lacking=tuple(lacking),
    )


def _every(page: Callable[[int], Listed], allowed: Callable[[], None]) -> Iterator[Raw]:
    for number in range(1, PAGES + 1):
        allowed()
        listed, more = page(number)
        yield from listed
        if not more:
            return


def _order(policy: Raw) -> tuple[bool, int]:
    """By position; the default policy is tried last, wherever it stands."""
    position = policy.get("position")
    return policy.get("is_default") is True, position if isinstance(position, int) else 0


def _fits(policy: Raw, ticket: Raw) -> bool:
    """True if each condition of the policy holds; the default one has none that count."""
    if policy.get("is_default") is True:
        return True
    wanted = mapping(policy.get("applicable_to"))
    for name, key in CONDITIONS.items():
        listed = wanted.get(name)
        if isinstance(listed, list) and listed and _plain(ticket.get(key)) not in {_plain(each) for each in listed}:
            return False
    return True


def _plain(value: object) -> str:
    """An id as text, whichever way it is written; the kinds of ticket by their name."""
    return ident(value) or text(value)


def _targets(by_priority: Raw, name: str) -> Iterator[OwnTarget]:
    for number, word in PRIORITY_WORDS.items():
        entry = mapping(by_priority.get(f"priority_{number}"))
        seconds = entry.get(name)
        if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0:
            yield OwnTarget(
                priority=word, target=timedelta(seconds=seconds), business_hours=entry.get("business_hours") is True
            )


def _hours(listed: Iterable[Raw]) -> Iterator[tuple[str, OwnHours]]:
    for raw in listed:
        week = mapping(raw.get("business_hours"))
        spans = tuple(_spans(week))
        hours = OwnHours(name=text(raw.get("name")) or "business hours", zone=text(raw.get("time_zone")), week=spans)
        if (number := ident(raw.get("id"))) is not None:
            yield number, hours
        if raw.get("is_default") is True:
            yield "", hours


def _spans(week: Raw) -> Iterator[tuple[int, int, int]]:
    for weekday, name in enumerate(WEEKDAYS):
        day = mapping(week.get(name))
        opens, closes = (_seconds(text(day.get(key))) for key in ("start_time", "end_time"))
        if opens is not None and closes is not None and opens < closes:
            yield weekday, opens, closes + 1 if closes == LAST_SECOND else closes


def _seconds(written: str) -> int | None:
    """Seconds after midnight of ``08:00:00 am`` or ``17:00``."""
    match = _TIME.fullmatch(written)
    if match is None:
        return None
    hour, minute, second = (int(number or 0) for number in match.groups()[:3])
    if half := match[4]:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return hour * 3600 + minute * 60 + second


def _hours_of_groups(listed: Iterable[Raw]) -> Iterator[tuple[str, str]]:
    for raw in listed:
        own, hours = ident(raw.get("id")), ident(raw.get("business_hour_id"))
        if own is not None and hours is not None:
            yield own, hours
