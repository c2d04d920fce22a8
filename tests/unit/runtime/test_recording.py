"""Are the records that reports are made of written with each decision, and filled in where a store has none?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, event, select, update

from slabot.domain import Message
from slabot.reports.question import Cut, agent_of
from slabot.reports.rows import ALWAYS, CountedClock, PeriodBy, TicketRow
from slabot.runtime.evaluation import evaluate, take_in
from slabot.runtime.recording import Recording
from slabot.runtime.reporting import StoreSource, make_report, question_of
from slabot.store import privacy, records, schema
from slabot.store.records import form_of
from tests.fixtures.tickets import AGENT, message
from tests.unit.runtime.conftest import MONDAY, World

FORM = form_of(by_agent=True)
TABLES = (schema.clock_record, schema.ticket_summary, schema.open_stretch)


def answer(minutes: int) -> Message:
    return message(MONDAY + timedelta(minutes=minutes), AGENT, "We see it", by_id="900")


def takes(world: World, number: int, *events: Any) -> None:
    own = world.desk.has(number, MONDAY, *events)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], world.parts.now()))


def rows(world: World) -> list[CountedClock]:
    return world.parts.store.read(lambda conn: list(StoreSource(conn).clocks(ALWAYS, PeriodBy.JUDGED)))


def missing(world: World) -> tuple[int, int]:
    return world.parts.store.read(lambda conn: records.count_unrecorded(conn))


def outdated(world: World) -> int:
    return world.parts.store.read(lambda conn: records.count_outdated(conn, FORM))


def ticket_rows(world: World) -> list[TicketRow]:
    return world.parts.store.read(lambda conn: list(StoreSource(conn).every_ticket(ALWAYS)))


def as_of_form_1(world: World) -> None:
    """The store as a slabot left it that did not record what the reader finds."""
    nothing = {"read_severity": None, "read_or_else": None, "claimed_severity": None}
    summaries = update(schema.ticket_summary).values(form="1a", digest="of before", **nothing)
    world.parts.write(lambda conn: conn.execute(summaries))


def as_of_before(world: World) -> None:
    """The store as an earlier slabot left it: clocks, and no record."""
    world.parts.write(lambda conn: [conn.execute(delete(table)) for table in TABLES])


def fill_in(world: World) -> None:
    recording = Recording(world.parts)
    while recording.drain():
        pass


def test_a_record_is_written_with_the_decision(world: World) -> None:
    world.later(timedelta(minutes=30))
    takes(world, 1, answer(20))

    (row,) = rows(world)
    assert (row.verdict, row.worked, row.agent, row.severity) == ("met", 1200, "900", "critical")
    assert missing(world) == (0, 0)


def test_a_decision_that_changes_nothing_writes_nothing(world: World) -> None:
    world.later(timedelta(minutes=30))
    takes(world, 1, answer(20))
    world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=world.parts.now()))
    written: list[str] = []

    def again(conn: Connection) -> None:
        @event.listens_for(conn, "before_cursor_execute")
        def _note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
            if statement.lstrip().split()[0] in ("INSERT", "UPDATE", "DELETE"):
                written.append(statement)

        evaluate(conn, world.parts, "acme", "1", now=world.parts.now())
        event.remove(conn, "before_cursor_execute", _note)

    world.parts.write(again)
    assert written == []


def test_a_store_of_before_says_how_many_clocks_have_no_record(world: World) -> None:
    for number in (1, 2):
        takes(world, number)
    as_of_before(world)

    assert missing(world) == (2, 2)
    question = question_of(world.parts.policy, world.parts.now())
    report = world.parts.store.read(lambda conn: make_report(conn, "compliance", question))
    assert report.notes[0].startswith("Not in these figures, since there is no record yet: 2 tickets with 2 clocks")
    assert report.tables[0].lines == []


def test_a_store_of_before_is_filled_in_with_what_its_decisions_would_have_written(world: World) -> None:
    world.later(timedelta(minutes=30))
    for number in range(1, 46):
        takes(world, number, answer(number % 20 + 1))
    before = rows(world)
    as_of_before(world)

    fill_in(world)

    assert sorted(rows(world)) == sorted(before)
    assert missing(world) == (0, 0)


def test_filling_in_decides_nothing_and_tells_nothing(world: World) -> None:
    takes(world, 1)
    as_of_before(world)
    world.later(timedelta(hours=3))  # a page is due, and the deadline has passed
    others = [table for table in schema.metadata.sorted_tables if table not in TABLES]

    def everything() -> list[list[Any]]:
        return world.parts.store.read(lambda conn: [list(conn.execute(select(table))) for table in others])

    was = everything()
    fill_in(world)

    assert everything() == was
    assert rows(world)[0].judged is not None


def test_a_ticket_that_cannot_be_decided_holds_up_no_other(world: World, monkeypatch: Any) -> None:
    for number in (1, 2, 3):
        takes(world, number)
    as_of_before(world)
    decide = type(world.parts).decide

    def broken(parts: Any, stored: Any, now: Any) -> Any:
        if stored.ticket.id == "2":
            raise ZeroDivisionError
        return decide(parts, stored, now)

    monkeypatch.setattr(type(world.parts), "decide", broken)
    fill_in(world)

    assert {row.ticket for row in rows(world)} == {"1", "3"}
    assert missing(world) == (1, 1)


def test_figures_by_agent_that_are_switched_off_exist_nowhere(make: Callable[..., World]) -> None:
    world = make()
    world.later(timedelta(minutes=30))
    takes(world, 1, answer(20))
    world.parts.write(lambda conn: records.keep_names(conn, "acme", {"900": "Maya"}))

    world.parts.write(records.forget_agents)

    held = world.parts.store.read(lambda conn: [list(conn.execute(select(table))) for table in (*TABLES, schema.agent)])
    assert "900" not in str(held)
    assert "Maya" not in str(held)
    without = make(reports={"by_agent": False})
    without.clock.elapse(timedelta(minutes=30))
    assert without.parts.store.read(lambda conn: records.unrecorded(conn, form_of(by_agent=False), 9)) == []


def test_figures_by_agent_that_are_switched_on_again_are_filled_in(make: Callable[..., World]) -> None:
    without = make(reports={"by_agent": False})
    without.later(timedelta(minutes=30))
    takes(without, 1, answer(20))
    assert rows(without)[0].agent is None

    world = make()
    world.later(timedelta(minutes=31))
    assert outdated(world) == 1
    fill_in(world)
    assert rows(world)[0].agent == "900"
    assert outdated(world) == 0


def test_agents_are_named_once_the_helpdesk_has_been_asked(world: World) -> None:
    world.later(timedelta(minutes=30))
    takes(world, 1, answer(20))
    asked: list[list[str]] = []

    def agent_names(ids: Any, **_: Any) -> dict[str, str]:
        asked.append(sorted(ids))
        return {"900": "Maya"}

    world.desk.agent_names = agent_names  # type: ignore[method-assign]
    fill_in(world)

    assert rows(world)[0].agent_name == "Maya"
    fill_in(world)
    assert asked == [["900"]]


LEVELS = {"high": "critical", "low": "medium"}  # this policy has two severities
READS: dict[str, Any] = {"reader": {"mode": "observe", "levels": LEVELS}, "rules": [], "otherwise": "medium"}
DOWN = "URGENT: all agents are offline since this morning, nobody can work."


def asks(world: World) -> None:
    own = world.desk.has(1, MONDAY, text=DOWN)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], world.parts.now()))


def readings(world: World) -> list[tuple[str | None, ...]]:
    return [(row.read, row.or_else, row.claimed) for row in ticket_rows(world)]


def test_what_an_earlier_release_did_not_record_is_said_and_filled_in(make: Callable[..., World]) -> None:
    world = make(classify=READS)
    asks(world)
    as_of_form_1(world)

    question = question_of(world.parts.policy, world.parts.now())
    report = world.parts.store.read(lambda conn: make_report(conn, "severity", question))
    assert report.notes[0].startswith("Of 1 ticket the records were made by an earlier release")
    assert missing(world) == (0, 0)  # it is in all other figures

    fill_in(world)
    assert readings(world) == [("critical", None, "critical")]
    assert outdated(world) == 0


def test_agents_are_forgotten_in_records_of_an_earlier_release_and_these_are_still_filled_in(
    make: Callable[..., World],
) -> None:
    world = make(classify=READS)
    asks(world)
    as_of_form_1(world)

    world.parts.write(records.forget_agents)

    without = make(classify=READS, reports={"by_agent": False})
    assert without.parts.store.read(lambda conn: records.unrecorded(conn, form_of(by_agent=False), 9)) == [
        ("acme", "1")
    ]
    fill_in(without)
    assert readings(without) == [("critical", None, "critical")]


def test_what_was_read_stays_when_the_words_go(make: Callable[..., World]) -> None:
    world = make(classify=READS)
    asks(world)
    before = readings(world)

    world.parts.write(lambda conn: privacy.scrub_text(conn, MONDAY + timedelta(days=1)))
    world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=world.parts.now()))

    assert before == readings(world) == [("critical", None, "critical")]
    assert "offline" not in str(world.parts.store.read(lambda conn: list(conn.execute(select(schema.event)))))


def test_two_agents_of_one_name_are_two_rows(world: World) -> None:
    world.later(timedelta(minutes=30))
    takes(world, 1, answer(20))
    takes(world, 2, message(MONDAY + timedelta(minutes=25), AGENT, "We see it too", by_id="901"))
    takes(world, 3, message(MONDAY + timedelta(minutes=26), AGENT, "And this", by_id="902"))
    names = {"900": "Maya Roy", "901": "Maya Roy", "902": "Tom Lee"}
    world.parts.write(lambda conn: records.keep_names(conn, "acme", names))

    question = question_of(world.parts.policy, world.parts.now(), by=(Cut.AGENT,))
    report = world.parts.store.read(lambda conn: make_report(conn, "compliance", question))
    shown = [line.values[1] for table in report.tables for line in table.lines]
    assert shown == ["Maya Roy (acme 900)", "Maya Roy (acme 901)", "Tom Lee"]


def test_agents_without_a_name_are_told_apart_by_their_helpdesk(world: World) -> None:
    world.later(timedelta(minutes=30))
    takes(world, 1, answer(20))
    [row] = rows(world)
    assert {agent_of(row), agent_of(row._replace(helpdesk="partners"))} == {"agent 900 (acme)", "agent 900 (partners)"}
