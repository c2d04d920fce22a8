"""Which tickets changed since the cursor?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from adapters.base import SweepBatch
from adapters.errors import BadAnswer, NotAllowed, RateLimited, Refused, TooLarge
from adapters.http import session as sessions
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import SATURDAY, Answer, Opens, Scripted

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
PLACE = "/incremental/tickets/cursor.json"


def row(number: object, **changed: Any) -> dict[str, Any]:
    return {"id": number, "status": "open", "updated_at": "2026-01-10T09:00:00Z", "subject": "Help", **changed}


def page(*rows: Any, cursor: str | None = "c1", end: bool = True) -> Answer:
    after = f"https://other-host.zendesk.example/api/v2{PLACE}?cursor={cursor}"
    return Answer(body={"tickets": list(rows), "after_cursor": cursor, "after_url": after, "end_of_stream": end})


def swept(adapter: ZendeskAdapter, cursor: str | None = None, since: datetime = SINCE) -> list[SweepBatch]:
    return list(adapter.sweep(cursor, since=since))


def ids(pages: list[SweepBatch]) -> list[str]:
    return [changed.id for each in pages for changed in each.changed]


def queries(scripted: Scripted) -> list[dict[str, list[str]]]:
    return [parse_qs(asked.query) for asked in scripted.of("GET", PLACE)]


def test_a_sweep_begins_at_an_instant_and_goes_on_by_cursor(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", PLACE, page(row(1), cursor="a=b+c|", end=False), page(row(2), cursor="c2"))
    pages = swept(hostile)
    assert ids(pages) == ["1", "2"]
    assert [(each.cursor, each.end) for each in pages] == [("a=b+c|", False), ("c2", True)]
    assert queries(scripted) == [
        {"start_time": ["1767225600"], "per_page": ["1000"]},
        {"cursor": ["a=b+c|"], "per_page": ["1000"]},  # zenpy drops per_page when it resumes
    ]
    assert len(scripted.asked) == 2  # no call per ticket, and none to the host that after_url names


def test_a_stored_cursor_wins_over_the_instant(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", PLACE, page(row(1)))
    swept(hostile, "stored")
    assert queries(scripted) == [{"cursor": ["stored"], "per_page": ["1000"]}]


def test_a_start_in_the_withheld_minute_is_moved_before_it(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", PLACE, page())
    swept(hostile, since=SATURDAY)
    assert queries(scripted)[0]["start_time"] == [str(int(SATURDAY.timestamp()) - 61)]


def test_the_end_of_the_stream_ends_the_sweep_and_keeps_its_cursor(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    # zenpy#451: after_cursor is there at the end too, and following it never ends.
    scripted.on("GET", PLACE, page(row(1), cursor="last", end=True))
    pages = swept(hostile)
    assert [each.cursor for each in pages] == ["last"]
    assert len(scripted.asked) == 1


def test_an_end_without_a_cursor_keeps_the_one_it_began_with(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", PLACE, page(cursor=None))
    assert [each.cursor for each in swept(hostile, "before")] == ["before"]
    assert [each.cursor for each in swept(hostile)] == [""]


@pytest.mark.parametrize("cursor", ["same", None, ""])
def test_a_cursor_that_does_not_move_on_is_an_error_not_a_loop(
    scripted: Scripted, hostile: ZendeskAdapter, cursor: str | None
) -> None:
    scripted.on("GET", PLACE, page(row(1), cursor=cursor, end=False))
    with pytest.raises(BadAnswer, match="a cursor that does not move on"):
        swept(hostile, "same")
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_cursor_that_is_no_longer_known_begins_anew_at_the_instant(
    scripted: Scripted, hostile: ZendeskAdapter, status: int
) -> None:
    scripted.on("GET", PLACE, Answer(status, {"error": "InvalidCursor"}), page(row(1), cursor="new"))
    (only,) = swept(hostile, "expired")
    assert (only.restarted, only.cursor) == (True, "new")
    assert [sorted(query) for query in queries(scripted)] == [["cursor", "per_page"], ["per_page", "start_time"]]


def test_an_instant_that_is_refused_is_not_tried_for_ever(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", PLACE, Answer(400, {"error": "StartTimeTooRecent"}))
    with pytest.raises(Refused):
        swept(hostile, "expired")
    assert len(scripted.asked) == 2


def test_one_row_that_makes_no_sense_does_not_hide_the_others(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    rows = [row(1), None, row(None), row(3, status=None), row(4, updated_at="soon"), row("5")]
    scripted.on("GET", PLACE, page(*rows))
    (only,) = swept(hostile)
    assert ids([only]) == ["1", "5"]
    assert len(only.unreadable) == 4
    assert only.unreadable[2] == "ticket 3 without a status"


def test_a_row_says_what_it_is_without_a_call(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    gone = row(2, status="deleted", subject="SCRUBBED", description="X")
    scripted.on("GET", PLACE, page(row(1, status="SOLVED", updated_at="2026-01-10T09:00:00.5Z"), gone))
    first, second = swept(hostile)[0].changed
    assert (first.id, first.status, first.version, first.gone) == ("1", "solved", "2026-01-10T09:00:00Z", None)
    assert (second.status, second.gone) == ("deleted", "scrubbed")
    assert second.raw == gone


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>Sign in</html>"),
        Answer(body=b'{"tickets": [{"id": 1'),
        Answer(body={"tickets": None}),
        Answer(body={"error": "x"}),
        Answer(body=[]),
    ],
)
def test_an_answer_that_makes_no_sense_names_the_endpoint(
    scripted: Scripted, hostile: ZendeskAdapter, answer: Answer
) -> None:
    scripted.on("GET", PLACE, answer)
    with pytest.raises(BadAnswer, match=r"GET /api/v2/incremental/tickets/cursor\.json"):
        swept(hostile)


def test_a_page_that_is_too_large_is_asked_for_in_pieces(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    large = Answer(body=b" " * (sessions.BODY + 1))
    scripted.on("GET", PLACE, large, large, page(row(1), end=False, cursor="c1"), page(row(2), cursor="c2"))
    assert ids(swept(hostile)) == ["1", "2"]
    assert [query["per_page"] for query in queries(scripted)] == [["1000"], ["250"], ["62"], ["62"]]


def test_a_page_that_is_always_too_large_is_an_error_in_the_end(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", PLACE, Answer(body=b" " * (sessions.BODY + 1)))
    with pytest.raises(TooLarge):
        swept(hostile)
    assert len(scripted.asked) == 5


# -- the budget ----------------------------------------------------------------------------------------------------


def test_a_sweep_stops_between_pages_where_the_reserve_begins(
    scripted: Scripted, opened: Opens, clock: SteppedClock
) -> None:
    adapter = opened(scripted.url, reserve_percent=20)
    low = {"ratelimit-limit": "100", "ratelimit-remaining": "19", "ratelimit-reset": "42"}
    first = page(row(1), cursor="c1", end=False)
    first.headers = low
    scripted.on("GET", PLACE, first, page(row(2), cursor="c2"))
    pages = adapter.sweep(None, since=SINCE)
    assert next(pages).cursor == "c1"
    with pytest.raises(RateLimited, match="kept for people") as caught:
        next(pages)
    assert caught.value.until == clock.now() + timedelta(seconds=42)
    assert len(scripted.asked) == 1
    clock.elapse(timedelta(seconds=42))
    assert ids(swept(adapter, "c1")) == ["2"]


# -- against the stand-in ------------------------------------------------------------------------------------------


def filled(sandbox: Sandbox, clock: SteppedClock, count: int) -> list[str]:
    people = sandbox.zendesk.people
    made = [str(people.create_ticket(f"c{n}@customer.example", "Help", "It is down")) for n in range(count)]
    clock.elapse(timedelta(minutes=2))
    return made


def test_nothing_is_skipped_by_overlaps_or_by_a_foreign_host_in_after_url(
    sandbox: Sandbox, acme: ZendeskAdapter, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.zendesk import export

    monkeypatch.setattr(export, "PER_PAGE", 7)
    made = filled(sandbox, clock, 30)
    pages = swept(acme)
    assert len(pages) > 4
    assert set(ids(pages)) == set(made)
    assert sandbox.journal.counts()["GET /api/v2/incremental/tickets/cursor"] == len(pages)


def test_a_sweep_killed_between_any_two_pages_goes_on_from_its_cursor(
    sandbox: Sandbox, acme: ZendeskAdapter, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.zendesk import export

    monkeypatch.setattr(export, "PER_PAGE", 4)
    sandbox.zendesk.limits.limits.incremental = None
    made = filled(sandbox, clock, 10)
    for kill_after in range(1, 4):
        seen: list[str] = []
        cursor = None
        for number, each in enumerate(acme.sweep(None, since=SINCE), 1):
            seen += [changed.id for changed in each.changed]
            cursor = each.cursor
            if number == kill_after:
                break
        seen += ids(swept(acme, cursor))
        assert set(seen) == set(made)


def test_the_withheld_minute_comes_with_the_next_sweep(
    sandbox: Sandbox, acme: ZendeskAdapter, clock: SteppedClock
) -> None:
    filled(sandbox, clock, 1)
    first = swept(acme)
    late = str(sandbox.zendesk.people.create_ticket("late@customer.example", "Late", "x"))
    again = swept(acme, first[-1].cursor)
    assert late not in ids(again)
    clock.elapse(timedelta(minutes=2))
    assert late in ids(swept(acme, again[-1].cursor))


def test_an_expired_cursor_loses_nothing(sandbox: Sandbox, acme: ZendeskAdapter, clock: SteppedClock) -> None:
    made = filled(sandbox, clock, 3)
    cursor = swept(acme)[-1].cursor
    sandbox.zendesk.exports.switches.cursors_expire = 60
    clock.elapse(timedelta(days=1))
    pages = swept(acme, cursor)
    assert pages[0].restarted
    assert set(ids(pages)) == set(made)


@pytest.mark.parametrize("kind", [FaultKind.RATE_LIMIT, FaultKind.RATE_LIMIT_TEXT])
def test_a_rate_limited_page_says_until_when(
    sandbox: Sandbox, acme: ZendeskAdapter, clock: SteppedClock, kind: FaultKind
) -> None:
    sandbox.faults.add(kind, path="*cursor*", times=1, seconds=30)
    with pytest.raises(RateLimited) as caught:
        swept(acme)
    assert caught.value.until == clock.now() + timedelta(seconds=30)
    assert swept(acme)[-1].end


def test_the_exports_own_limit_stops_a_sweep_before_it_is_refused(
    sandbox: Sandbox, acme: ZendeskAdapter, clock: SteppedClock
) -> None:
    sandbox.zendesk.limits.limits.incremental = 3
    for _ in range(3):
        swept(acme)
    with pytest.raises(RateLimited):
        swept(acme)
    assert len(sandbox.journal.calls(endpoint="cursor")) == 3  # the fourth was not even asked
    clock.elapse(timedelta(minutes=1))
    assert swept(acme)[-1].end


def test_an_agent_who_is_no_admin_may_not_sweep_and_is_told_why(sandbox: Sandbox, opened: Opens) -> None:
    sandbox.zendesk.account.add_agent("plain@acme.example")
    adapter = opened(sandbox.zendesk.url, email="plain@acme.example", token=sandbox.zendesk.token)
    with pytest.raises(NotAllowed, match=r"403.*make the bot an admin"):
        swept(adapter)


def test_a_ticket_is_swept_by_when_it_was_generated_and_not_by_when_it_was_updated(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    """What the system changes leaves `updated_at` as it was."""
    number = sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
    clock.elapse(timedelta(hours=1))
    (*_, last) = acme.sweep(None, since=SATURDAY)
    before = sandbox.zendesk.account.tickets[number].shown["updated_at"]
    sandbox.zendesk.account.tickets[number].generated = int(clock.now().timestamp())
    clock.elapse(timedelta(hours=1))
    again = [changed for each in acme.sweep(last.cursor, since=SATURDAY) for changed in each.changed]
    assert [(changed.id, changed.version) for changed in again] == [(str(number), before)]
