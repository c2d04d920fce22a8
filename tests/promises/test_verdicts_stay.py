"""A verdict that was given stays, whatever is written into the policy file afterwards.

Promise: a clock that has stopped keeps the terms by which it was judged; a running one keeps them or adopts new ones as
the file says; an event that comes late moves its own clock, by the terms of then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Actor, Message
from slabot.rules import ClockState
from slabot.runtime.evaluation import evaluate
from slabot.store import LedgerEvent, tickets
from tests.promises.scene import AGENT, AGREEMENT, DAY, HOUR, MINUTE, Make, Scene

ENDS = (LedgerEvent.CLOCK_MET, LedgerEvent.CLOCK_MISSED, LedgerEvent.CLOCK_ENDED)


def severities(critical: str, medium: str, calendar: str = "support_week") -> dict[str, Any]:
    table = {name: dict(terms) for name, terms in AGREEMENT["severities"].items()}
    table["critical"]["respond_within"], table["medium"]["respond_within"] = critical, medium
    table["medium"]["calendar"] = calendar
    return table


EDITS: dict[str, dict[str, Any]] = {
    "shorter targets": {"severities": severities("1m", "2m")},
    "longer targets": {"severities": severities("20h", "20h")},
    "another calendar": {
        "calendars": {
            "around_the_clock": {"always": True},
            "support_week": {"time_zone": "Asia/Kolkata", "open": {"mon": ["00:00-00:10"]}},
        },
    },
    "other rules": {"classify": {"otherwise": "medium"}},
    "an agreement for all": {"agreements": [{"name": "all", "severities": {"critical": {"respond_within": "1m"}}}]},
    "no promise for all": {"agreements": [{"name": "all", "no_promise": "nothing"}]},
}


def clock_of(scene: Scene, ticket: int) -> ClockState:
    stored = scene.parts.store.read(lambda conn: tickets.load(conn, "acme", str(ticket)))
    assert stored is not None
    found = scene.parts.decide(stored, scene.parts.now()).clock("first_response")
    assert found is not None
    return found


def judged(scene: Scene, ticket: int) -> tuple[Any, ...]:
    found = clock_of(scene, ticket)
    missed = None if found.missed is None else (found.missed.severity, found.missed.due_at)
    terms = found.terms
    return (
        *(found.verdict, found.started_at, found.due_at, found.met_until, found.stopped_at, found.elapsed, missed),
        *(terms.agreement, terms.severity, str(terms.target), terms.calendar.name, found.spans()),
    )


def ends(scene: Scene, ticket: int) -> list[str]:
    return [text for event in ENDS for text in scene.told(ticket, event)]


def play(scene: Scene) -> list[int]:
    """A met one, a missed one, one that was solved without an answer, and one that still runs."""
    met, missed, solved = scene.ask(), scene.ask(), scene.ask("Cannot log in")
    scene.run_for(30 * MINUTE)
    scene.answer(met)
    scene.sandbox.zendesk.people.solve(solved, AGENT)
    scene.run_for(2 * HOUR)
    scene.answer(missed)
    scene.run_for(10 * MINUTE)
    return [met, missed, solved, scene.ask()]


@pytest.mark.parametrize("edit", EDITS)
def test_no_edit_of_the_file_moves_a_verdict_or_a_row(stage: Make, store_url: str, edit: str) -> None:
    scene = stage(store_url)
    scene.start()
    *ended, running = play(scene)
    scene.run_for(10 * MINUTE)
    before = [(judged(scene, ticket), ends(scene, ticket)) for ticket in ended]
    ran = judged(scene, running)[7:11]
    scene.restart(**EDITS[edit])
    scene.run_for(10 * MINUTE)
    assert [(judged(scene, ticket), ends(scene, ticket)) for ticket in ended] == before
    assert judged(scene, running)[7:11] == ran  # terms_changes: keep
    kept = scene.told(running, LedgerEvent.CLOCK_TERMS_KEPT)
    assert len(kept) == (0 if edit == "another calendar" else 1)
    scene.restart(terms_changes="adopt")
    scene.run_for(10 * MINUTE)
    assert [(judged(scene, ticket), ends(scene, ticket)) for ticket in ended] == before


def test_a_running_clock_adopts_where_the_file_says_so(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, terms_changes="adopt")
    scene.start()
    ticket = scene.ask()
    scene.run_for(70 * MINUTE)  # the page at half of two hours has left
    assert len(scene.pages(ticket)) == 1
    scene.restart(severities=severities("4h", "12h"))
    scene.run_for(20 * MINUTE)
    found = clock_of(scene, ticket)
    assert (str(found.terms.target), found.due_at) == ("4h", found.started_at + timedelta(hours=4))
    (adopted,) = scene.told(ticket, LedgerEvent.CLOCK_TERMS_ADOPTED)
    assert adopted.startswith(
        "first response runs by the policy of today, 4h in around the clock as critical, instead of 2h"
    )
    scene.run_for(40 * MINUTE)  # past half of four hours: it was told already
    assert len(scene.pages(ticket)) == 1
    scene.answer(ticket)
    scene.run_for(10 * MINUTE)
    assert clock_of(scene, ticket).verdict == "met"
    scene.restart(severities=severities("1m", "1m"))
    assert clock_of(scene, ticket).verdict == "met"


def test_an_event_that_comes_late_is_judged_by_the_terms_of_then(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    scene.start()
    missed = scene.ask()
    scene.run_for(3 * HOUR)
    scene.answer(missed)
    scene.run_for(10 * MINUTE)
    scene.restart(severities=severities("10h", "12h"))
    found = clock_of(scene, missed)
    assert (found.verdict, str(found.terms.target)) == ("missed", "2h")
    late = Message(at=found.started_at + HOUR, by=Actor.AGENT, by_id="9", id="comment:late", text="We look into it")

    def take(conn: Any) -> None:
        stored = tickets.load(conn, "acme", str(missed))
        assert stored is not None
        tickets.merge(conn, stored.ticket, [late], stored.version, scene.parts.now() + DAY)

    scene.parts.write(take)
    scene.parts.write(lambda conn: evaluate(conn, scene.parts, "acme", str(missed), now=scene.parts.now()))
    (moved,) = scene.told(missed, LedgerEvent.CLOCK_MOVED)
    assert moved.startswith("first response was missed and is met: a message by agent of Mon 12 Jan 2026 15:30")
    found = clock_of(scene, missed)
    assert (found.verdict, found.stopped_at, str(found.terms.target)) == ("met", late.at, "2h")


def test_a_running_clock_that_the_file_drops_leaves_a_row(stage: Make, store_url: str) -> None:
    solve = {"name": "resolution", "kind": "resolution", "within": {"critical": "4h"}, "calendar": "around_the_clock"}
    other = {"name": "internal", "when": {"tags": ["ours"]}, "no_promise": "our own people"}
    scene = stage(store_url, clocks=[solve], agreements=[other])
    scene.start()
    running, ended, unpromised = scene.ask(), scene.ask(), scene.ask(tags=["ours"])
    scene.answer(ended, status="solved")
    scene.run_for(HOUR)
    before = scene.told(ended)
    scene.restart(clocks=None)
    scene.run_for(10 * MINUTE)
    assert scene.told(running, LedgerEvent.CLOCK_ENDED) == [
        "resolution ended while it ran (due within 4h): policy version 2 has none for this ticket; no more pages come."
    ]
    assert scene.told(ended) == before
    assert scene.told(unpromised, LedgerEvent.CLOCK_ENDED) == []
    scene.restart(clocks=None, terms_changes="adopt")
    scene.run_for(10 * MINUTE)
    assert len(scene.told(running, LedgerEvent.CLOCK_ENDED)) == 1


def test_a_running_clock_that_a_lower_severity_has_not_leaves_a_row(stage: Make, sqlite_url: str) -> None:
    solve = {"name": "resolution", "kind": "resolution", "within": {"critical": "4h"}, "calendar": "around_the_clock"}
    scene = stage(sqlite_url, clocks=[solve])
    scene.start()
    ticket = scene.ask("Cannot log in", priority="urgent")
    scene.run_for(HOUR)
    scene.sandbox.zendesk.people.agent_sets_priority(ticket, AGENT, "normal")
    scene.run_for(10 * MINUTE)
    [told] = scene.told(ticket, LedgerEvent.CLOCK_ENDED)
    assert told == (
        "resolution ended while it ran (due within 4h): nothing promises one to a ticket of severity medium; "
        "no more pages come."
    )


def test_an_exchange_that_comes_to_light_late_leaves_the_clocks_after_it_as_they_were(
    stage: Make, store_url: str
) -> None:
    further = {"name": "next_response", "kind": "next_response", "within": "30m", "calendar": "around_the_clock"}
    scene = stage(store_url, clocks=[further])
    scene.start()
    ticket = scene.ask()
    scene.run_for(10 * MINUTE)
    scene.answer(ticket)
    for wait in (60 * MINUTE, 20 * MINUTE):  # missed, then met
        scene.run_for(30 * MINUTE)
        scene.sandbox.zendesk.people.customer_replies(ticket, "And now?")
        scene.run_for(wait)
        scene.answer(ticket)
    scene.run_for(10 * MINUTE)

    def rows() -> list[str]:
        names = (LedgerEvent.CLOCK_STARTED, *ENDS, LedgerEvent.CLOCK_MOVED)
        return [text for event in names for text in scene.told(ticket, event)]

    def stands() -> list[tuple[Any, ...]]:
        stored = scene.stored(ticket)
        assert stored is not None
        clocks = scene.parts.decide(stored, scene.parts.now()).clocks
        return [(each.started_at, each.stopped_at, each.verdict) for each in clocks]

    before, stood, stored = rows(), stands(), scene.stored(ticket)
    assert [verdict for *_, verdict in stood] == ["met", "missed", "met"]
    assert stored is not None
    created = stored.ticket.created_at
    asked = Message(at=created + 20 * MINUTE, by=Actor.CUSTOMER, by_id=stored.ticket.requester.id, id="c:1", text="?")  # type: ignore[union-attr]
    answered = Message(at=created + 25 * MINUTE, by=Actor.AGENT, by_id="9", id="c:2", text="Yes")
    now = scene.parts.now()
    scene.parts.write(lambda conn: tickets.merge(conn, stored.ticket, [asked, answered], stored.version, now + DAY))
    for _ in range(2):
        scene.parts.write(lambda conn: evaluate(conn, scene.parts, "acme", str(ticket), now=now))
        assert stands() == [stood[0], (asked.at, answered.at, "met"), *stood[1:]]
        new = list(rows())
        for row in before:
            new.remove(row)
        assert [row.split(" 2026")[0] for row in new] == [
            "next response started Mon 12 Jan",
            "next response met after 5 min that counted.",
        ]
