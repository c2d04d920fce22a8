"""Is a whole ticket file replayed, counted, compared, and braked?"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from slabot.domain import (
    Actor,
    AnyEvent,
    Approved,
    Category,
    Message,
    SeverityChanged,
    StatusChanged,
    Ticket,
    TicketFileError,
    TicketRecord,
    Timeline,
    write_ticket,
)
from slabot.policy import Mode
from slabot.reports.backtest.bench import MOST, BacktestTask, PolicyText, Yield
from slabot.reports.backtest.differences import TicketDifference
from slabot.reports.backtest.run import ALONE, Backtested, backtest
from slabot.reports.backtest.tally import PolicySide, TallyFigure
from slabot.rules import Brake, Kind

POLICY = """\
version: 1
calendars: {always: {always: true}, office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}}}
severities: {low: {means: A question, respond_within: 6h, calendar: office}}
classify: {otherwise: low}
escalate: [{rungs: [{at: 50% used}, {at: breach}]}]
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support"}
waiting: {mode: act, calendar: office, follow_ups: 1, on_business_days: [1], or_after: 7d}
solved: {mode: act}
"""
MONDAY = datetime.fromisoformat("2026-01-12T09:00:00+01:00")
FOLLOW_UPS = (PolicySide.NEW.value, TallyFigure.ACTS, Kind.FOLLOW_UP, Mode.ACT)


def silent(number: int, *, after: timedelta = timedelta(), approved: timedelta | None = None) -> TicketRecord:
    """A ticket that was answered at once and whose customer is silent since."""
    created = MONDAY + after
    events: list[AnyEvent] = [
        Message(at=created + timedelta(hours=1), id="a", by=Actor.AGENT, by_id="a7", text="Which version?"),
        StatusChanged(at=created + timedelta(hours=1), id="s", by_id="a7", to=Category.WAITING_ON_CUSTOMER),
    ]
    timeline = Timeline.of(events)
    if approved is not None:
        key = next(key for key in KEYS if f"/{number}/" in key)
        timeline = timeline.merged([Approved(at=MONDAY + approved, id="ok", key=key)])
    return TicketRecord(Ticket(helpdesk="acme", id=str(number), created_at=created), timeline)


KEYS: list[str] = []


def run(
    records: list[TicketRecord],
    *,
    limits: str = "",
    old: str | None = None,
    processes: int = 1,
    watch: bool = True,
    mode: Mode = Mode.ACT,
) -> Backtested:
    text = POLICY.replace("mode: act", f"mode: {mode}") + (f"limits: {limits}\n" if limits else "")
    task = BacktestTask(
        new=PolicyText("new.yaml", text.encode()),
        old=None if old is None else PolicyText("old.yaml", old.encode()),
        now=MONDAY + timedelta(days=5),
        name="tickets.jsonl",
        watched=frozenset(record.ticket.reference for record in records) if watch else frozenset(),
    )
    return backtest(task, lambda: map(write_ticket, records), lambda _: None, processes=processes)


def follow_ups(found: Backtested) -> list[float]:
    """How many minutes after Tuesday 10:00 each leaves."""
    due = int((MONDAY + timedelta(days=1, hours=1)).timestamp())
    acts = [act for sides in found.watched.values() for act in sides[PolicySide.NEW].acts]
    KEYS[:] = [act.key for act in acts if act.kind is Kind.FOLLOW_UP]
    return sorted((act.at - due) / 60 for act in acts if act.kind is Kind.FOLLOW_UP)


def test_without_a_limit_in_reach_each_ticket_is_played_by_itself() -> None:
    apart = [silent(number, after=timedelta(minutes=3 * number)) for number in range(4, 9)]
    found = run([*(silent(number) for number in range(4)), *apart], limits="{stop_above_percent: 100}")
    assert found.tally[FOLLOW_UPS] == 9
    assert follow_ups(found)[:5] == [0, 0, 0, 0, 12]
    assert found.together == 0


def test_the_budget_lets_the_rest_wait_for_the_next_minute() -> None:
    found = run([silent(number) for number in range(5)], limits="{writes_per_run: 2, stop_above_percent: 100}")
    assert follow_ups(found) == [0, 0, 1, 1, 2]
    assert found.tally[PolicySide.NEW.value, TallyFigure.HELD, Brake.BUDGET] == 3 + 1
    assert found.together == 5


def test_an_open_breaker_lets_nothing_through() -> None:
    found = run([silent(number) for number in range(5)], limits="{stop_above_tickets: 4, stop_above_percent: 100}")
    assert follow_ups(found) == []
    assert found.tally[FOLLOW_UPS] == 0
    assert found.tally[PolicySide.NEW.value, TallyFigure.TICKETS] == 5


def test_a_share_is_one_of_the_tickets_that_are_open() -> None:
    others = [silent(number, after=timedelta(minutes=10 * number)) for number in range(2, 9)]
    found = run([silent(0), silent(1), *others], limits="{stop_above_percent: 30}")
    assert len(follow_ups(found)) == 9
    # Two of five are held, and asked for again after a quarter of an hour: the one that is due then is held with them.
    assert follow_ups(run([silent(0), silent(1), *others[:3]], limits="{stop_above_percent: 30}")) == [20, 40]


def test_what_a_person_approved_goes_ahead_at_the_next_look() -> None:
    limits = "{stop_above_tickets: 2, stop_above_percent: 100}"
    follow_ups(run([silent(number) for number in range(3)], limits="{stop_above_percent: 100}"))
    approved = [silent(0), silent(1, approved=timedelta(days=1, hours=1, minutes=20)), silent(2)]
    found = run(approved, limits=limits)
    assert follow_ups(found)[0] == 30


def test_what_is_later_than_the_breaker_is_played_beside_it() -> None:
    records = [silent(number) for number in range(3)] + [silent(9, after=timedelta(minutes=7))]
    assert follow_ups(run(records, limits="{stop_above_tickets: 2, stop_above_percent: 100}")) == [7]


def test_several_processes_find_the_same() -> None:
    records = [silent(number, after=timedelta(minutes=number)) for number in range(ALONE + 10)]
    one, two = (run(records, processes=number, watch=False, mode=Mode.OBSERVE) for number in (1, 2))
    assert one.tally == two.tally
    assert one.tally[PolicySide.NEW.value, TallyFigure.ACTS, Kind.FOLLOW_UP, Mode.OBSERVE] == len(records)


def test_a_stricter_policy_differs_in_verdicts_pages_and_the_list() -> None:
    answered = silent(1)
    strict = POLICY.replace("6h", "30m")
    found = run([answered, silent(2, after=timedelta(days=-2))], old=strict)
    assert found.tally[PolicySide.NEW.value, TallyFigure.DIFFER_IN_VERDICT] == 1
    [difference] = found.differences
    assert difference.verdicts == "first_response missed → met"
    assert difference.reference == "acme/1"
    assert difference.acts == "pages 2 → 0"


def test_a_policy_that_is_compared_with_itself_differs_in_nothing() -> None:
    found = run([silent(number) for number in range(3)], old=POLICY)
    assert found.differences == []
    assert found.tally[PolicySide.NEW.value, TallyFigure.DIFFER] == 0


def test_words_that_are_gone_matter_only_where_the_policies_read_them_otherwise() -> None:
    gone = Message(at=MONDAY, id="c0", by=Actor.CUSTOMER, by_id="r1", text="", text_gone=True)
    kept = SeverityChanged(at=MONDAY, id="v", by=Actor.AUTOMATION, to="low")
    record = silent(1)
    record = TicketRecord(record.ticket, record.timeline.merged([gone, kept]))
    unsure = (PolicySide.NEW.value, TallyFigure.UNSURE)
    assert run([record], old=POLICY.replace("6h", "1h")).tally[unsure] == 0
    other = POLICY.replace("{otherwise: low}", "{rules: [{name: A, severity: low, when: {text: [a]}}], otherwise: low}")
    assert run([record], old=other).tally[unsure] == 1
    assert run([record]).tally[unsure] == 1


def test_a_wrong_line_is_named() -> None:
    task = BacktestTask(new=PolicyText("new", POLICY.encode()), old=None, now=MONDAY, name="tickets.jsonl")
    lines = [write_ticket(silent(1)), json.dumps({"helpdesk": "acme"})]
    with pytest.raises(TicketFileError, match=r"tickets\.jsonl:2"):
        backtest(task, lambda: lines, lambda _: None, processes=1)


def test_the_list_of_differences_keeps_the_weightiest() -> None:
    def one(number: int) -> TicketDifference:
        return TicketDifference(number, f"acme/{number}", number, "", "", 0, None, worse=number % 2)

    whole = Yield()
    for start in range(0, 3 * MOST, 1000):
        whole.take(Yield(differences=[one(number) for number in range(start, start + 1000)]))
    whole.keep_the_weightiest()
    assert len(whole.differences) == MOST
    assert {each.worse for each in whole.differences} == {1}
