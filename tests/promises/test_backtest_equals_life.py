"""Does a backtest say what slabot did?

Promise: a week is lived in the sandbox, with acknowledgements, a storm of pages, quiet hours, a circuit breaker that
opens, solves and an agreement beside the file's own. What slabot did is then taken out of the stored tickets and
replayed: every page, act and verdict is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from slabot.domain import Message, PageSent, StatusChanged, TicketRecord, write_ticket
from slabot.policy import Mode
from slabot.reports.backtest.bench import BacktestTask, PolicyText
from slabot.reports.backtest.replay import Replayed
from slabot.reports.backtest.run import Backtested, backtest
from slabot.reports.backtest.tally import PolicySide, TallyFigure
from slabot.reports.local_time import seconds
from slabot.reports.play import is_own
from slabot.rules import Brake, Kind, decide
from slabot.store import LedgerEvent, tickets
from tests.promises.scene import DAY, HOUR, MINUTE, Make, Scene, policy_text

GOLD = "Adventure Works"
SENT_WITHIN = 300  # seconds; a storm leaves at one message a second
KINDS = {Kind.AUTO_SOLVE, Kind.AUTO_CLOSE, Kind.REOPEN, Kind.SET_CATEGORY}
SETTINGS: dict[str, Any] = {
    "calendars": {
        "around_the_clock": {"always": True},
        "support_week": {"time_zone": "Asia/Kolkata", "open": {"mon-fri": ["00:00-24:00"]}},
        "nights": {"time_zone": "Asia/Kolkata", "open": {"mon-sun": ["22:00-07:00"]}},
    },
    "quiet_hours": {"severities": ["medium"], "calendar": "nights"},
    "agreements": [
        {"name": "gold", "when": {"organization": [GOLD]}, "severities": {"critical": {"respond_within": "1h"}}}
    ],
    "limits": {"writes_per_run": 50, "stop_above_tickets": 4, "stop_above_percent": 100},
}


def lived(scene: Scene) -> None:
    """Monday 9:00 UTC until Monday; what happens is written by hand."""
    scene.sandbox.zendesk.limits.limits.account = None
    scene.sandbox.zendesk.account.add_organization(GOLD)
    down = scene.ask()
    gold = scene.ask(who="amy@adventure.example", organization=GOLD)
    asked_back = [scene.ask("Cannot log in", who=f"silent{number}@contoso.example") for number in range(2)]
    scene.run_for(50 * MINUTE)
    scene.answer(gold)
    for ticket in asked_back:
        scene.asks_back(ticket)
    scene.run_for(25 * MINUTE)
    assert scene.click(scene.pages(down)[0]) == 200
    scene.run_for(2 * HOUR)
    scene.answer(down)
    scene.run_for(6 * HOUR)
    overnight = scene.ask("Cannot print", who="kim@wingtip.example")
    scene.run_for(20 * HOUR)
    storm = [scene.ask(who=f"c{number}@fabrikam.example") for number in range(12)]
    scene.run_for(70 * MINUTE)
    scene.click(scene.pages(storm[0])[0])
    scene.run_for(HOUR)
    for ticket in (*storm, overnight):
        scene.answer(ticket)
    scene.run_for(HOUR)
    many = [scene.ask("Cannot log in", who=f"m{number}@proseware.example") for number in range(7)]
    scene.run_for(17 * MINUTE)
    for ticket in many:
        scene.asks_back(ticket)
    scene.run_for(2 * DAY + 17 * HOUR)
    scene.sandbox.zendesk.people.customer_replies(asked_back[0], "It is version 4.2")
    scene.run_for(2 * DAY)


def stored(scene: Scene) -> Iterator[TicketRecord]:
    for helpdesk, ticket_id in scene.parts.store.read(lambda conn: tickets.since(conn, None)):
        found = scene.stored(ticket_id, helpdesk)
        assert found is not None
        yield found.record


def replay_of(scene: Scene, records: list[TicketRecord]) -> Backtested:
    text = policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes)
    task = BacktestTask(
        new=PolicyText("the scene's policy", text.encode()),
        old=None,
        now=scene.clock.now(),
        name="the week",
        watched=frozenset(record.ticket.reference for record in records),
    )
    return backtest(task, lambda: [write_ticket(record) for record in records], lambda _: None, processes=1)


def pages_in_life(record: TicketRecord) -> list[tuple[object, int]]:
    pages = [event for event in record.timeline if isinstance(event, PageSent)]
    return sorted(((event.clock, event.severity, event.rung), seconds(event.at)) for event in pages)


def pages_replayed(found: Replayed) -> list[tuple[object, int]]:
    pages = [act for act in found.acts if act.kind is Kind.PAGE]
    return sorted(((act.clock, act.severity, act.rung), act.at) for act in pages)


def acts_in_life(record: TicketRecord) -> list[tuple[str, int]]:
    own = [event for event in record.timeline if is_own(event)]
    statuses = [(event.to.value, seconds(event.at)) for event in own if isinstance(event, StatusChanged)]
    solved = {at for to, at in statuses if to == "solved"}
    messages = [event for event in own if isinstance(event, Message) and event.public]
    follow_ups = [("follow_up", at) for event in messages if (at := seconds(event.at)) not in solved]
    return sorted((*statuses, *follow_ups))


def acts_replayed(found: Replayed) -> list[tuple[str, int]]:
    names = {Kind.AUTO_SOLVE: "solved", Kind.AUTO_CLOSE: "closed", Kind.REOPEN: "pending"}
    names |= {Kind.SET_CATEGORY: "pending", Kind.FOLLOW_UP: "follow_up"}
    written = [act for act in found.acts if act.kind in names and act.mode is Mode.ACT]
    return sorted((names[act.kind], act.at) for act in written)


def agree(life: list[tuple[Any, int]], replayed: list[tuple[Any, int]]) -> None:
    assert [name for name, _ in life] == [name for name, _ in replayed]
    for (name, sent), (_, due) in zip(life, replayed, strict=True):
        assert 0 <= sent - due <= SENT_WITHIN, (name, sent - due)


@pytest.mark.long
def test_a_backtest_of_a_week_agrees_with_it_in_every_page_act_and_verdict(stage: Make, store_url: str) -> None:
    scene = stage(store_url, **SETTINGS)
    scene.sweep_every = timedelta(hours=2)
    scene.start()
    begun: datetime = scene.clock.now()
    lived(scene)
    assert scene.clock.now() - begun >= timedelta(days=6)
    records = list(stored(scene))
    found = replay_of(scene, records)
    written: list[str] = []
    for record in records:
        sides = found.watched[record.ticket.reference]
        replayed = sides[PolicySide.NEW]
        agree(pages_in_life(record), pages_replayed(replayed))
        agree(acts_in_life(record), acts_replayed(replayed))
        now = scene.clock.now()
        decision = decide(record.ticket, record.timeline, scene.parts.policy, now, past=scene.parts.past)
        life = [(c.label, c.terms.agreement, c.terms.severity, c.verdict.value, c.met_until) for c in decision.clocks]
        assert [each[:4] for each in life] == [(c.label, c.agreement, c.severity, c.outcome) for c in replayed.clocks]
        assert [seconds(each[4]) for each in life if each[4]] == [c.met_until for c in replayed.clocks if c.met_until]
        written += [name for name, _ in acts_in_life(record)]
        assert replayed.diverged is None
    # The week holds all that it is said to hold, so that nothing agrees only because nothing happened.
    assert scene.bundles()
    assert written.count("solved") >= 2
    assert found.tally[PolicySide.NEW.value, TallyFigure.HELD, Brake.BREAKER] > 0
    assert [row for row in scene.ledger() if row.event is LedgerEvent.WRITE_HELD]
    assert {clock.agreement for sides in found.watched.values() for clock in sides[PolicySide.NEW].clocks} == {
        *("default", "gold")
    }
