"""People chat in the stand-in, and change what a ticket is, as in the real product."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Did, Sandbox

AGENT, CUSTOMER, OTHER = "ravi@acme.example", "ana@customer.example", "cy@customer.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.zendesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts are down", cc=[OTHER])


def audits(http: Any, ticket: int) -> list[Any]:
    return list(http.json(f"/tickets/{ticket}/audits.json")["audits"])


def events(http: Any, ticket: int, kind: str) -> list[Any]:
    return [event for audit in audits(http, ticket) for event in audit["events"] if event["type"] == kind]


def comments(http: Any, ticket: int) -> list[Any]:
    return list(http.json(f"/tickets/{ticket}/comments.json")["comments"])


class TestChat:
    def test_what_is_said_stands_nowhere_until_the_chat_is_over(
        self, sandbox: Sandbox, http: Any, clock: SteppedClock
    ) -> None:
        people = sandbox.zendesk.people
        ticket = people.start_chat(CUSTOMER, "It is down")
        clock.elapse(timedelta(minutes=1))
        people.say_in_chat(ticket, "I am looking", agent=AGENT)
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert (shown["via"]["channel"], shown["status"], shown["from_messaging_channel"]) == (
            "native_messaging",
            "open",
            True,
        )
        assert "looking" not in str(audits(http, ticket)) + str(comments(http, ticket))
        assert [(one["body"], one["public"]) for one in comments(http, ticket)] == [("Conversation with Ana", False)]
        (began,) = events(http, ticket, "ChatStartedEvent")
        assert [one["type"] for one in began["value"]["history"]] == ["ChatJoin"]

    def test_its_end_tells_all_of_it_and_a_line_of_nobody_repeats_it(
        self, sandbox: Sandbox, http: Any, clock: SteppedClock
    ) -> None:
        people = sandbox.zendesk.people
        ticket = people.start_chat(CUSTOMER, "It is down")
        clock.elapse(timedelta(minutes=1))
        people.say_in_chat(ticket, "I am looking", agent=AGENT)
        people.end_chat(ticket)
        (ended,) = events(http, ticket, "ChatEndedEvent")
        assert [
            (one["chat_index"], one["type"], one["actor_type"], one.get("message")) for one in ended["value"]["history"]
        ] == [
            (0, "ChatJoin", "end-user", None),
            (1, "ChatMessage", "end-user", "It is down"),
            (2, "ChatJoin", "agent", None),
            (3, "ChatMessage", "agent", "I am looking"),
        ]
        stamps = [one["timestamp"] for one in ended["value"]["history"]]
        assert stamps[-1] - stamps[0] == 60_000  # milliseconds
        last = comments(http, ticket)[-1]
        assert (last["author_id"], last["via"]["channel"]) == (-1, "chat_transcript")
        said = [(one["text"], one["agent"]) for one in sandbox.journal.effects(kind=Did.CHAT_SAID)]
        assert said == [("It is down", False), ("I am looking", True)]

    def test_a_customer_who_goes_on_in_a_chat_opens_a_waiting_ticket(self, sandbox: Sandbox, http: Any) -> None:
        people = sandbox.zendesk.people
        ticket = people.start_chat(CUSTOMER)
        people.say_in_chat(ticket, "Which version?", agent=AGENT)
        people.agent_sets_status(ticket, AGENT, "pending")
        people.say_in_chat(ticket, "4.2")
        assert http.json(f"/tickets/{ticket}.json")["ticket"]["status"] == "open"

    def test_what_cannot_be_done_is_said(self, sandbox: Sandbox, ticket: int) -> None:
        people = sandbox.zendesk.people
        with pytest.raises(ActError, match="no chat goes on"):
            people.say_in_chat(ticket, "hello")
        people.start_chat(CUSTOMER, ticket=ticket)
        with pytest.raises(ActError, match="goes on at ticket 1 already"):
            people.start_chat(CUSTOMER, ticket=ticket)
        people.end_chat(ticket)
        with pytest.raises(ActError, match="no chat goes on"):
            people.end_chat(ticket)


class TestAmending:
    def test_a_hidden_comment_is_internal_today_and_was_public_then(
        self, sandbox: Sandbox, http: Any, ticket: int
    ) -> None:
        people = sandbox.zendesk.people
        people.agent_replies(ticket, AGENT, "Please restart it")
        people.hide_comment(ticket, AGENT)
        own = comments(http, ticket)[-1]
        assert own["public"] is False
        assert events(http, ticket, "Comment")[-1]["public"] is True
        (change,) = events(http, ticket, "CommentPrivacyChange")
        assert (change["comment_id"], change["public"]) == (own["id"], False)
        people.show_comment(ticket, AGENT, own["id"])
        assert comments(http, ticket)[-1]["public"] is True
        with pytest.raises(ActError, match="no such comment that is internal"):
            people.show_comment(ticket, AGENT)

    def test_a_redaction_takes_words_out_of_comments_and_audits(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.customer_replies(ticket, "my key is 1234")
        sandbox.zendesk.people.redact_comment(ticket, AGENT, "1234")
        assert "1234" not in str(audits(http, ticket)) + str(comments(http, ticket))
        assert len(events(http, ticket, "CommentRedactionEvent")) == 1
        with pytest.raises(ActError, match="no comment"):
            sandbox.zendesk.people.redact_comment(ticket, AGENT, "9999")

    def test_copies_are_told_as_recorded_and_as_documented(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        people = sandbox.zendesk.people
        (first,) = [event for event in events(http, ticket, "Create") if event["field_name"] == "current_collaborators"]
        assert first["value"] == f"Cy <{OTHER}>"
        people.add_cc(ticket, AGENT, "dora@customer.example")
        people.remove_cc(ticket, AGENT, OTHER)
        assert [
            (event["previous_email_ccs"], event["current_email_ccs"]) for event in events(http, ticket, "EmailCcChange")
        ] == [
            ([OTHER], [OTHER, "dora@customer.example"]),
            ([OTHER, "dora@customer.example"], ["dora@customer.example"]),
        ]
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert len(shown["email_cc_ids"]) == 1
        assert shown["email_cc_ids"] == shown["collaborator_ids"]

    def test_a_strangers_mail_is_private_and_flagged(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.stranger_writes(ticket, "sam@supplier.example", "I can help")
        last = comments(http, ticket)[-1]
        assert (last["public"], last["metadata"]["flags"]) == (False, [2])
        assert last["metadata"]["flags_options"] == {"2": {"trusted": False}}

    def test_requester_and_what_the_ticket_belongs_to_change_in_audits(
        self, sandbox: Sandbox, http: Any, ticket: int
    ) -> None:
        people = sandbox.zendesk.people
        people.change_requester(ticket, AGENT, OTHER)
        people.agent_sets_organization(ticket, AGENT, "Gold Ltd")
        people.agent_sets_group(ticket, AGENT, "Billing")
        people.agent_sets_brand(ticket, AGENT, "Umbrella")
        people.agent_sets_form(ticket, AGENT, "Outage")
        told = {event["field_name"]: event["value"] for event in events(http, ticket, "Change")}
        assert {"requester_id", "organization_id", "group_id", "brand_id", "ticket_form_id"} <= told.keys()
        assert {one["name"] for one in http.json("/brands.json")["brands"]} == {"Acme", "Umbrella"}
        named = http.json("/ticket_forms/show_many.json", ids=told["ticket_form_id"])["ticket_forms"]
        assert [one["name"] for one in named] == ["Outage"]

    def test_a_rating_stands_in_an_audit_of_the_requester(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.rate(ticket, "bad", "Too slow")
        (rated,) = events(http, ticket, "SatisfactionRating")
        assert (rated["score"], rated["body"]) == ("bad", "Too slow")
        assert http.json(f"/tickets/{ticket}.json")["ticket"]["satisfaction_rating"]["score"] == "bad"
        with pytest.raises(ActError, match="is no score"):
            sandbox.zendesk.people.rate(ticket, "meh")

    def test_deleting_and_restoring_stand_in_the_audits_as_recorded(
        self, sandbox: Sandbox, http: Any, ticket: int
    ) -> None:
        sandbox.zendesk.people.delete(ticket, AGENT)
        sandbox.zendesk.people.restore(ticket, AGENT)
        moves = [
            (event["previous_value"], event["value"])
            for event in events(http, ticket, "Change")
            if event["field_name"] == "status"
        ]
        assert moves == [("new", "deleted"), ("deleted", "new")]

    def test_light_agents_and_other_roles(self, sandbox: Sandbox, http: Any) -> None:
        account = sandbox.zendesk.account
        light = account.add_agent("lia@acme.example", light=True)
        assert http.json(f"/users/{light['id']}.json")["user"]["role_type"] == 1
        account.set_role("lia@acme.example", "end-user")
        assert http.json(f"/users/{light['id']}.json")["user"]["role"] == "end-user"


def test_several_tickets_come_with_the_people_and_organisations_that_they_name(
    sandbox: Sandbox, http: Any, ticket: int
) -> None:
    other = sandbox.zendesk.people.create_ticket("eve@gold.example", "s", "t", organization="Gold Ltd")
    page = http.json("/tickets/show_many.json", ids=f"{ticket},{other},99", include="users,organizations")
    assert [one["id"] for one in page["tickets"]] == [ticket, other]
    assert {user["email"] for user in page["users"]} == {CUSTOMER, "eve@gold.example"}
    assert [one["name"] for one in page["organizations"]] == ["Gold Ltd"]


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("start_chat", {"requester": CUSTOMER, "text": "hello"}),
        ("stranger_writes", {"ticket": 1, "author": "s@x.example", "text": "hello"}),
        ("add_cc", {"ticket": 1, "by": AGENT, "address": OTHER}),
        ("set_role", {"email": AGENT, "role": "end-user"}),
    ],
)
def test_they_act_over_http_too(panel: Any, ticket: int, act: str, given: dict[str, Any]) -> None:
    answer = panel("POST", f"/zendesk/{act}", given)
    assert answer.status_code == 200, answer.text
