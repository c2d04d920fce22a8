"""A store full of finished tickets, whose policy is edited in every way, and the holidays released anew.

Promise: not one verdict, clock row, figure or ledger row of the past moves; an event that comes late moves exactly its
own ticket. Every ticket is decided about again after each edit, which is more than slabot does by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from slabot.calendars import holiday_book
from slabot.domain import Actor, AnyEvent, Category, Message, Person, SeverityChanged, StatusChanged, Ticket
from slabot.runtime.evaluation import evaluate_each
from slabot.store import LedgerEvent, clocks, records, tickets
from tests.promises.scene import AGREEMENT, HOUR, MINUTE, Make, Scene

SOME, MANY = 60, 1000
FIRST = 1000  # the number of the first ticket
MONDAY = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
CALENDARS: dict[str, Any] = {
    "around_the_clock": {"always": True},
    "support_week": {
        "time_zone": "Asia/Kolkata",
        "open": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"country": "IN", "region": "KA"},
    },
}
SEVERITIES: dict[str, Any] = {
    "critical": {"means": "Down", "respond_within": "2h", "calendar": "around_the_clock", "priority": "urgent"},
    "major": {"means": "Bad", "respond_within": "4h", "calendar": "support_week"},
    "medium": {"means": "Partial", "respond_within": "12h", "calendar": "support_week", "priority": "normal"},
}
GOLD: dict[str, Any] = {
    "name": "gold",
    "when": {"organization": ["Gold Ltd"]},
    "severities": {"critical": {"respond_within": "1h"}, "medium": {"respond_within": "3h"}},
}
FREE: dict[str, Any] = {"name": "free", "when": {"tags": ["no_sla"]}, "no_promise": "our own people"}
CLASSIFY: dict[str, Any] = {
    "rules": [
        {"name": "Unusable", "severity": "critical", "when": {"text": ["production down"]}},
        {"name": "Slow", "severity": "major", "when": {"text": ["slow"]}},
    ],
    "priorities": {"urgent": "critical", "normal": "medium"},
    "otherwise": "medium",
}
CLOCKS: list[dict[str, Any]] = [
    {"name": "next_response", "kind": "next_response", "within": "4h"},
    {"name": "resolution", "kind": "resolution", "within": {"critical": "8h", "medium": "30h"}},
]
START: dict[str, Any] = {
    "calendars": CALENDARS,
    "severities": SEVERITIES,
    "classify": CLASSIFY,
    "agreements": [GOLD, FREE],
    "clocks": CLOCKS,
    "waiting": {"mode": "off"},
    "solved": {"mode": "off"},
}
RENAMED = {"blocker" if name == "critical" else name: terms for name, terms in SEVERITIES.items() if name != "major"}
LADDERS = [{**ladder, "severity": "blocker" if ladder["severity"] == "critical" else "medium"} for ladder in (
    AGREEMENT["escalate"]
)]  # fmt: skip
DATED = [{"within": "9h", "until": "2026-01-07"}, {"within": "1m", "from": "2026-01-07"}]
EDITS: dict[str, dict[str, Any]] = {
    "targets": {
        "severities": {name: {**terms, "respond_within": "1m"} for name, terms in SEVERITIES.items()},
        "clocks": [{**clock, "within": "1m"} for clock in CLOCKS],
    },
    "dated targets": {
        "severities": {name: {**terms, "respond_within": DATED} for name, terms in SEVERITIES.items()},
    },
    "calendars": {
        "calendars": {
            "around_the_clock": {"time_zone": "UTC", "open": {"sat": ["00:00-00:10"]}},
            "support_week": {"time_zone": "Asia/Tokyo", "open": {"mon": ["01:00-02:00"]}},
        },
    },
    "a severity removed and one renamed": {
        "severities": RENAMED,
        "classify": {"priorities": {"urgent": "blocker", "normal": "medium"}, "otherwise": "medium"},
        "agreements": [FREE],
        "clocks": [CLOCKS[0]],
        "escalate": LADDERS,
    },
    "agreements removed, renamed and added": {
        "agreements": [{**GOLD, "name": "diamond", "severities": {"critical": {"respond_within": "1m"}}},
                       {"name": "rest", "no_promise": "nothing"}],
    },
    "rules": {"classify": {**CLASSIFY, "rules": [], "priorities": {}, "otherwise": "critical"}},
    "adopt": {"terms_changes": "adopt", "clocks": []},
}  # fmt: skip


def story(number: int) -> tuple[Ticket, list[AnyEvent]]:
    """One of many tickets that differ in whatever a policy asks about; all of them are solved in the end."""
    created = MONDAY + timedelta(minutes=7 * number % 5000)
    name = str(FIRST + number)
    ticket = Ticket(
        helpdesk="acme",
        id=name,
        created_at=created,
        subject="Help",
        requester=Person(id=f"r{number}", email=f"p{number}@x.example", organization=("Gold Ltd", None)[number % 2]),
        priority=("urgent", "normal", None)[number % 3],
        tags=("no_sla",) if number % 11 == 0 else (),
    )
    ask = ("production down", "it is slow", "a question")[number % 5 % 3]
    events: list[AnyEvent] = [Message(at=created, by=Actor.CUSTOMER, by_id=f"r{number}", id=f"{name}/ask", text=ask)]
    answered = created + timedelta(minutes=20 + 37 * number % 900)
    if number % 7 == 0:
        chosen = ("critical", "medium")[number % 2]
        events.append(SeverityChanged(at=created + 5 * MINUTE, by=Actor.AGENT, by_id="9", to=chosen, id=f"{name}/s"))
    if number % 13:
        events.append(Message(at=answered, by=Actor.AGENT, by_id="9", id=f"{name}/answer", text="We look into it"))
        again = answered + HOUR
        events.append(Message(at=again, by=Actor.CUSTOMER, by_id=f"r{number}", id=f"{name}/more", text="And this?"))
        events.append(Message(at=again + 3 * HOUR, by=Actor.AGENT, by_id="9", id=f"{name}/second", text="So it is"))
    solved = answered + 9 * HOUR
    events.append(StatusChanged(at=solved, by=Actor.AGENT, by_id="9", to=Category.SOLVED, id=f"{name}/solved"))
    return ticket, events


class Past:
    """Finished tickets, and everything that is kept about them."""

    def __init__(self, scene: Scene, number: int) -> None:
        self._scene = scene
        self.names = [("acme", str(FIRST + place)) for place in range(number)]
        scene.parts.write(self._fill)
        self.decide()

    def _fill(self, conn: Any) -> None:
        for place in range(len(self.names)):
            self._keep(conn, *story(place))

    def _keep(self, conn: Any, ticket: Ticket, events: list[AnyEvent]) -> None:
        tickets.merge(conn, ticket, events, "2026-01-11T00:00:00Z", self._scene.parts.now())

    def late(self, place: int) -> None:
        """An answer, five minutes after the request, of which slabot hears only now."""
        ticket, events = story(place)
        at = ticket.created_at + 5 * MINUTE
        answer = Message(at=at, by=Actor.AGENT, by_id="9", id=f"{ticket.id}/late", text="At once")
        self._scene.parts.write(lambda conn: self._keep(conn, ticket, [*events, answer]))

    def decide(self) -> None:
        parts = self._scene.parts
        failed, missing = parts.write(lambda conn: evaluate_each(conn, parts, self.names, now=parts.now()))
        assert (failed, missing) == ({}, [])

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """For each ticket its clock rows, its figures, and its ledger but for what today's file says of severity and
        agreement.
        """
        found = self._scene.parts.store.read(lambda conn: clocks.of_tickets(conn, self.names))
        kept = self._scene.parts.store.read(lambda conn: records.of_tickets(conn, self.names))
        told: dict[str | None, list[tuple[int, str]]] = {}
        for row in self._scene.ledger():
            if row.event not in (LedgerEvent.SEVERITY_SET, LedgerEvent.AGREEMENT_SET):
                told.setdefault(row.ticket_id, []).append((row.n, row.text))
        for helpdesk, name in self.names:
            figures = {key: dict(row) for key, row in kept[helpdesk, name].rows.items() if key[0] == "clock_record"}
            yield found.get((helpdesk, name)), told[name], figures


def edit_everything(scene: Scene, number: int, patch: pytest.MonkeyPatch) -> None:
    scene.start(**START)
    scene.run_until(datetime(2026, 1, 12, 12, tzinfo=UTC))
    past = Past(scene, number)
    before = list(past.rows())
    verdicts = {row.verdict for rows, *_ in before for row in rows or ()}
    assert verdicts == {"met", "missed", "unanswered", "no_promise"}
    plain = {**START, "terms_changes": None, "escalate": AGREEMENT["escalate"]}
    for name, edit in EDITS.items():
        scene.restart(**json.loads(json.dumps({**plain, **edit})))  # copies: YAML would refer to what stands twice
        past.decide()
        assert list(past.rows()) == before, name
    package = holiday_book._looked_up

    def newer(*asked: Any) -> Any:
        found, moved = package(*asked)
        return found | {date(2026, 1, day): ["New"] for day in range(5, 10) if asked[2] == 2026}, moved

    patch.setattr(holiday_book, "_looked_up", newer)
    scene.restart(**json.loads(json.dumps(plain)))
    past.decide()
    assert list(past.rows()) == before
    assert scene.parts.policy_version == len(EDITS) + 2
    late = next(place for place, (rows, *_) in enumerate(before) if rows and rows[0].verdict == "missed")
    past.late(late)
    past.decide()
    after = list(past.rows())
    assert [place for place in range(number) if after[place] != before[place]] == [late]
    (moved,) = scene.told(FIRST + late, LedgerEvent.CLOCK_MOVED)[:1]
    assert moved.startswith("first response was missed and is met")


def test_nothing_of_the_past_moves(stage: Make, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    edit_everything(stage(store_url), SOME, monkeypatch)


@pytest.mark.long
def test_nothing_of_a_thousand_tickets_moves(stage: Make, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    edit_everything(stage(store_url), MANY, monkeypatch)
