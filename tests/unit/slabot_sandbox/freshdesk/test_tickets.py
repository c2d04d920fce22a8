"""Tickets, conversations and stats over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Did, Sandbox

AGENT = "ravi@partners.example"
CUSTOMER = "ana@customer.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.freshdesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts are down", priority="High")


def stats(fresh: Any, ticket: int) -> dict[str, str | None]:
    found: dict[str, str | None] = fresh.json(f"/tickets/{ticket}", include="stats")["stats"]
    return found


class TestView:
    def test_the_shape_is_the_recorded_one(self, fresh: Any, ticket: int, recorded: Callable[[str], Any]) -> None:
        real = recorded("freshdesk-samples/ticket_1.json")
        ours = fresh.json(f"/tickets/{ticket}", include="stats,requester")
        assert real.keys() - {"priority_name"} <= ours.keys()  # added by the client that recorded it
        assert real["stats"].keys() == ours["stats"].keys()
        assert real["requester"].keys() == ours["requester"].keys()
        for name in ("created_at", "updated_at", "due_by", "fr_due_by"):
            assert len(ours[name]) == len(real[name]) == len("2016-05-18T04:36:04Z")
        assert (ours["status"], ours["priority"], ours["source"]) == (2, 3, 1)
        assert ours["description"] == "<div>All hosts are down</div>"
        assert ours["description_text"] == "All hosts are down"

    def test_the_description_is_no_conversation(self, fresh: Any, ticket: int) -> None:
        assert fresh.json(f"/tickets/{ticket}/conversations") == []

    def test_what_cannot_be_included_is_refused(self, fresh: Any, ticket: int) -> None:
        answer = fresh.get(f"/tickets/{ticket}", include="description")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "include"

    def test_a_deleted_ticket_can_be_looked_at_and_nothing_else(
        self, sandbox: Sandbox, fresh: Any, ticket: int
    ) -> None:
        assert "deleted" not in fresh.json(f"/tickets/{ticket}")
        sandbox.freshdesk.people.delete(ticket, AGENT)
        assert fresh.json(f"/tickets/{ticket}")["deleted"] is True
        for answer in (
            fresh.get(f"/tickets/{ticket}/conversations"),
            fresh("PUT", f"/tickets/{ticket}", {"status": 4}),
            fresh("POST", f"/tickets/{ticket}/notes", {"body": "x"}),
        ):
            assert (answer.status_code, answer.content) == (404, b"")
        sandbox.freshdesk.people.restore(ticket, AGENT)
        assert fresh("PUT", f"/tickets/{ticket}", {"status": 4}).status_code == 200


class TestConversations:
    def test_the_shape_is_the_recorded_one(
        self, sandbox: Sandbox, fresh: Any, ticket: int, recorded: Callable[[str], Any]
    ) -> None:
        sandbox.freshdesk.people.agent_replies(ticket, AGENT, "This is a private note", public=False)
        sandbox.freshdesk.people.agent_replies(ticket, AGENT, "This is a reply")
        ours = fresh.json(f"/tickets/{ticket}/conversations")
        for real, one in zip(recorded("freshdesk-samples/conversations.json"), ours, strict=True):
            assert real.keys() <= one.keys()
            for name in ("body", "body_text", "incoming", "private", "source"):
                assert one[name] == real[name]
        assert ours[1]["to_emails"] == [CUSTOMER]

    def test_they_come_oldest_first_in_pages(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        for number in range(35):
            sandbox.freshdesk.people.customer_replies(ticket, str(number))
        first = fresh.get(f"/tickets/{ticket}/conversations")
        assert [one["body_text"] for one in first.json()] == [str(number) for number in range(30)]
        following = first.links["next"]["url"]
        rest = fresh.session.get(following, timeout=10)
        assert [one["body_text"] for one in rest.json()] == [str(number) for number in range(30, 35)]
        assert "Link" not in rest.headers
        assert len(fresh.json(f"/tickets/{ticket}/conversations", per_page=100)) == 35
        assert fresh.get(f"/tickets/{ticket}/conversations", per_page=101).status_code == 400
        assert len(fresh.json(f"/tickets/{ticket}", include="conversations")["conversations"]) == 10

    def test_a_note_is_private_unless_it_says_otherwise(
        self, sandbox: Sandbox, fresh: Any, ticket: int, recorded: Callable[[str], Any]
    ) -> None:
        made = fresh("POST", f"/tickets/{ticket}/notes", {"body": "<div>This is a private note</div>"})
        assert made.status_code == 201
        real = recorded("freshdesk-samples/note_1.json")
        assert real.keys() <= made.json().keys()
        assert made.json()["private"] is real["private"] is True
        public = fresh("POST", f"/tickets/{ticket}/notes", {"body": "x", "private": False}).json()
        assert (public["private"], public["source"]) == (False, 2)
        assert [effect["text"] for effect in sandbox.journal.effects(kind=Did.COMMENT_PRIVATE)] == [
            "This is a private note"
        ]

    def test_a_reply_is_public_by_whoever_holds_the_key(
        self, sandbox: Sandbox, fresh: Any, ticket: int, recorded: Callable[[str], Any]
    ) -> None:
        made = fresh("POST", f"/tickets/{ticket}/reply", {"body": "<p>Which version?</p>"})
        real = recorded("freshdesk-samples/reply_1.json")
        assert made.status_code == 201
        assert real.keys() <= made.json().keys()
        for name in ("incoming", "private", "source"):
            assert made.json()[name] == real[name]
        assert made.json()["user_id"] == fresh.json("/agents/me")["id"]
        (effect,) = sandbox.journal.effects(kind=Did.COMMENT_PUBLIC, service="freshdesk")
        assert (effect["ticket"], effect["text"], effect["html"]) == (ticket, "Which version?", "<p>Which version?</p>")

    def test_there_is_no_key_against_repeating_a_reply(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        for _ in range(2):
            fresh("POST", f"/tickets/{ticket}/reply", {"body": "Any news?"})
        assert len(sandbox.journal.effects(kind=Did.COMMENT_PUBLIC)) == 2

    def test_html_comments_are_not_kept(self, fresh: Any, ticket: int) -> None:
        made = fresh("POST", f"/tickets/{ticket}/notes", {"body": "a<!-- slabot:1 -->b &lt;c&gt;<br>d"}).json()
        assert (made["body"], made["body_text"]) == ("ab &lt;c&gt;<br>d", "ab <c>\nd")

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({}, "body", "missing_field"),
            ({"body": " "}, "body", "missing_field"),
            ({"body": 5}, "body", "datatype_mismatch"),
            ({"body": "x", "private": "yes"}, "private", "datatype_mismatch"),
            ({"body": "x", "user_id": 5}, "user_id", "invalid_value"),
            ({"body": "x", "public": True}, "public", "invalid_field"),
        ],
    )
    def test_a_note_that_makes_no_sense_is_refused(
        self, fresh: Any, ticket: int, body: dict[str, Any], field: str, code: str
    ) -> None:
        answer = fresh("POST", f"/tickets/{ticket}/notes", body)
        assert answer.status_code == 400
        assert answer.json()["description"] == "Validation failed"
        (error,) = answer.json()["errors"]
        assert (error["field"], error["code"]) == (field, code)
        assert error.keys() == {"field", "message", "code"}

    def test_a_reply_that_makes_no_sense_is_refused(self, fresh: Any, ticket: int) -> None:
        answer = fresh("POST", f"/tickets/{ticket}/reply", {"body": "", "cc_emails": "x", "user_id": 1})
        assert [error["field"] for error in answer.json()["errors"]] == ["body", "cc_emails", "user_id"]

    def test_an_automations_reply_looks_like_an_agents_but_for_its_mark(
        self, sandbox: Sandbox, fresh: Any, ticket: int
    ) -> None:
        sandbox.freshdesk.people.automation_replies(ticket, "We got it")
        (line,) = fresh.json(f"/tickets/{ticket}/conversations")
        assert (line["incoming"], line["private"], line["source"]) == (False, False, 0)
        assert line["automation_id"] is not None
        assert line["user_id"] in [agent["id"] for agent in fresh.json("/agents")]
        assert stats(fresh, ticket)["first_responded_at"] is None


class TestUpdate:
    def test_fields_are_set_and_told_once(self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock) -> None:
        clock.elapse(MINUTE)
        ravi = sandbox.freshdesk.account.add_agent(AGENT)["id"]
        body = {"status": 6, "priority": 4, "responder_id": ravi, "tags": ["vip", "vip"], "type": "Incident"}
        answer = fresh("PUT", f"/tickets/{ticket}", body)
        assert answer.status_code == 200
        shown = answer.json()
        assert shown == fresh.json(f"/tickets/{ticket}")
        assert {name: shown[name] for name in body} == {**body, "tags": ["vip"]}
        assert shown["updated_at"] == "2026-01-10T10:01:00Z"
        (effect,) = sandbox.journal.effects(kind=Did.TICKET_UPDATED, service="freshdesk")
        assert effect["changes"]["status"] == [2, 6]
        assert effect.by == "api"

    def test_what_changes_nothing_is_told_to_nobody(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        before = fresh.json(f"/tickets/{ticket}")
        clock.elapse(MINUTE)
        assert fresh("PUT", f"/tickets/{ticket}", {"status": 2, "priority": 3}).json() == before
        assert sandbox.journal.effects(kind=Did.TICKET_UPDATED) == ()

    def test_tags_replace(self, fresh: Any, ticket: int) -> None:
        fresh("PUT", f"/tickets/{ticket}", {"tags": ["a", "b"]})
        assert fresh("PUT", f"/tickets/{ticket}", {"tags": ["c"]}).json()["tags"] == ["c"]

    def test_there_is_no_lock_the_last_write_wins(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        seen = fresh.json(f"/tickets/{ticket}")
        sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, "Pending")
        assert fresh("PUT", f"/tickets/{ticket}", {"status": seen["status"]}).json()["status"] == 2

    def test_an_updated_description_has_its_plain_text(self, fresh: Any, ticket: int) -> None:
        answer = fresh(
            "PUT", f"/tickets/{ticket}", {"description": "<b>New</b>", "due_by": "2026-01-12T00:00:00+02:00"}
        )
        assert (answer.json()["description_text"], answer.json()["due_by"]) == ("New", "2026-01-11T22:00:00Z")

    @pytest.mark.parametrize(
        ("body", "message", "code"),
        [
            ({"status": 8}, "It should be one of these values: '2,3,4,5,6,7'", "invalid_value"),
            ({"status": "4"}, "It should be one of these values: '2,3,4,5,6,7'", "datatype_mismatch"),
            ({"priority": 0}, "It should be one of these values: '1,2,3,4'", "invalid_value"),
            ({"priority": True}, "It should be one of these values: '1,2,3,4'", "datatype_mismatch"),
            ({"type": "Wish"}, "one of these values: 'Question,Incident", "invalid_value"),
            ({"tags": "a"}, "It should be a/an Array", "datatype_mismatch"),
            ({"tags": [1]}, "type String", "datatype_mismatch"),
            ({"tags": ["a" * 33]}, "32 characters", "invalid_value"),
            ({"responder_id": 5}, "There is no agent matching the given responder_id", "invalid_value"),
            ({"responder_id": "5"}, "It should be a/an Positive Integer", "datatype_mismatch"),
            ({"requester_id": 5}, "no contact", "invalid_value"),
            ({"due_by": "soon"}, "combined date and time ISO8601", "invalid_date"),
            ({"subject": None}, "It should be a/an String", "datatype_mismatch"),
            ({"custom_fields": []}, "key/value pair", "datatype_mismatch"),
            ({"custom_fields": {"cf_x": 1}}, "Unexpected/invalid field in request", "invalid_field"),
            ({"safe_update": True}, "Unexpected/invalid field in request", "invalid_field"),
        ],
    )
    def test_what_the_api_does_not_take_is_refused_whole(
        self, sandbox: Sandbox, fresh: Any, ticket: int, body: dict[str, Any], message: str, code: str
    ) -> None:
        before = fresh.json(f"/tickets/{ticket}")
        answer = fresh("PUT", f"/tickets/{ticket}", {**body, "source": 2})
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert message in error["message"]
        assert error["code"] == code
        assert fresh.json(f"/tickets/{ticket}") == before

    def test_a_status_of_the_accounts_own_is_taken(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        number = sandbox.freshdesk.account.add_status("With engineering")
        assert fresh("PUT", f"/tickets/{ticket}", {"status": number}).json()["status"] == number

    @pytest.mark.parametrize("status", [4, 5])
    def test_fields_that_closing_needs_are_named_all_at_once(
        self, sandbox: Sandbox, fresh: Any, ticket: int, status: int
    ) -> None:
        account = sandbox.freshdesk.account
        account.add_field("Root cause", required_for_closure=True)
        account.add_field("Area", type="custom_dropdown", choices=["Agent", "Cloud"], required_for_closure=True)
        account.fields["agent"].required_for_closure = True
        answer = fresh("PUT", f"/tickets/{ticket}", {"status": status})
        assert answer.status_code == 400
        assert answer.json() == {
            "description": "Validation failed",
            "errors": [
                {
                    "field": "responder_id",
                    "message": "It should be a/an Positive Integer",
                    "code": "missing_field",
                },
                {
                    "field": "custom_fields.cf_root_cause",
                    "message": "It should be a/an String",
                    "code": "missing_field",
                },
                {
                    "field": "custom_fields.cf_area",
                    "message": "It should be one of these values: 'Agent,Cloud'",
                    "code": "missing_field",
                },
            ],
        }
        assert fresh("PUT", f"/tickets/{ticket}", {"status": 3}).status_code == 200
        me = fresh.json("/agents/me")["id"]
        filled = {"status": status, "responder_id": me, "custom_fields": {"cf_root_cause": "x", "cf_area": "Agent"}}
        assert fresh("PUT", f"/tickets/{ticket}", filled).json()["status"] == status

    def test_people_fill_in_what_closing_needs(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        people, account = sandbox.freshdesk.people, sandbox.freshdesk.account
        name = account.add_field("Root cause", required_for_closure=True)
        with pytest.raises(ActError, match='lacks "Root cause"'):
            people.solve(ticket, AGENT)
        people.agent_sets_field(ticket, AGENT, name, "Expired certificate")
        people.solve(ticket, AGENT)
        assert fresh.json(f"/tickets/{ticket}")["custom_fields"] == {name: "Expired certificate"}

    @pytest.mark.parametrize(
        ("type", "good", "bad"),
        [
            ("custom_text", "x", 1),
            ("custom_number", 1, "x"),
            ("custom_checkbox", True, 1),
            ("custom_decimal", 1.5, True),
        ],
    )
    def test_custom_fields_take_their_type(
        self, sandbox: Sandbox, fresh: Any, ticket: int, type: str, good: Any, bad: Any
    ) -> None:
        name = sandbox.freshdesk.account.add_field("Field", type=type)
        assert fresh("PUT", f"/tickets/{ticket}", {"custom_fields": {name: good}}).status_code == 200
        assert fresh("PUT", f"/tickets/{ticket}", {"custom_fields": {name: None}}).status_code == 200
        refused = fresh("PUT", f"/tickets/{ticket}", {"custom_fields": {name: bad}})
        assert refused.json()["errors"][0]["field"] == f"custom_fields.{name}"


class TestStats:
    def test_they_follow_who_writes(self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock) -> None:
        people = sandbox.freshdesk.people
        assert stats(fresh, ticket) == {
            "agent_responded_at": None,
            "requester_responded_at": None,
            "first_responded_at": None,
            "status_updated_at": "2026-01-10T10:00:00Z",
            "reopened_at": None,
            "resolved_at": None,
            "closed_at": None,
            "pending_since": None,
        }
        acts: tuple[Callable[[], None], ...] = (
            lambda: people.agent_replies(ticket, AGENT, "note", public=False),
            lambda: people.agent_replies(ticket, AGENT, "first"),
            lambda: people.customer_replies(ticket, "answer"),
            lambda: people.agent_replies(ticket, AGENT, "second"),
        )
        for act in acts:
            clock.elapse(MINUTE)
            act()
        after = stats(fresh, ticket)
        assert after["first_responded_at"] == "2026-01-10T10:02:00Z"
        assert after["requester_responded_at"] == "2026-01-10T10:03:00Z"
        assert after["agent_responded_at"] == "2026-01-10T10:04:00Z"

    def test_they_follow_the_status(self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock) -> None:
        people, seen = sandbox.freshdesk.people, []
        for status in ("Pending", "Resolved", "Open", "Closed"):
            clock.elapse(MINUTE)
            people.agent_sets_status(ticket, AGENT, status)
            now = stats(fresh, ticket)
            seen.append([(now[name] or "-")[14:16] for name in now if name not in ("status_updated_at",)])
            assert now["status_updated_at"] == fresh.json(f"/tickets/{ticket}")["updated_at"]
        names = ["agent", "requester", "first", "reopened", "resolved", "closed", "pending"]
        assert [dict(zip(names[3:], row[3:], strict=True)) for row in seen] == [
            {"reopened": "", "resolved": "", "closed": "", "pending": "01"},
            {"reopened": "", "resolved": "02", "closed": "", "pending": ""},
            {"reopened": "03", "resolved": "", "closed": "", "pending": ""},
            {"reopened": "03", "resolved": "04", "closed": "04", "pending": ""},
        ]

    def test_an_answer_on_an_outbound_ticket_is_none(self, sandbox: Sandbox, fresh: Any) -> None:
        people = sandbox.freshdesk.people
        ticket = people.create_ticket(CUSTOMER, "s", "t", source="Outbound Email", agent=AGENT)
        people.agent_replies(ticket, AGENT, "And another thing")
        assert len(fresh.json(f"/tickets/{ticket}/conversations")) == 1
        assert stats(fresh, ticket)["first_responded_at"] is None
        assert stats(fresh, ticket)["agent_responded_at"] is None

    def test_a_surveys_answer_counts_as_the_requesters(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        sandbox.freshdesk.people.solve(ticket, AGENT)
        clock.elapse(MINUTE)
        sandbox.freshdesk.people.survey_feedback(ticket)
        (line,) = fresh.json(f"/tickets/{ticket}/conversations")
        assert (line["source"], line["incoming"]) == (6, True)
        assert stats(fresh, ticket)["requester_responded_at"] == "2026-01-10T10:01:00Z"
        assert fresh.json(f"/tickets/{ticket}")["status"] == 4

    @pytest.mark.parametrize("how", ["note", "escalation"])
    def test_notes_and_escalations_move_updated_at(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock, how: str
    ) -> None:
        clock.elapse(MINUTE)
        if how == "note":
            sandbox.freshdesk.people.agent_replies(ticket, AGENT, "hm", public=False)
        else:
            sandbox.freshdesk.people.escalate(ticket, "first_response")
            assert fresh.json(f"/tickets/{ticket}")["fr_escalated"] is True
        assert fresh.json(f"/tickets/{ticket}")["updated_at"] == "2026-01-10T10:01:00Z"
        assert stats(fresh, ticket)["status_updated_at"] == "2026-01-10T10:00:00Z"

    def test_some_accounts_change_fields_without_moving_updated_at(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        sandbox.freshdesk.account.quirks.silent_changes = 1
        clock.elapse(MINUTE)
        sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, "Pending")
        assert fresh.json(f"/tickets/{ticket}")["updated_at"] == "2026-01-10T10:00:00Z"
        sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, "Open")
        assert fresh.json(f"/tickets/{ticket}")["updated_at"] == "2026-01-10T10:01:00Z"
