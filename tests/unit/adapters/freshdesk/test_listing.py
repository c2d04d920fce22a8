"""List the tickets that changed since the cursor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from adapters.base import Changed, SweepBatch
from adapters.errors import BadAnswer, TooLarge
from adapters.freshdesk import listing
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.client import Client
from adapters.freshdesk.cursors import MOST, Cursor
from adapters.http import session as sessions
from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import SATURDAY, Answer, Scripted
from .conftest import ANA, BOB, MINUTE, SECOND, SINCE, Opens, fill, ids, swept

NINE = "2026-01-10T09:00:00Z"


NEXT = {"Link": '<https://elsewhere.example/api/v2/tickets?page=2>; rel="next"'}


def row(number: object, at: object = NINE, **changed: Any) -> dict[str, Any]:
    return {"id": number, "status": 2, "updated_at": at, "subject": "Help", **changed}


def queries(book: Scripted, *, gone: bool = False) -> list[dict[str, str]]:
    asked = [{name: values[0] for name, values in parse_qs(one.query).items()} for one in book.of("GET", "/tickets")]
    return [query for query in asked if ("filter" in query) is gone]


def test_the_list_is_asked_for_by_its_last_change_and_never_without_a_beginning(
    book: Scripted, hostile: FreshdeskAdapter
) -> None:
    # Without updated_since only what was created in the last 30 days would be listed (airbyte#6133).
    book.on("GET", "/tickets", Answer(body=[row(1)]), Answer(body=[]))
    (page,) = swept(hostile)
    assert (ids([page]), page.end) == (["1"], True)
    assert queries(book) == [
        {
            "updated_since": "2026-01-01T00:00:00Z",
            "order_by": "updated_at",
            "order_type": "asc",
            "per_page": "100",
            "page": "1",
        }
    ]


def test_tickets_older_than_thirty_days_are_found(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    (old,) = fill(desk, clock, 1)
    clock.elapse(timedelta(days=40))
    desk.people.customer_replies(int(old), "Still down")
    assert ids(swept(partners, since=clock.now() - timedelta(days=1))) == [old]


def test_no_call_is_made_per_ticket(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 250)
    before = len(sandbox.journal.calls())
    assert sorted(ids(swept(partners)), key=int) == made
    assert len(sandbox.journal.calls()) - before == 4  # three pages, and one look at the deleted ones


def test_a_second_sweep_brings_only_what_is_new(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 12)
    clock.elapse(5 * SECOND)
    cursor = swept(partners)[-1].cursor
    assert ids(swept(partners, cursor)) == []  # updated_since is inclusive, and that is taken out
    desk.people.customer_replies(int(made[3]), "and another thing")
    assert ids(swept(partners, cursor)) == [made[3]]
    clock.elapse(MINUTE)
    cursor = swept(partners, cursor)[-1].cursor
    assert "@" not in cursor  # all of it is over: there is nothing to take out any more
    assert ids(swept(partners, cursor)) == []


def test_a_ticket_that_changes_again_within_its_second_is_reported_again(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    own = desk.people.create_ticket(ANA, "Help", "It is down")
    first = swept(partners)
    desk.people.agent_replies(own, BOB, "Hello")  # the same second, so the same updated_at
    second = swept(partners, first[-1].cursor)
    assert ids(first) == ids(second) == [str(own)]
    clock.elapse(2 * SECOND)
    third = swept(partners, second[-1].cursor)
    assert ids(third) == [str(own)]
    assert ids(swept(partners, third[-1].cursor)) == []


def test_a_change_that_was_stored_late_is_not_skipped(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    # A change carries the time at which it began; another, later one may be listed before it is stored.
    made = fill(desk, clock, 2)
    clock.elapse(5 * SECOND)
    late = desk.account.tickets.pop(int(made[0]))
    cursor = swept(partners)[-1].cursor
    desk.account.tickets[int(made[0])] = late
    assert ids(swept(partners, cursor)) == [made[0]]


def test_a_page_that_was_not_stored_is_listed_again(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 3)
    clock.elapse(5 * SECOND)
    assert ids(swept(partners)) == made
    assert ids(swept(partners)) == made  # what was handed out is remembered in the cursor alone


@pytest.mark.usefixtures("small")
def test_a_ticket_that_moves_while_it_is_listed_makes_no_other_one_skipped(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    # By page number: the first five; one of them is updated and leaves; all move up; page 2 begins one too late.
    made = fill(desk, clock, 23)
    found: list[str] = []
    for turn, page in enumerate(partners.sweep(None, since=SINCE)):
        found += ids([page])
        if turn < 4:
            desk.people.customer_replies(int(made[turn]), "ping")
            clock.elapse(SECOND)
    assert set(found) == set(made)


@pytest.mark.usefixtures("small")
def test_a_second_that_fills_several_pages_is_read_whole_though_it_moves(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 17, apart=timedelta(0))
    clock.elapse(SECOND)
    made += fill(desk, clock, 6)
    found: list[str] = []
    for turn, page in enumerate(partners.sweep(None, since=SINCE)):
        found += ids([page])
        if turn < 3:
            desk.people.customer_replies(int(made[turn]), "ping")
            clock.elapse(SECOND)
    assert set(found) == set(made)


@pytest.mark.usefixtures("small")
def test_there_is_no_limit_of_300_pages(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_PAGES", 3)
    made = fill(desk, clock, 60)  # twelve pages
    assert ids(swept(partners)) == made


@pytest.mark.usefixtures("small")
def test_more_than_300_pages_in_one_second_are_an_error_and_no_endless_loop(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock, monkeypatch: Any
) -> None:
    # onyx#9186: restarting at the last second seen begins the same second anew, for ever.
    monkeypatch.setattr(listing, "MOST_PAGES", 3)
    made = fill(desk, clock, 16, apart=timedelta(0))
    found: list[SweepBatch] = []
    with pytest.raises(BadAnswer, match=r"more than 15 tickets were changed in the one second 2026-01-10T10:00:00Z"):
        found.extend(partners.sweep(None, since=SINCE))
    assert len(sandbox.journal.calls()) <= 5
    clock.elapse(SECOND)
    for own in made[:3]:
        desk.people.customer_replies(int(own), "ping")
    assert set(ids(swept(partners))) == set(made)  # it goes on once some have changed again


def test_freshdesk_refuses_the_301st_page_and_it_is_never_asked_for(
    hostile: FreshdeskAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def endless(client: Client, *, page: int, **query: Any) -> tuple[list[Any], bool]:
        asked.append(page)
        return [row(1)], True

    monkeypatch.setattr("adapters.freshdesk.limits.FEWEST_LISTS", 1000)
    monkeypatch.setattr(Client, "tickets", endless)
    with pytest.raises(BadAnswer):
        swept(hostile)
    assert asked[-300:] == list(range(1, 301))
    assert max(asked) == 300


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("killed_after", [1, 2, 3, 4])
def test_killed_between_two_pages_and_resumed_from_its_cursor_it_skips_nothing(
    desk: FreshdeskStandIn, opened: Opens, clock: SteppedClock, killed_after: int
) -> None:
    made = fill(desk, clock, 8) + fill(desk, clock, 8, apart=timedelta(0))
    pages = opened(desk.url, token=desk.token).sweep(None, since=SINCE)
    kept = [page for page, _ in zip(pages, range(killed_after), strict=False)]
    rest = swept(opened(desk.url, token=desk.token), kept[-1].cursor)
    assert set(ids(kept)) | set(ids(rest)) == set(made)


def test_the_next_page_is_asked_of_the_configured_host_only(book: Scripted, hostile: FreshdeskAdapter) -> None:
    later = [row(2, "2026-01-10T09:00:05Z")]
    book.on(
        "GET",
        "/tickets",
        Answer(body=[row(1), *later], headers=NEXT),
        Answer(body=[*later, row(3, "2026-01-10T09:00:06Z")]),
        Answer(body=[]),
    )
    assert ids(swept(hostile)) == ["1", "2", "3"]
    assert [query["updated_since"] for query in queries(book)] == ["2026-01-01T00:00:00Z", "2026-01-10T09:00:05Z"]


def test_a_full_page_is_asked_behind_although_its_link_is_lost(
    book: Scripted, hostile: FreshdeskAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    rows = [row(number, f"2026-01-10T09:00:0{number}Z") for number in range(1, 4)]
    book.on("GET", "/tickets", Answer(body=rows[:2]), Answer(body=rows[1:]), Answer(body=rows[2:]), Answer(body=[]))
    assert ids(swept(hostile)) == ["1", "2", "3"]


def test_one_row_that_makes_no_sense_does_not_hide_the_others(book: Scripted, hostile: FreshdeskAdapter) -> None:
    rows = [row(1), None, row(None), row(3, status=None), row(4, "soon"), row("5", "2026-01-10T14:30:00+05:30")]
    book.on("GET", "/tickets", Answer(body=rows), Answer(body=[]))
    (only,) = swept(hostile)
    assert [(each.id, each.version) for each in only.changed] == [("1", NINE), ("5", NINE)]
    assert len(only.unreadable) == 4


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>Sign in</html>"),
        Answer(body=b'[{"id": 1'),
        Answer(body={"tickets": []}),
        Answer(body=b""),
        Answer(302, b"", {"Location": "https://elsewhere.example/"}),
    ],
)
def test_an_answer_that_makes_no_sense_names_the_endpoint(
    book: Scripted, hostile: FreshdeskAdapter, answer: Answer
) -> None:
    book.on("GET", "/tickets", answer)
    with pytest.raises(BadAnswer) as caught:
        swept(hostile)
    assert caught.value.endpoint == "GET /api/v2/tickets"


def test_a_page_that_is_too_large_is_asked_for_in_pieces(book: Scripted, hostile: FreshdeskAdapter) -> None:
    large = Answer(body=b" " * (sessions.BODY + 1))
    book.on("GET", "/tickets", large, Answer(body=[row(1)]), Answer(body=[]))
    assert ids(swept(hostile)) == ["1"]
    assert [query["per_page"] for query in queries(book)] == ["100", "25"]
    book.on("GET", "/tickets", large)
    with pytest.raises(TooLarge):
        swept(hostile)


@pytest.mark.parametrize("cursor", ["abc", "2026-01-10", f"{NINE} 7", f"{NINE} 7@x", f"{NINE}  "])
def test_a_cursor_that_is_none_of_ours_begins_anew_and_says_so(
    book: Scripted, hostile: FreshdeskAdapter, cursor: str
) -> None:
    book.on("GET", "/tickets", Answer(body=[row(1)]), Answer(body=[]))
    (page,) = swept(hostile, cursor)
    assert (page.restarted, ids([page])) == (True, ["1"])


def test_a_cursor_says_what_it_stands_for() -> None:
    cursor = Cursor(SATURDAY, frozenset({("7", "2026-01-10T10:00:03Z"), ("9", "2026-01-10T10:00:00Z")}))
    assert cursor.text() == "2026-01-10T10:00:00Z 9@0 7@3"
    assert Cursor.read(cursor.text()) == cursor
    many = frozenset((str(number), "2026-01-10T10:00:03Z") for number in range(10_000))
    assert len(Cursor(SATURDAY, many).text().split()) == MOST + 1


def test_deleted_tickets_and_spam_are_noticed_by_lists_of_their_own(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 4)
    clock.elapse(MINUTE)
    cursor = swept(partners)[-1].cursor
    clock.elapse(timedelta(hours=2))
    before = {own: str(desk.account.ticket(int(own)).shown["updated_at"]) for own in made}
    desk.people.delete(int(made[0]), BOB)
    desk.people.spam(int(made[1]), BOB)
    rows: dict[str, Changed] = {}
    for _ in range(2):  # one list a sweep
        pages = swept(partners, cursor)
        cursor = pages[-1].cursor
        rows |= {changed.id: changed for page in pages for changed in page.changed}
    assert {own: changed.gone for own, changed in rows.items()} == {made[0]: "deleted", made[1]: "deleted"}
    assert all(changed.version > before[own] for own, changed in rows.items())
    calls = len(sandbox.journal.calls())
    swept(partners, cursor)
    assert len(sandbox.journal.calls()) - calls == 1  # not again within the hour


def test_a_list_of_deleted_tickets_that_cannot_be_had_does_not_end_the_sweep(
    book: Scripted, hostile: FreshdeskAdapter
) -> None:
    refused = {"description": "Validation failed", "errors": [{"field": "filter", "message": "no", "code": "x"}]}
    book.on("GET", "/tickets", Answer(body=[row(1)]), Answer(400, refused))
    (page,) = swept(hostile)
    assert (ids([page]), page.end) == (["1"], True)
    assert page.unreadable[0].startswith("tickets that are deleted could not be listed: The helpdesk refused")
    book.on("GET", "/tickets", Answer(body=[]), Answer(429, {"message": "x"}), Answer(body=[]))
    assert swept(hostile)[0].unreadable == ()
    assert swept(hostile)[0].unreadable == ()
    assert [query["filter"] for query in queries(book, gone=True)] == ["deleted", "spam", "spam"]
