"""A verdict stays although what it rested on is gone: words, people, the policy's text, the clock in the file.

Promise: before words or people are deleted, the terms of clocks that have stopped are settled; a policy that cannot be
read any more judges by what was frozen; a clock that is new in the file begins with it; asked how things stood at an
earlier time, the answer is the one that was given then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from slabot.domain import TermsFrozen
from slabot.rules import ClockState, Decision
from slabot.runtime.erasing import erase_person
from slabot.store import clocks, erasing, schema
from tests.promises.scene import AGENT, AGREEMENT, DAY, HOUR, MINUTE, Make, Scene
from tests.promises.test_verdicts_stay import judged, severities

QUIET: dict[str, Any] = {"waiting": {"mode": "off"}, "solved": {"mode": "off"}}
RESOLUTION: dict[str, Any] = {"name": "resolution", "kind": "resolution", "within": "4h"}
NO_RULES: dict[str, Any] = {"priorities": {"urgent": "critical", "normal": "medium"}, "otherwise": "medium"}


def decision(scene: Scene, number: int, back: timedelta = timedelta()) -> Decision:
    stored = scene.stored(number)
    assert stored is not None
    return scene.parts.decide(stored, scene.parts.now() - back)


def clock_of(scene: Scene, number: int, name: str = "first_response", back: timedelta = timedelta()) -> ClockState:
    found = decision(scene, number, back).clock(name)
    assert found is not None
    return found


def missed(scene: Scene, **more: Any) -> int:
    number = scene.ask(**more)
    scene.run_for(3 * HOUR)
    scene.answer(number)
    scene.run_for(10 * MINUTE)
    return number


def settled(scene: Scene, number: int) -> list[bool]:
    stored = scene.stored(number)
    assert stored is not None
    return [event.settled for event in stored.timeline if isinstance(event, TermsFrozen)]


def test_words_that_are_scrubbed_after_their_rule_is_gone(stage: Make, store_url: str) -> None:
    scene = stage(store_url, **QUIET, keep_text="1d")
    scene.sweep_every = 6 * HOUR
    scene.start()
    number = missed(scene)
    before = judged(scene, number)
    assert before[0] == "missed"
    scene.restart(classify=NO_RULES)
    scene.run_for(3 * DAY)
    stored = scene.stored(number)
    assert stored is not None
    assert {getattr(event, "text", "") for event in stored.timeline} == {""}
    assert judged(scene, number) == before
    scene.run_for(2 * DAY)
    assert settled(scene, number).count(True) == 1


def test_a_person_who_is_erased_under_whose_address_an_agreement_held(stage: Make, sqlite_url: str) -> None:
    gold = {
        "name": "gold",
        "when": {"requester": ["@gold.example"]},
        "severities": {"medium": {"respond_within": "1h"}},
    }
    scene = stage(sqlite_url, **QUIET, agreements=[gold])
    scene.start()
    number = scene.ask("Cannot log in", who="ana@gold.example")
    scene.run_for(90 * MINUTE)
    scene.answer(number)
    scene.run_for(10 * MINUTE)
    before = judged(scene, number)
    assert (before[0], before[7]) == ("missed", "gold")
    parts = scene.parts
    known = parts.store.read(lambda conn: erasing.find(conn, "ana@gold.example", "acme"))
    for person in known:
        erase_person(parts.store, parts.policy, person, parts.now())
    stored = scene.stored(number)
    assert stored is not None
    assert stored.ticket.requester is None or stored.ticket.requester.email is None
    assert judged(scene, number) == before
    scene.restart(agreements=[])
    scene.run_for(HOUR)
    assert judged(scene, number) == before


def test_a_clock_that_is_new_in_the_file_begins_with_it(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, **QUIET)
    scene.start()
    old = missed(scene)
    scene.sandbox.zendesk.people.solve(old, AGENT)
    scene.run_for(10 * MINUTE)
    scene.restart(clocks=[RESOLUTION])
    scene.run_for(10 * MINUTE)
    new = scene.ask()
    scene.run_for(10 * MINUTE)
    assert [clock.name for clock in decision(scene, old).clocks] == ["first_response"]
    assert [clock.name for clock in decision(scene, new).clocks] == ["first_response", "resolution"]


def test_a_clock_that_was_taken_out_of_the_file_keeps_its_verdict_until_the_ticket_is_opened_again(
    stage: Make, sqlite_url: str
) -> None:
    scene = stage(sqlite_url, **QUIET, clocks=[RESOLUTION])
    scene.start()
    number = missed(scene)
    scene.sandbox.zendesk.people.solve(number, AGENT)
    scene.run_for(10 * MINUTE)
    before = clock_of(scene, number, "resolution").verdict
    scene.restart(clocks=None)
    scene.run_for(10 * MINUTE)
    assert (clock_of(scene, number, "resolution").verdict, before) == ("met", "met")
    scene.answer(number, "Once more", status="open")
    scene.run_for(10 * MINUTE)
    assert decision(scene, number).clock("resolution") is None


def test_asked_for_an_earlier_time_the_answer_is_that_of_then(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, **QUIET)
    scene.start()
    number = missed(scene)
    earlier = (MINUTE, 10 * MINUTE - timedelta(seconds=1), HOUR, 2 * HOUR)
    before = [(clock.verdict, clock.due_at) for clock in (clock_of(scene, number, back=back) for back in earlier)]
    scene.restart(severities=severities("20h", "20h"), terms_changes="adopt")
    scene.run_for(HOUR)
    after = [clock_of(scene, number, back=back + HOUR) for back in earlier]
    assert [(clock.verdict, clock.due_at) for clock in after] == before


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {
            "calendars": {
                "around_the_clock": {"time_zone": "UTC", "open": {"sat": ["00:00-00:10"]}},
                "support_week": {"always": True},
            }
        },
    ],
)
def test_a_policy_that_cannot_be_read_any_more(stage: Make, sqlite_url: str, edit: dict[str, Any]) -> None:
    free = {"name": "free", "when": {"tags": ["no_sla"]}, "no_promise": "our own people"}
    scene = stage(sqlite_url, **QUIET, agreements=[free])
    scene.start()
    late, unpromised = missed(scene), missed(scene, tags=["no_sla"])
    rows = scene.parts.store.read(
        lambda conn: clocks.of_tickets(conn, [("acme", str(late)), ("acme", str(unpromised))])
    )
    assert [row.verdict for each in rows.values() for row in each] == ["missed", "no_promise"]
    scene.parts.store.write(lambda conn: conn.execute(update(schema.policy_version).values(text="of another slabot")))
    scene.restart(severities=severities("20h", "20h"), agreements=[], **edit)
    scene.run_for(HOUR)
    names = [("acme", str(late)), ("acme", str(unpromised))]
    assert scene.parts.store.read(lambda conn: clocks.of_tickets(conn, names)) == rows


@pytest.mark.parametrize("kept_first", [False, True])
def test_a_clock_that_stopped_before_a_policy_came_is_judged_by_the_one_before(
    stage: Make, sqlite_url: str, *, kept_first: bool
) -> None:
    scene = stage(sqlite_url, **QUIET, terms_changes="keep" if kept_first else "adopt")
    scene.start()
    number = scene.ask()
    scene.run_for(10 * MINUTE)
    scene.stop()
    scene.answer(number)
    scene.run_for(10 * MINUTE)
    scene.start(severities=severities("1m", "1m"), terms_changes="adopt")
    scene.run_for(HOUR)
    found = clock_of(scene, number)
    assert (found.verdict, str(found.terms.target)) == ("met", "2h")
    stored = scene.stored(number)
    assert stored is not None
    assert {event.policy_version for event in stored.timeline if isinstance(event, TermsFrozen)} == {1}


def test_a_severity_that_is_taken_out_while_a_clock_of_it_runs(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, **QUIET)
    scene.start()
    number = scene.ask()
    scene.run_for(10 * MINUTE)
    only = {"medium": AGREEMENT["severities"]["medium"]}
    scene.restart(severities=only, classify={"otherwise": "medium"}, escalate=[{"rungs": [{"at": "breach"}]}])
    scene.run_for(10 * MINUTE)
    assert (clock_of(scene, number).terms.severity, clock_of(scene, number).verdict) == ("medium", "running")
    scene.answer(number)
    scene.run_for(10 * MINUTE)
    found = clock_of(scene, number)
    assert found.verdict == "met"
    scene.restart(severities=AGREEMENT["severities"], classify=AGREEMENT["classify"], escalate=AGREEMENT["escalate"])
    scene.run_for(10 * MINUTE)
    assert (clock_of(scene, number).terms.severity, clock_of(scene, number).due_at) == (
        found.terms.severity,
        found.due_at,
    )
