"""How is the story of a ticket told in a test?

Promise: a test reads as the ticket would be told to a support lead, with times as people write them; a weekday
that does not fit its date is refused, so a slip in a test cannot hide.

    ticket("Fri 9 Jan 18:00", priority="high").answers("Sat 10 Jan 09:00").decide("Mon 12 Jan 00:00")

Times are those of the default policy's calendar (Asia/Kolkata) in 2026, unless a year is given: ``Sat 3 Nov 2018
18:00``
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slabot.domain import (
    Acknowledged,
    Actor,
    AnyEvent,
    AssigneeChanged,
    Category,
    Claimed,
    Deleted,
    Escalated,
    FieldChanged,
    LadderFrozen,
    MarkedSpam,
    Merged,
    Message,
    Noted,
    Nudged,
    PageSent,
    Person,
    PriorityChanged,
    Restored,
    SeverityChanged,
    Snoozed,
    StatusChanged,
    TagsChanged,
    Ticket,
    Timeline,
    Unacknowledged,
    Would,
    parse_instant,
)
from slabot.policy import Policy, freeze, load_policy, plan_of
from slabot.policy.nodes import read
from slabot.rules import Action, ClockState, Decision, Kind, decide

KOLKATA = ZoneInfo("Asia/Kolkata")
CUSTOMER, AGENT, AUTOMATION, SYSTEM, SLABOT = (
    Actor.CUSTOMER,
    Actor.AGENT,
    Actor.AUTOMATION,
    Actor.SYSTEM,
    Actor.SLABOT,
)
OPEN, PENDING, WAITING, THIRD_PARTY, SOLVED, CLOSED = (
    Category.OPEN,
    Category.PENDING,
    Category.WAITING_ON_CUSTOMER,
    Category.WAITING_ON_THIRD_PARTY,
    Category.SOLVED,
    Category.CLOSED,
)
ANA = Person(id="r1", email="ana@customer.example", organization="Customer Ltd")

EXAMPLE = Path(__file__).resolve().parents[1] / "config.example.yaml"

_WHEN = re.compile(r"(\w{3}) (\d{1,2}) (\w{3})(?: (\d{4}))? (\d\d):(\d\d)(?::(\d\d))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def at(text: str, zone: ZoneInfo = KOLKATA) -> datetime:
    """``Fri 9 Jan 18:00`` as an instant in UTC."""
    match = _WHEN.fullmatch(text)
    assert match is not None, f"{text!r} is no time of a test"
    day, number, month, year, hour, minute, second = match.groups()
    local = datetime(
        int(year or 2026),
        _MONTHS.index(month) + 1,
        int(number),
        int(hour),
        int(minute),
        int(second or 0),
        tzinfo=zone,
    )
    assert f"{local:%a}" == day, f"{text}: that date is a {local:%A}"
    return local.astimezone(UTC)


Edits = dict[str, Any]


def policy(*edits: Edits) -> Policy:
    """The default policy with some settings changed: ``policy({"waiting.mode": "act"}, {"bots": []})``."""
    return _policy(json.dumps({path: value for edit in edits for path, value in edit.items()}))


@cache
def _policy(edits: str) -> Policy:
    # Every policy of a test is read from text like a real one; JSON is YAML too.
    whole: Any = read(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name).value
    for path, value in json.loads(edits).items():
        *parents, last = path.split(".")
        part = whole
        for name in parents:
            part = part.setdefault(name, {})
        part[last] = value
    return load_policy(json.dumps(whole), EXAMPLE.name)


# Edits that many tests make.
WAITING_ACTS: Edits = {"waiting.mode": "act"}
SOLVED_ACTS: Edits = {"solved.mode": "act"}
SEVERITY_ACTS: Edits = {"classify.mode": "act"}
NO_RULES: Edits = {"classify.rules": []}
NEXT_RESPONSE: dict[str, Any] = {
    "name": "next_response",
    "kind": "next_response",
    "within": {"critical": "2h", "high": "6h", "medium": "12h", "low": "2 business days"},
}
RESOLUTION: dict[str, Any] = {
    "name": "resolution",
    "kind": "resolution",
    "within": {"critical": "8h", "high": "24h", "medium": "48h"},
    "pause_in": ["waiting_on_customer"],
}
UPDATES: dict[str, Any] = {
    "name": "third_party_update",
    "kind": "periodic_update",
    "during": ["waiting_on_third_party"],
    "within": "2 business days",
    "calendar": "support_week",
    "mode": "act",
}


def with_clocks(*clocks: dict[str, Any]) -> Edits:
    """Further clocks instead of the default one."""
    return {"clocks": list(clocks)}


def rule(severity: str, when: dict[str, Any], unless: dict[str, Any] | None = None) -> Edits:
    """This one rule for severities instead of the default ones."""
    written = {"name": "The rule", "severity": severity, "when": when}
    return {"classify.rules": [written if unless is None else {**written, "unless": unless}]}


def ladder(*rungs: str, **selectors: Any) -> dict[str, Any]:
    """One ladder, for `ladders`."""
    return {**selectors, "rungs": [{"at": words} for words in rungs]}


def ladders(*each: dict[str, Any]) -> Edits:
    """These ladders instead of the default ones."""
    return {"escalate": list(each)}


def starting(text: str) -> Edits:
    """slabot was installed then."""
    return {"start_from": at(text).isoformat()}


@dataclass(frozen=True)
class Story:
    """A ticket and what happened to it; every step gives a new story, so that one beginning may have several ends."""

    ticket: Ticket
    events: tuple[AnyEvent, ...] = ()

    def happens(self, *events: AnyEvent) -> Story:
        """These events as well."""
        return replace(self, events=(*self.events, *events))

    def says(self, when: str, by: Actor, text: str = "…", **facts: Any) -> Story:
        """Somebody writes a message, public unless ``public=False``."""
        facts.setdefault("by_id", {CUSTOMER: "r1", AGENT: "agent-7"}.get(by))
        return self.happens(Message(at=at(when), by=by, text=text, **facts))

    def asks(self, when: str, text: str = "…", **facts: Any) -> Story:
        """The customer writes."""
        return self.says(when, CUSTOMER, text, **facts)

    def answers(self, when: str, text: str = "…", **facts: Any) -> Story:
        """A person of support writes in public."""
        return self.says(when, AGENT, text, **facts)

    def follows_up(self, when: str) -> Story:
        """slabot sends a follow-up."""
        return self.says(when, SLABOT, "Hello ana, we are still waiting for your answer")

    def becomes(self, when: str, to: Category, by: Actor = AGENT, **facts: Any) -> Story:
        """The ticket's category changes."""
        return self.happens(StatusChanged(at=at(when), to=to, by=by, **facts))

    def waits(self, when: str) -> Story:
        """Support asks the customer something and waits for the answer."""
        return self.answers(when, "Which version is it?").becomes(when, WAITING)

    def priority(self, when: str, to: str | None, by: Actor = AGENT, **facts: Any) -> Story:
        """The native priority is changed."""
        return self.happens(PriorityChanged(at=at(when), to=to, by=by, **facts))

    def severity(self, when: str, to: str, by: Actor = AGENT, **facts: Any) -> Story:
        """Somebody chooses a severity."""
        return self.happens(SeverityChanged(at=at(when), to=to, by=by, **facts))

    def tagged(self, when: str, *tags: str) -> Story:
        """The ticket's tags become these."""
        return self.happens(TagsChanged(at=at(when), to=tags))

    def field(self, when: str, name: str, to: str | None) -> Story:
        """A custom field becomes this."""
        return self.happens(FieldChanged(at=at(when), name=name, to=to))

    def assigned(self, when: str, to: str = "agent-7") -> Story:
        """The ticket is given to an agent."""
        return self.happens(AssigneeChanged(at=at(when), to=to))

    def merged(self, when: str, into: str | None = "4700") -> Story:
        """The ticket is merged into another."""
        return self.happens(Merged(at=at(when), into=into))

    def deleted(self, when: str) -> Story:
        """The ticket is deleted."""
        return self.happens(Deleted(at=at(when)))

    def spam(self, when: str) -> Story:
        """The ticket is marked as spam."""
        return self.happens(MarkedSpam(at=at(when)))

    def restored(self, when: str) -> Story:
        """The ticket is brought back."""
        return self.happens(Restored(at=at(when)))

    def paged(self, when: str, rung: str, clock: str = "first_response", **facts: Any) -> Story:
        """slabot paged people."""
        return self.happens(PageSent(at=at(when), clock=clock, rung=rung, **facts))

    def acknowledged(self, when: str, clock: str | None = None) -> Story:
        """Somebody has seen the page."""
        return self.happens(Acknowledged(at=at(when), clock=clock))

    def unacknowledged(self, when: str, clock: str | None = None) -> Story:
        """The acknowledgement is taken back."""
        return self.happens(Unacknowledged(at=at(when), clock=clock))

    def claimed(self, when: str) -> Story:
        """Somebody takes the ticket."""
        return self.happens(Claimed(at=at(when)))

    def snoozed(self, when: str, until: str, clock: str | None = None) -> Story:
        """Somebody asks for quiet."""
        return self.happens(Snoozed(at=at(when), until=at(until), clock=clock))

    def escalated(self, when: str, clock: str | None = None, by_id: str | None = None) -> Story:
        """Somebody asks for the next page at once."""
        return self.happens(Escalated(at=at(when), clock=clock, by_id=by_id))

    def frozen(self, when: str, rules: Policy, clock: str = "first_response") -> Story:
        """The clock runs under this policy's ladders from now on."""
        plan = freeze(plan_of(rules, clock.partition("#")[0]))
        return self.happens(LadderFrozen(at=at(when), clock=clock, plan=plan))

    def noted(self, when: str, key: str) -> Story:
        """slabot told people."""
        return self.happens(Noted(at=at(when), key=key))

    def nudged(self, when: str, key: str) -> Story:
        """slabot reminded the assignee."""
        return self.happens(Nudged(at=at(when), key=key))

    def would(self, when: str, key: str) -> Story:
        """slabot wrote down what it would have done."""
        return self.happens(Would(at=at(when), key=key))

    def pages(self, when: str, rules: Policy, *to: str) -> Story:
        """slabot sends the pages that are due by then, all of them or those to these destinations."""
        sent = [page for page in due(self.decide(when, rules), Kind.PAGE) if not to or page.fact("to") in to]
        assert sent, "no such page is due"
        return self.happens(
            *(
                PageSent(
                    at=at(when),
                    clock=page.fact("clock") or "",
                    rung=page.fact("rung") or "",
                    severity=page.fact("severity"),
                    repetition=int(page.fact("repetition") or 0),
                    to=page.fact("to"),
                    asked_at=None if (asked := page.fact("asked_at")) is None else parse_instant(asked),
                )
                for page in sent
            )
        )

    def does(self, when: str, kind: Kind, rules: Policy) -> Story:
        """slabot does what is due by then: the act must be due, and becomes an event."""
        action = only(self.decide(when, rules), kind)
        match kind:
            case Kind.FOLLOW_UP if action.mode.value == "act":
                return self.follows_up(when)
            case Kind.NUDGE if action.mode.value == "act":
                return self.nudged(when, action.key)
            case Kind.NOTE:
                return self.noted(when, action.key)
            case _:
                return self.would(when, action.key)

    @property
    def timeline(self) -> Timeline:
        """The events in order."""
        return Timeline.of(self.events)

    def decide(self, now: str, rules: Policy | None = None) -> Decision:
        """What slabot decides at that time."""
        return decide(self.ticket, self.timeline, rules or policy(), at(now))

    def __iter__(self) -> Iterator[AnyEvent]:
        return iter(self.events)


def ticket(created: str = "Mon 12 Jan 09:00", **facts: Any) -> Story:
    """The beginning of a story: Ana writes. Without a priority it is of medium severity."""
    facts = {"helpdesk": "acme", "id": "4711", "subject": "Question", "requester": ANA, **facts}
    return Story(Ticket(created_at=at(created), **facts))


def clock(decision: Decision, name: str = "first_response") -> ClockState:
    """The latest clock of that name, which must be there."""
    found = decision.clock(name)
    assert found is not None, f"no clock {name}"
    return found


def due(decision: Decision, kind: Kind) -> list[Action]:
    """What is due of one kind."""
    return [action for action in decision.due_now if action.kind is kind]


def only(decision: Decision, kind: Kind) -> Action:
    """The one act of that kind that is due."""
    found = due(decision, kind)
    assert len(found) == 1, f"{len(found)} acts of kind {kind} are due: {decision.due_now}"
    return found[0]


def planned(decision: Decision, kind: Kind) -> list[datetime]:
    """When acts of one kind are coming."""
    return [action.at for action in decision.upcoming if action.kind is kind]


def kinds(decision: Decision) -> list[str]:
    """What is due, by kind."""
    return [action.kind.value for action in decision.due_now]


def rung(decision: Decision, name: str = "first_response") -> str | None:
    """The rung of the page about a clock that is due, if any."""
    pages = [action for action in due(decision, Kind.PAGE) if action.fact("clock") == name]
    assert len(pages) <= 1
    return pages[0].fact("rung") if pages else None
