"""Tickets read and written over HTTP, as the real API would have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Sandbox, ZendeskLimits
from slabot_sandbox.zendesk.updates import HANDLED

AGENT = "ravi@acme.example"
CUSTOMER = "ana@customer.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.zendesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts are down")


def types_of(shown: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in shown.items() if value is not None}


class TestShapes:
    def test_a_ticket_has_the_keys_of_a_recorded_one(
        self, http: Any, ticket: int, recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("zendesk-recordings/TicketCreateUpdateDelete.single_object_creation-create-single.json")[0]
        ours = http("POST", "/tickets.json", real["request"]["body"]).json()
        theirs = real["response"]["body"]
        assert list(ours) == list(theirs)
        assert ours["ticket"].keys() == theirs["ticket"].keys()
        theirs["ticket"]["organization_id"] = None  # the recorded account's user belongs to one
        assert types_of(ours["ticket"]) == types_of(theirs["ticket"])

    def test_the_audit_of_a_creation_has_the_recorded_events_in_order(
        self, http: Any, recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("zendesk-recordings/TicketCreateUpdateDelete.single_object_creation-create-single.json")[0]
        ours = http("POST", "/tickets.json", real["request"]["body"]).json()["audit"]
        theirs = real["response"]["body"]["audit"]
        assert ours.keys() == theirs.keys()
        assert ours["metadata"].keys() == theirs["metadata"].keys()
        assert ours["events"][0].keys() == theirs["events"][0].keys()
        named = {event["field_name"] for event in theirs["events"][1:]} - {"organization_id"}
        assert named <= {event["field_name"] for event in ours["events"][1:]}
        assert all(isinstance(e["value"], str | list | None) for e in ours["events"][1:])

    def test_a_comment_has_the_keys_of_a_recorded_one(
        self, http: Any, ticket: int, recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("zendesk-errors-and-signatures/ticket_comments_systemComment_200.json")
        ours = http.json(f"/tickets/{ticket}/comments.json", **{"page[size]": 100})
        assert ours.keys() == real.keys()
        assert ours["comments"][0].keys() == real["comments"][0].keys()
        assert ours["meta"].keys() == real["meta"].keys()
        assert ours["links"].keys() == real["links"].keys()

    def test_a_user_has_the_keys_of_a_sample_one(self, http: Any, ticket: int, recorded: Callable[[str], Any]) -> None:
        real = recorded("zendesk-samples/GET/user.json")["user"]
        ours = http.json("/users/me.json")["user"]
        assert ours.keys() >= real.keys() - {"chat_only"}

    def test_ids_are_whole_numbers_in_objects_and_strings_in_audits(
        self, sandbox: Sandbox, http: Any, ticket: int
    ) -> None:
        sandbox.zendesk.people.agent_sets_assignee(ticket, AGENT, AGENT)
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        events = http.json(f"/tickets/{ticket}/audits.json")["audits"][-1]["events"]
        assert isinstance(shown["assignee_id"], int)
        changed = {event["field_name"]: event["value"] for event in events}
        assert changed["assignee_id"] == str(shown["assignee_id"])

    def test_null_priority_is_the_norm(self, http: Any, ticket: int) -> None:
        assert http.json(f"/tickets/{ticket}.json")["ticket"]["priority"] is None


class TestReading:
    def test_an_unknown_ticket_is_the_recorded_404(self, http: Any) -> None:
        answer = http.get("/tickets/99.json")
        assert answer.status_code == 404
        assert answer.json() == {"error": "RecordNotFound", "description": "Not found"}

    def test_a_deleted_ticket_is_not_found(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.delete(ticket, AGENT)
        assert http.get(f"/tickets/{ticket}.json").status_code == 404
        assert http.get(f"/tickets/{ticket}/comments.json").status_code == 404

    def test_paths_work_with_and_without_json(self, http: Any, ticket: int) -> None:
        assert http.json(f"/tickets/{ticket}") == http.json(f"/tickets/{ticket}.json")

    def test_an_unknown_path_names_what_is_offered(self, http: Any) -> None:
        answer = http.get("/macros.json")
        assert answer.status_code == 404
        assert "GET /api/v2/tickets" in answer.json()["offered"]
        assert "/api/v2/macros.json" in answer.json()["description"]

    def test_comments_page_by_cursor_in_both_directions(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        for number in range(1, 6):
            sandbox.zendesk.people.customer_replies(ticket, f"message {number}")
        seen, query = [], {"page[size]": "2"}
        while True:
            page = http.json(f"/tickets/{ticket}/comments.json", **query)
            seen += [comment["body"] for comment in page["comments"]]
            if not page["meta"]["has_more"]:
                break
            query["page[after]"] = page["meta"]["after_cursor"]
        assert seen == ["All hosts are down", *(f"message {number}" for number in range(1, 6))]
        back = http.json(
            f"/tickets/{ticket}/comments.json",
            **{"page[size]": "2", "page[before]": page["meta"]["before_cursor"]},
        )
        assert [comment["body"] for comment in back["comments"]] == ["message 2", "message 3"]

    def test_comments_can_be_sorted_newest_first(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.customer_replies(ticket, "second")
        page = http.json(f"/tickets/{ticket}/comments.json", **{"page[size]": 1, "sort": "-created_at"})
        assert [comment["body"] for comment in page["comments"]] == ["second"]

    def test_a_page_of_more_than_a_hundred_is_refused(self, http: Any, ticket: int) -> None:
        assert http.get(f"/tickets/{ticket}/comments.json", **{"page[size]": 101}).status_code == 400

    def test_users_can_be_side_loaded(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.agent_replies(ticket, AGENT, "On it")
        page = http.json(f"/tickets/{ticket}/comments.json", include="users")
        assert {user["role"] for user in page["users"]} == {"agent", "end-user"}

    def test_a_system_line_is_public_and_by_nobody(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.system_line(ticket, "Conversation started")
        last = http.json(f"/tickets/{ticket}/comments.json")["comments"][-1]
        assert (last["author_id"], last["public"], last["via"]["channel"]) == (-1, True, "chat_transcript")

    def test_show_many_leaves_out_what_is_not_there(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        page = http.json("/tickets/show_many.json", ids=f"{ticket},77")
        assert [one["id"] for one in page["tickets"]] == [ticket]
        assert http.get("/tickets/show_many.json", ids=",".join(map(str, range(101)))).status_code == 400


class TestUpdating:
    def test_a_public_comment_with_its_marker_lands_in_the_audit(
        self, sandbox: Sandbox, http: Any, ticket: int
    ) -> None:
        marker = {"slabot": "follow_up/1"}
        answer = http.update(ticket, comment={"body": "Any news?", "public": True}, metadata=marker).json()
        assert answer["audit"]["metadata"]["custom"] == marker
        read = http.json(f"/tickets/{ticket}/audits.json")["audits"][-1]
        assert read == answer["audit"]
        (effect,) = sandbox.journal.effects(kind=Did.COMMENT_PUBLIC)
        assert (effect["ticket"], effect["text"], effect["marker"], effect.by) == (
            ticket,
            "Any news?",
            marker,
            "api",
        )

    def test_an_internal_note_is_private(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        http.update(ticket, comment={"body": "for us", "public": False})
        assert http.json(f"/tickets/{ticket}/comments.json")["comments"][-1]["public"] is False
        assert len(sandbox.journal.effects(kind=Did.COMMENT_PRIVATE, ticket=ticket)) == 1

    def test_public_left_out_follows_the_creation(self, sandbox: Sandbox, http: Any) -> None:
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t", agent=AGENT, public=False)
        http.update(ticket, comment={"body": "surprise"})
        assert http.json(f"/tickets/{ticket}/comments.json")["comments"][-1]["public"] is False

    def test_changes_are_told_with_from_and_to(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        http.update(ticket, priority="high")
        (effect,) = sandbox.journal.effects(kind=Did.TICKET_UPDATED)
        assert effect["changes"] == {"priority": [None, "high"]}

    def test_setting_what_is_set_already_changes_nothing(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        http.update(ticket, priority="high")
        before = http.json(f"/tickets/{ticket}/audits.json")["count"]
        assert http.update(ticket, priority="high").json()["audit"]["events"] == []
        assert http.json(f"/tickets/{ticket}/audits.json")["count"] == before
        assert len(sandbox.journal.effects(kind=Did.TICKET_UPDATED)) == 1

    def test_a_safe_update_on_what_was_read_goes_through(self, http: Any, ticket: int) -> None:
        stamp = http.json(f"/tickets/{ticket}.json")["ticket"]["updated_at"]
        assert http.update(ticket, priority="low", safe_update=True, updated_stamp=stamp).status_code == 200

    def test_a_safe_update_on_an_outdated_ticket_is_a_conflict_and_changes_nothing(
        self, sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
    ) -> None:
        stamp = http.json(f"/tickets/{ticket}.json")["ticket"]["updated_at"]
        clock.elapse(timedelta(seconds=1))
        sandbox.zendesk.people.customer_replies(ticket, "wait")
        answer = http.update(ticket, status="pending", safe_update=True, updated_stamp=stamp)
        assert answer.status_code == 409
        assert answer.json()["error"] == "UpdateConflict"
        assert answer.json()["description"].startswith("Safe Update prevented the update due to outdated ticket data")
        assert sandbox.journal.effects(kind=Did.TICKET_UPDATED, by="api") == ()

    def test_two_changes_in_one_second_are_not_told_apart(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        stamp = http.json(f"/tickets/{ticket}.json")["ticket"]["updated_at"]
        sandbox.zendesk.people.customer_replies(ticket, "same second")
        assert http.update(ticket, priority="low", safe_update=True, updated_stamp=stamp).status_code == 200

    def test_a_safe_update_without_a_stamp_is_a_conflict(self, http: Any, ticket: int) -> None:
        assert http.update(ticket, priority="low", safe_update=True).status_code == 409

    @pytest.mark.parametrize(
        ("shape", "details"),
        [
            ("status", {"status": [{"description": "Status: closed prevents ticket update"}]}),
            ("base", {"base": [{"description": "Status: closed prevents ticket update"}]}),
            (
                "coded",
                {"status": [{"description": "Status: closed prevents ticket update", "error": "ClosedTicket"}]},
            ),
        ],
    )
    def test_a_closed_ticket_is_refused_in_the_recorded_shapes(
        self, sandbox: Sandbox, http: Any, ticket: int, shape: str, details: object
    ) -> None:
        sandbox.zendesk.rules.closed_shape = shape
        sandbox.zendesk.people.solve(ticket, AGENT)
        assert http.update(ticket, status="closed").status_code == 200
        for fields in ({"status": "open"}, {"comment": {"body": "x", "public": True}}, {"assignee_id": None}):
            answer = http.update(ticket, **fields)
            assert answer.status_code == 422
            assert answer.json() == {
                "error": "RecordInvalid",
                "description": "Record validation errors",
                "details": details,
            }

    def test_tags_subject_and_priority_of_a_closed_ticket_can_be_changed(
        self, sandbox: Sandbox, http: Any, ticket: int
    ) -> None:
        sandbox.zendesk.people.solve(ticket, AGENT)
        http.update(ticket, status="closed")
        assert http.update(ticket, tags=["archived"]).status_code == 200

    def test_solving_needs_an_assignee(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        answer = http.update(ticket, status="solved")
        assert answer.status_code == 422
        assert answer.json()["error"] == "RecordInvalid"
        me = http.json("/users/me.json")["user"]["id"]
        assert http.update(ticket, status="solved", assignee_id=me).status_code == 200

    def test_an_account_may_assign_whoever_solves(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.rules.assign_on_solve = True
        solved = http.update(ticket, status="solved").json()["ticket"]
        assert solved["assignee_id"] == http.json("/users/me.json")["user"]["id"]

    def test_nothing_goes_back_to_new(self, http: Any, ticket: int) -> None:
        http.update(ticket, status="open")
        assert http.update(ticket, status="new").status_code == 422

    def test_a_priority_cannot_be_taken_away(self, http: Any, ticket: int) -> None:
        assert http.update(ticket, priority=None).status_code == 200
        http.update(ticket, priority="low")
        assert http.update(ticket, priority=None).status_code == 422

    def test_tags_replace_and_can_be_added_and_removed(self, http: Any, ticket: int) -> None:
        http.update(ticket, tags=["a", "b"])
        assert http.update(ticket, tags=["c"]).json()["ticket"]["tags"] == ["c"]
        assert http("PUT", f"/tickets/{ticket}/tags.json", {"tags": ["d"]}).json() == {"tags": ["c", "d"]}
        assert http("DELETE", f"/tickets/{ticket}/tags.json", {"tags": ["c"]}).json() == {"tags": ["d"]}
        assert http("POST", f"/tickets/{ticket}/tags.json", {"tags": ["e"]}).json() == {"tags": ["e"]}

    def test_assigning_a_new_ticket_opens_it(self, http: Any, ticket: int) -> None:
        me = http.json("/users/me.json")["user"]["id"]
        assert http.update(ticket, assignee_id=me).json()["ticket"]["status"] == "open"

    def test_only_agents_can_be_assigned(self, http: Any, ticket: int) -> None:
        requester = http.json(f"/tickets/{ticket}.json")["ticket"]["requester_id"]
        assert http.update(ticket, assignee_id=requester).status_code == 422
        assert http.update(ticket, assignee_email="nobody@acme.example").status_code == 422

    def test_a_custom_status_sets_its_category_and_back(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        own = sandbox.zendesk.account.add_custom_status("hold", label="With the vendor")
        shown = http.update(ticket, custom_status_id=own["id"]).json()["ticket"]
        assert (shown["status"], shown["custom_status_id"]) == ("hold", own["id"])
        shown = http.update(ticket, status="pending").json()["ticket"]
        labels = {one["id"]: one["agent_label"] for one in http.json("/custom_statuses.json")["custom_statuses"]}
        assert labels[shown["custom_status_id"]] == "Pending"

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "waiting"},
            {"priority": "critical"},
            {"assignee_id": "6130907993114"},
            {"comment": {"public": True}},
            {"comment": "text"},
            {"metadata": "text"},
            {"custom_status_id": 5},
        ],
    )
    def test_what_the_schema_does_not_allow_is_refused(self, http: Any, ticket: int, fields: Any) -> None:
        assert http.update(ticket, **fields).status_code == 422

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.dictionaries(
            st.sampled_from(sorted(HANDLED)),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                lambda inside: (
                    st.lists(inside, max_size=2)
                    | st.dictionaries(st.sampled_from(["id", "body", "public", "author_id"]), inside, max_size=3)
                ),
                max_leaves=5,
            ),
            max_size=4,
        )
    )
    def test_whatever_is_sent_is_taken_or_refused_and_never_breaks_the_stand_in(
        self, sandbox: Sandbox, fields: dict[str, Any]
    ) -> None:
        sandbox.zendesk.limits.limits = ZendeskLimits(account=None, ticket_updates=None, per_ticket_updates=None)
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        client = Client(sandbox.zendesk_app)
        answer = client.put(
            f"/api/v2/tickets/{ticket}.json",
            json={"ticket": fields},
            auth=(f"{sandbox.zendesk.email}/token", sandbox.zendesk.token),
        )
        assert answer.status_code in (200, 400, 409, 422)

    def test_ignored_keys_are_named_in_the_recorded_header(self, http: Any, ticket: int) -> None:
        answer = http.update(ticket, id=ticket, description="new", priority="low")
        assert answer.headers["x-zendesk-api-warn"] == (
            '{:allowed_parameters=>{:controller=>"tickets", :action=>"update", '
            ':unpermitted_keys=>["description", "id"], :invalid_values=>[]}}'
        )

    def test_a_body_that_is_not_json_is_400(self, http: Any, ticket: int) -> None:
        answer = http.session.put(f"{http.base}/tickets/{ticket}.json", data=b"{", timeout=5)
        assert answer.status_code == 400
        assert http("PUT", f"/tickets/{ticket}.json", {"status": "open"}).status_code == 400

    def test_a_creation_can_be_repeated_safely_with_a_key(self, sandbox: Sandbox, http: Any) -> None:
        body = {"ticket": {"subject": "s", "comment": {"body": "b"}}}
        first = http("POST", "/tickets.json", body, headers={"Idempotency-Key": "k"})
        again = http("POST", "/tickets.json", body, headers={"Idempotency-Key": "k"})
        assert first.json() == again.json()
        assert [one.headers["x-idempotency-lookup"] for one in (first, again)] == ["miss", "hit"]
        other = http("POST", "/tickets.json", {"ticket": {"subject": "x", "comment": {"body": "b"}}},
                     headers={"Idempotency-Key": "k"})  # fmt: skip
        assert other.json()["error"] == "IdempotentRequestError"
        assert len(sandbox.journal.effects(kind=Did.TICKET_CREATED)) == 1
