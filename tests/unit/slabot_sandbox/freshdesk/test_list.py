"""The list of tickets, with the traps of the real one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

AGENT = "ravi@partners.example"
CUSTOMER = "ana@customer.example"


def made(sandbox: Sandbox, number: int = 1) -> list[int]:
    people = sandbox.freshdesk.people
    return [people.create_ticket(CUSTOMER, f"Ticket {one}", "t") for one in range(number)]


def ids(fresh: Any, **query: Any) -> list[int]:
    return [one["id"] for one in fresh.json("/tickets", **query)]


def walk(fresh: Any, path: str) -> list[int]:
    """All ids, page by page along the links."""
    answer, found = fresh.get(path), []
    while True:
        assert answer.status_code == 200
        found += [one["id"] for one in answer.json()]
        if "next" not in answer.links:
            return found
        answer = fresh.session.get(answer.links["next"]["url"], timeout=10)


class TestWhatIsListed:
    def test_only_what_was_created_in_the_last_thirty_days(
        self, sandbox: Sandbox, fresh: Any, clock: SteppedClock
    ) -> None:
        (old,) = made(sandbox)
        clock.elapse(timedelta(days=30, seconds=1))
        (new,) = made(sandbox)
        sandbox.freshdesk.people.customer_replies(old, "Still broken")
        assert ids(fresh) == [new]
        assert ids(fresh, updated_since="2026-01-01T00:00:00Z") == [new, old]

    def test_updated_since_is_inclusive_to_the_second(self, sandbox: Sandbox, fresh: Any, clock: SteppedClock) -> None:
        made(sandbox)
        clock.elapse(timedelta(seconds=1, milliseconds=700))
        (second,) = made(sandbox)
        assert ids(fresh, updated_since="2026-01-10T10:00:01Z") == [second]
        assert ids(fresh, updated_since="2026-01-10T15:30:01+05:30") == [second]
        assert ids(fresh, updated_since="2026-01-10T10:00:01.999Z") == [second]
        assert ids(fresh, updated_since="2026-01-10T10:00:02Z") == []

    def test_deleted_tickets_and_spam_have_lists_of_their_own(self, sandbox: Sandbox, fresh: Any) -> None:
        kept, deleted, spam = made(sandbox, 3)
        sandbox.freshdesk.people.delete(deleted, AGENT)
        sandbox.freshdesk.people.spam(spam, AGENT)
        assert ids(fresh, updated_since="2026-01-01T00:00:00Z") == [kept]
        assert ids(fresh, filter="deleted") == [deleted]
        assert ids(fresh, filter="spam") == [spam]
        sandbox.freshdesk.people.restore(spam, AGENT)
        assert ids(fresh) == [spam, kept]

    def test_my_open_ones_and_those_of_a_requester(self, sandbox: Sandbox, fresh: Any) -> None:
        mine, theirs, done = made(sandbox, 3)
        sandbox.freshdesk.people.agent_sets_assignee(theirs, AGENT, AGENT)
        sandbox.freshdesk.people.solve(done, AGENT)
        other = sandbox.freshdesk.people.create_ticket("bob@other.example", "s", "t")
        assert ids(fresh, filter="new_and_my_open") == [other, mine]
        assert ids(fresh, filter="watching") == []
        assert ids(fresh, email="BOB@other.example") == [other]
        requester = fresh.json(f"/tickets/{other}")["requester_id"]
        assert ids(fresh, requester_id=requester) == [other]

    def test_a_list_shows_less_than_a_view_unless_it_is_asked_to(self, sandbox: Sandbox, fresh: Any) -> None:
        made(sandbox)
        (short,) = fresh.json("/tickets")
        assert not {"description", "description_text", "attachments", "stats", "requester"} & short.keys()
        (long,) = fresh.json("/tickets", include="stats,requester,description")
        assert long["description_text"] == "t"
        assert long["requester"]["email"] == CUSTOMER
        assert long["stats"]["status_updated_at"] == "2026-01-10T10:00:00Z"
        assert fresh.get("/tickets", include="conversations").status_code == 400


class TestOrder:
    def test_newest_created_comes_first(self, sandbox: Sandbox, fresh: Any, clock: SteppedClock) -> None:
        first, second = made(sandbox, 2)
        clock.elapse(timedelta(seconds=1))
        sandbox.freshdesk.people.agent_sets_status(first, AGENT, "Pending")
        assert ids(fresh) == [second, first]
        assert ids(fresh, order_type="asc") == [first, second]
        assert ids(fresh, order_by="updated_at") == [first, second]
        assert ids(fresh, order_by="updated_at", order_type="asc") == [second, first]
        assert ids(fresh, order_by="status", order_type="asc") == [second, first]


class TestPages:
    def test_links_lead_through_everything(self, sandbox: Sandbox, fresh: Any) -> None:
        numbers = made(sandbox, 65)
        first = fresh.get("/tickets")
        assert len(first.json()) == 30
        link = f'<{sandbox.freshdesk.url}/api/v2/tickets?page=2>; rel="next"'
        assert first.headers["Link"] == link
        assert walk(fresh, "/tickets?order_by=updated_at&order_type=asc&per_page=20") == numbers
        assert "Link" not in fresh.get("/tickets", per_page=100).headers
        assert ids(fresh, page=4) == []

    def test_nothing_can_be_had_beyond_page_three_hundred(self, sandbox: Sandbox, fresh: Any) -> None:
        made(sandbox, 301)
        last = fresh.get("/tickets", page=300, per_page=1)
        assert last.status_code == 200
        beyond = fresh.session.get(last.links["next"]["url"], timeout=10)
        assert beyond.status_code == 400
        assert beyond.json() == {
            "description": "Validation failed",
            "errors": [
                {
                    "field": "page",
                    "message": "You cannot access tickets beyond the 300th page. Please provide a smaller page number.",
                    "code": "invalid_value",
                }
            ],
        }

    @pytest.mark.parametrize(
        ("query", "field", "code"),
        [
            ({"per_page": 101}, "per_page", "invalid_value"),
            ({"per_page": 0}, "per_page", "datatype_mismatch"),
            ({"page": "x"}, "page", "datatype_mismatch"),
            ({"order_by": "priority"}, "order_by", "invalid_value"),
            ({"order_type": "up"}, "order_type", "invalid_value"),
            ({"filter": "all"}, "filter", "invalid_value"),
            ({"updated_since": "yesterday"}, "updated_since", "invalid_date"),
            ({"updated_since": "2026-01-01T00:00:00"}, "updated_since", "invalid_date"),
            ({"created_since": "2026-01-01T00:00:00Z"}, "created_since", "invalid_field"),
            ({"requester_id": "x"}, "requester_id", "datatype_mismatch"),
        ],
    )
    def test_what_the_list_does_not_know_is_refused(
        self, fresh: Any, query: dict[str, Any], field: str, code: str
    ) -> None:
        answer = fresh.get("/tickets", **query)
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert (error["field"], error["code"]) == (field, code)
