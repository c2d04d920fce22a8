"""The incremental exports: withheld minute, cursors, overlap, foreign host, deleted tickets."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

AGENT = "ravi@acme.example"
CURSOR = "/incremental/tickets/cursor.json"


@pytest.fixture
def ten(sandbox: Sandbox, clock: SteppedClock) -> list[int]:
    """Ten tickets, a second apart, all older than a minute."""
    tickets = []
    for number in range(10):
        tickets.append(sandbox.zendesk.people.create_ticket(f"c{number}@customer.example", "s", "t"))
        clock.elapse(timedelta(seconds=1))
    clock.elapse(timedelta(minutes=2))
    return tickets


def ids(page: dict[str, Any]) -> list[int]:
    return [ticket["id"] for ticket in page["tickets"]]


def test_a_page_has_the_keys_of_a_recorded_one(http: Any, ten: list[int], recorded: Callable[[str], Any]) -> None:
    exchanges = recorded("zendesk-recordings/TicketsIncremental.get_values.json")
    for exchange in exchanges:
        path = exchange["request"]["path"].removeprefix("/api/v2")
        theirs, ours = exchange["response"]["body"], http.get(path).json()
        assert ours.keys() == theirs.keys()
        assert ours["tickets"][0].keys() == theirs["tickets"][0].keys()


def test_the_last_minute_is_withheld(sandbox: Sandbox, clock: SteppedClock, http: Any) -> None:
    ticket = sandbox.zendesk.people.create_ticket("a@customer.example", "s", "t")
    clock.elapse(timedelta(seconds=59))
    assert ids(http.json(CURSOR, start_time=0)) == []
    clock.elapse(timedelta(seconds=1))
    assert ids(http.json(CURSOR, start_time=0)) == [ticket]


def test_a_ticket_that_just_changed_is_withheld_again(
    sandbox: Sandbox, clock: SteppedClock, http: Any, ten: list[int]
) -> None:
    sandbox.zendesk.people.customer_replies(ten[0], "more")
    assert ids(http.json(CURSOR, start_time=0)) == ten[1:]
    clock.elapse(timedelta(minutes=1))
    assert ids(http.json(CURSOR, start_time=0)) == [*ten[1:], ten[0]]


def test_a_start_in_the_last_minute_is_refused(clock: SteppedClock, http: Any) -> None:
    answer = http.get(CURSOR, start_time=int(clock.now().timestamp()) - 59)
    assert answer.status_code == 422
    assert answer.json()["error"] == "StartTimeTooRecent"


@pytest.mark.parametrize("query", [{}, {"start_time": "yesterday"}, {"cursor": "???"}, {"cursor": "YWJj"}])
def test_a_start_that_cannot_be_read_is_refused(http: Any, query: dict[str, str]) -> None:
    assert http.get(CURSOR, **query).status_code == 400


def test_the_end_of_the_stream_still_has_a_cursor_and_resuming_there_finds_what_is_new(
    sandbox: Sandbox, clock: SteppedClock, http: Any, ten: list[int]
) -> None:
    page = http.json(CURSOR, start_time=0)
    assert page["end_of_stream"] is True
    assert page["after_cursor"]
    idle = http.json(CURSOR, cursor=page["after_cursor"])
    assert (ids(idle), idle["end_of_stream"], idle["after_cursor"]) == ([], True, page["after_cursor"])
    sandbox.zendesk.people.customer_replies(ten[4], "news")
    clock.elapse(timedelta(minutes=1))
    assert ids(http.json(CURSOR, cursor=page["after_cursor"]))[-1] == ten[4]


def test_pages_overlap_by_a_ticket_and_miss_none(http: Any, ten: list[int]) -> None:
    pages = [http.json(CURSOR, start_time=0, per_page=4)]
    while not pages[-1]["end_of_stream"]:
        pages.append(http.json(CURSOR, cursor=pages[-1]["after_cursor"], per_page=4))
    assert [ids(page) for page in pages] == [ten[:4], ten[3:7], ten[6:]]


def test_the_overlap_can_be_switched_off_and_one_a_page_makes_progress(
    sandbox: Sandbox, http: Any, ten: list[int]
) -> None:
    page = http.json(CURSOR, start_time=0, per_page=1)
    page = http.json(CURSOR, cursor=page["after_cursor"], per_page=1)
    assert ids(page) == [ten[1]]
    sandbox.zendesk.exports.switches.overlap = False
    assert ids(http.json(CURSOR, cursor=page["after_cursor"], per_page=4)) == ten[2:6]


def test_after_url_names_a_foreign_host_unless_switched_off(sandbox: Sandbox, http: Any, ten: list[int]) -> None:
    page = http.json(CURSOR, start_time=0)
    assert page["after_url"].startswith("https://other-host.zendesk.example/api/v2/incremental/tickets/cursor")
    sandbox.zendesk.exports.switches.foreign_host = False
    assert http.json(CURSOR, start_time=0)["after_url"].startswith(sandbox.zendesk.url)


def test_the_cursor_looks_like_a_recorded_one(http: Any, ten: list[int]) -> None:
    cursor = http.json(CURSOR, start_time=0)["after_cursor"]
    seconds, _, number = base64.b64decode(cursor).decode().partition(".0||")
    assert int(seconds) > 1_700_000_000
    assert number == f"{ten[-1]}|"


def test_deleted_tickets_come_scrubbed(sandbox: Sandbox, clock: SteppedClock, http: Any, ten: list[int]) -> None:
    sandbox.zendesk.people.delete(ten[0], AGENT)
    sandbox.zendesk.people.spam(ten[1], AGENT)
    clock.elapse(timedelta(minutes=1))
    deleted = [ticket for ticket in http.json(CURSOR, start_time=0)["tickets"] if ticket["status"] == "deleted"]
    assert [(one["id"], one["subject"], one["description"]) for one in deleted] == [
        (ten[0], "SCRUBBED", "X"),
        (ten[1], "SCRUBBED", "X"),
    ]


def test_users_and_metric_sets_can_be_side_loaded(
    sandbox: Sandbox, clock: SteppedClock, http: Any, ten: list[int]
) -> None:
    sandbox.zendesk.people.agent_replies(ten[0], AGENT, "Hello")
    clock.elapse(timedelta(minutes=1))
    page = http.json(CURSOR, start_time=0, include="users,metric_sets,organizations")
    roles = [user["role"] for user in page["users"]]
    assert roles.count("end-user") == 10
    assert roles.count("agent") == 1
    answered = next(one for one in page["tickets"] if one["id"] == ten[0])["metric_set"]
    assert (answered["replies"], answered["reply_time_in_minutes"]["calendar"]) == (1, 2)
    assert page["tickets"][0]["metric_set"]["reply_time_in_minutes"]["calendar"] is None
    assert page["organizations"] == []


def test_old_cursors_can_be_made_to_expire(sandbox: Sandbox, clock: SteppedClock, http: Any, ten: list[int]) -> None:
    cursor = http.json(CURSOR, start_time=0)["after_cursor"]
    sandbox.zendesk.exports.switches.cursors_expire = 3600
    assert http.get(CURSOR, cursor=cursor).status_code == 200
    clock.elapse(timedelta(hours=2))
    assert http.get(CURSOR, cursor=cursor).status_code == 400


def test_eleven_requests_a_minute_are_one_too_many(clock: SteppedClock, http: Any, ten: list[int]) -> None:
    clock.elapse(timedelta(seconds=60 - clock.now().second))
    for _ in range(10):
        assert http.get(CURSOR, start_time=0).status_code == 200
    answer = http.get(CURSOR, start_time=0)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert answer.json() == {
        "error": "APIRateLimitExceeded",
        "description": "Number of allowed incremental export API requests per minute exceeded",
    }
    clock.elapse(timedelta(seconds=60))
    assert http.get(CURSOR, start_time=0).status_code == 200


def test_an_agent_who_is_no_administrator_is_forbidden(sandbox: Sandbox, http: Any) -> None:
    sandbox.zendesk.account.add_agent(AGENT)
    http.session.auth = (f"{AGENT}/token", sandbox.zendesk.token)
    answer = http.get(CURSOR, start_time=0)
    assert answer.status_code == 403
    assert answer.json()["error"] == "Forbidden"


def test_pages_by_time_are_cut_at_whole_seconds(sandbox: Sandbox, clock: SteppedClock, http: Any) -> None:
    for number in range(6):
        sandbox.zendesk.people.create_ticket("a@customer.example", "s", "t")
        clock.elapse(timedelta(seconds=number % 3 == 2))
    clock.elapse(timedelta(minutes=2))
    page = http.json("/incremental/tickets.json", start_time=0, per_page=1)
    assert (ids(page), page["count"], page["end_of_stream"]) == ([1, 2, 3], 3, False)
    page = http.json("/incremental/tickets.json", start_time=page["end_time"], per_page=4)
    assert ids(page) == [1, 2, 3, 4, 5, 6]  # the last second comes again


def test_ticket_events_hold_comments_only_if_asked(
    sandbox: Sandbox, clock: SteppedClock, http: Any, ten: list[int]
) -> None:
    sandbox.zendesk.people.agent_replies(ten[0], AGENT, "Hello", status="pending")
    clock.elapse(timedelta(minutes=1))
    path = "/incremental/ticket_events.json"
    short = http.json(path, start_time=0)["ticket_events"][-1]["child_events"]
    whole = http.json(path, start_time=0, include="comment_events")["ticket_events"][-1]
    assert {"comment_present": True, "comment_public": True}.items() <= short[0].items()
    assert "body" not in short[0]
    assert whole["child_events"][0]["body"] == "Hello"
    assert {"event_type": "Change", "status": "pending", "previous_value": "new"}.items() <= next(
        child for child in whole["child_events"] if "status" in child
    ).items()
    assert whole["ticket_id"] == ten[0]
