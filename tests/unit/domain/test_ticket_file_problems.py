"""Is everything that is wrong with a ticket file said at once, each with its place and the way out?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from slabot.domain import TicketFileError, read_tickets, ticket_file, write_ticket

AT = "2026-01-12T12:00:00Z"
TICKET: dict[str, Any] = {"helpdesk": "acme", "id": "4711", "created_at": "2026-01-12T09:00:00Z"}


def text(**more: Any) -> str:
    return json.dumps({**TICKET, **more})


def event(**facts: Any) -> str:
    return text(events=[{"at": AT, **facts}])


def refused(given: str, **options: Any) -> str:
    with pytest.raises(TicketFileError) as caught:
        read_tickets(given, **options)
    return str(caught.value)


# ── What is refused as a whole ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("given", ["", "  \n\t", "\ufeff"])
def test_an_empty_file_is_refused(given: str) -> None:
    assert refused(given) == "the ticket file is empty; it should hold one JSON object (see docs/ticket-file.md)"


def test_what_is_no_json_is_refused_with_its_place() -> None:
    assert refused("helpdesk: acme\n") == (
        "line 1, column 1: this is not JSON: Expecting value. Check the file around there"
    )
    assert refused('{\n  "helpdesk": "acme",\n  "id": }') == (
        "line 3, column 9: this is not JSON: Expecting value. Check the file around there"
    )


def test_a_list_is_refused_with_the_way_to_write_several_tickets() -> None:
    assert refused("[{}, {}]") == (
        "the file holds a list of 2; one ticket is an object {…}. For several tickets write one object a line, without "
        "brackets and commas between them"
    )


@pytest.mark.parametrize("given", ["3", '"4711"', "null", "true"])
def test_a_bare_value_is_refused(given: str) -> None:
    assert refused(given) == "one ticket is an object {…} with helpdesk, id, created_at and events"


def test_a_bad_line_among_several_is_named() -> None:
    lines = f"{text(id='1')}\n{{'id': 2}}\n{text(id='3')}"
    assert refused(lines) == (
        "line 2, column 2: this line is not JSON: Expecting property name enclosed in double quotes. A file of several "
        "tickets holds one whole object a line"
    )
    assert refused(f"{text(id='1')}\n\n[]") == (
        "line 3: the file holds a list of 0; one ticket is an object {…}. For several tickets write one object a line, "
        "without brackets and commas between them"
    )
    assert refused(f"{text(id='1')}\n{text(id='2', status='opne')}").startswith("line 2, ticket 2: status: should be")


def test_a_file_above_the_limit_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket_file, "LARGEST", 100)
    assert len(text()) < 100
    assert read_tickets(text() + " " * (100 - len(text())))
    assert refused(" " * 101) == (
        "the ticket file holds 0 million characters; at most 0 million are read. Give one ticket, or split the file"
    )


def test_a_hundred_megabytes_are_refused() -> None:
    assert ticket_file.LARGEST < 100_000_000
    assert refused("x" * 100_000_000) == (
        "the ticket file holds 100 million characters; at most 34 million are read. Give one ticket, or split the file"
    )


@pytest.mark.parametrize("given", ["[" * 200_000, '{"fields":' * 200_000])
def test_what_is_nested_far_too_deep_is_refused(given: str) -> None:
    assert refused(given) == "the JSON is nested far too deep to be a ticket"


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    said = refused(text(fields={}).replace("{}", '{"a": 1' + "0" * 5_000 + "}"))
    assert said.startswith("the JSON holds a number that cannot be read: ")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_of_json_is_refused(number: str) -> None:
    assert "cannot be read" in refused(text(fields={}).replace("{}", f'{{"a": {number}}}'))


@pytest.mark.parametrize("separator", ["\u2028", "\x85"])
def test_a_line_holds_whatever_json_allows_in_a_text(separator: str) -> None:
    records = read_tickets(text(subject="a"))
    lines = [write_ticket(record) for record in records] + [
        write_ticket(read_tickets(text(id="2", subject=f"a{separator}b"))[0])
    ]
    assert len(read_tickets("\n".join(lines))) == 2


# ── What is refused in a ticket ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"status": "opne"},
            'status: should be a category, not "opne"; use one of open, pending, waiting_on_customer, '
            'waiting_on_third_party, solved, closed; did you mean "open"?',
        ),
        (
            {"status": None},
            "status: should be a category, not null; use one of open, pending, waiting_on_customer, "
            "waiting_on_third_party, solved, closed",
        ),
        ({"priorty": "high"}, 'priorty: this key is unknown; did you mean "priority"?'),
        ({"event": []}, 'event: this key is unknown; did you mean "events"?'),
        ({"xyz": 1}, "xyz: this key is unknown"),
        ({"helpdesk": " "}, "helpdesk: should not be empty"),
        ({"helpdesk": 3}, "helpdesk: should be text, not the number 3"),
        ({"subject": None}, "subject: should be text, not null"),
        ({"tags": "vip"}, 'tags: should be a list of text, such as ["vip"], not "vip"'),
        ({"tags": ["a", 1]}, 'tags: should be a list of text, such as ["vip"], not a list'),
        ({"fields": []}, "fields: should be an object of custom fields and their values, not a list"),
        ({"fields": {"a": {}}}, "fields: should be text, a number, true, false or null, not an object"),
        ({"fields": {"a": [1]}}, "fields: should be text, a number, true, false or null, not a list"),
        ({"history_complete": "no"}, 'history_complete: should be true or false, not "no"'),
        ({"history_complete": 0}, "history_complete: should be true or false, not the number 0"),
        ({"assignee": True}, "assignee: should be text, not true"),
        ({"priority": False}, "priority: should be text, not false"),
        ({"requester": "ana"}, 'requester: should be an object with id, email and organization, not "ana"'),
        ({"requester": []}, "requester: should be an object with id, email and organization, not a list"),
        ({"requester": {}}, "requester.id: is missing; the helpdesk's id of the person"),
        ({"requester": {"id": "r1", "mail": "x"}}, 'requester.mail: this key is unknown; did you mean "email"?'),
        ({"requester": {"id": "r1", "email": 5}}, "requester.email: should be text, not the number 5"),
        ({"events": {}}, "events: should be a list of objects, not an object"),
        ({"events": None}, "events: should be a list of objects, not null"),
        (
            {"created_at": "2026-01-12T09:00:00"},
            'created_at: "2026-01-12T09:00:00" has no offset from UTC, so it could mean many instants; add one, for '
            'example "2026-01-12T09:00:00Z"',
        ),
    ],
)
def test_what_is_wrong_with_a_ticket_is_said_with_its_place_and_the_fix(more: dict[str, Any], message: str) -> None:
    assert refused(text(**more)) == f"ticket 4711: {message}"


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("helpdesk", "the helpdesk's name in the policy file"),
        ("created_at", "a time with an offset"),
    ],
)
def test_what_a_ticket_must_have_is_asked_for(key: str, hint: str) -> None:
    given = {name: value for name, value in TICKET.items() if name != key}
    assert refused(json.dumps(given)) == f"ticket 4711: {key}: is missing; {hint}"


def test_a_ticket_without_its_number_is_called_the_ticket() -> None:
    given = {name: value for name, value in TICKET.items() if name != "id"}
    assert refused(json.dumps(given)) == "the ticket: id: is missing; the ticket's number in the helpdesk"


@pytest.mark.parametrize(
    ("facts", "place", "message"),
    [
        ({"type": "status", "to": "solvd"}, " (status).to", 'should be a category, not "solvd"; use one of '
        'open, pending, '
         'waiting_on_customer, waiting_on_third_party, solved, closed; did you mean "solved"?'),
        ({"type": "status"}, " (status).to", "is missing; the new category"),
        ({"type": "status", "to": "open", "by": "admin"}, " (status).by", 'should be an actor, not "admin"; use one of '
         "customer, agent, third_party, automation, system, slabot"),
        ({"type": "status", "to": "open", "author": "agent"}, " (status).author", "this key is unknown"),
        ({"type": "statsu", "to": "open"}, ".type", '"statsu" is no type of event; use one of message, '
        'status, priority, '
         "severity, tags, assignee, field, requester, participants, organization, group, brand, form, privacy, "
         "rating, merged, deleted, restored, spam, page, acknowledged, "
         "unacknowledged, snoozed, "
         'claimed, escalated, ladder, terms, breach_reason, excused, excuse_withdrawn, reply, '
         'approved, noted, nudged, model_answered, would; did you mean "status"?'),
        ({}, ".type", "is missing or no text; use one of message, status, priority, severity, tags, assignee, field, "
         "requester, participants, organization, group, brand, form, privacy, rating, merged, deleted, restored, "
         "spam, page, acknowledged, unacknowledged, snoozed, claimed, escalated, ladder, terms, "
         "breach_reason, excused, excuse_withdrawn, reply, approved, noted, nudged, model_answered, "
         "would"),
        ({"type": "excused", "from": AT, "to": AT, "reason": "x"}, " (excused).to", f"{AT} is not after from, {AT}; "
         "write the later time here"),
        ({"type": "excused", "from": AT, "to": "2026-01-12T13:00:00Z"}, " (excused).reason", "is missing; a "
         "reason of the policy"),
        ({"type": "message"}, " (message).author", "is missing; who wrote it: customer, agent, …"),
        ({"type": "message", "author": "agent", "text": 5}, " (message).text", "should be text, not the number 5"),
        ({"type": "message", "author": "agent", "public": "yes"}, " (message).public", "should be true or false, not "
         '"yes"'),
        ({"type": "deleted", "seq": 1.5}, " (deleted).seq", "should be a whole number, not the number 1.5"),
        ({"type": "deleted", "seq": True}, " (deleted).seq", "should be a whole number, not true"),
        ({"type": "deleted", "at": "2026-01-12T12:00:00"}, " (deleted).at", '"2026-01-12T12:00:00" has no '
        'offset from UTC, '
         'so it could mean many instants; add one, for example "2026-01-12T12:00:00Z"'),
        ({"type": "deleted", "at": None}, " (deleted).at", 'a time is text such as '
        '"2026-01-09T18:00:00+05:30", not null'),
        ({"type": "deleted", "at": 1768219200}, " (deleted).at", "a time is text such as "
         '"2026-01-09T18:00:00+05:30", not the number 1768219200'),
        ({"type": "deleted", "at": "2026-01-12T09:59:59+01:00"}, " (deleted).at", "2026-01-12T09:59:59+01:00 "
        "is before the "
         "ticket's creation at 2026-01-12T09:00:00+00:00; correct the event's time or created_at"),
        ({"type": "snoozed", "until": "later"}, " (snoozed).until", '"later" is not a time; write it like '
         '"2026-01-09T18:00:00+05:30"'),
        ({"type": "tags", "to": "vip"}, " (tags).to", 'should be a list of text, such as ["vip"], not "vip"'),
        ({"type": "page", "clock": "", "rung": "r"}, " (page).clock", "should not be empty"),
        ({"type": "page", "clock": "c", "rung": "r", "repetition": "1"}, " (page).repetition", "should be a "
        "whole number, "
         'not "1"'),
        ({"type": "field", "name": "a", "to": []}, " (field).to", "should be text, a number, true, false or "
        "null, not a "
         "list"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_event_is_said_with_its_place_and_the_fix(
    facts: dict[str, Any], place: str, message: str
) -> None:
    assert refused(event(**facts)) == f"ticket 4711: events[0]{place}: {message}"


def test_an_event_without_a_time_is_refused() -> None:
    assert refused(text(events=[{"type": "deleted"}])) == (
        "ticket 4711: events[0] (deleted).at: is missing; every event has a time"
    )


def test_an_event_that_is_no_object_is_refused() -> None:
    assert refused(text(events=["deleted"])) == (
        'ticket 4711: events[0]: should be an object such as {"at": "…", "type": "message", …}, not "deleted"'
    )


def test_a_severity_must_be_one_of_the_policys_where_they_are_given() -> None:
    known = ("critical", "high")
    assert refused(event(type="severity", to="hihg"), severities=known) == (
        'ticket 4711: events[0] (severity).to: "hihg" is no severity of this policy; use one of critical, '
        "high; did you "
        'mean "high"?'
    )
    assert refused(event(type="page", clock="c", rung="r", severity="xx"), severities=known) == (
        'ticket 4711: events[0] (page).severity: "xx" is no severity of this policy; use one of critical, high'
    )
    assert read_tickets(event(type="severity", to="hihg"))
    assert read_tickets(event(type="severity", to="high"), severities=known)
    assert read_tickets(event(type="page", clock="c", rung="r"), severities=known)


def test_all_that_is_wrong_with_a_ticket_is_said_at_once() -> None:
    given = text(
        status="opne", xyz=1, requester={}, events=[{"at": AT, "type": "status"}, 5, {"at": "x", "type": "spam"}]
    )
    assert refused(given).split("\n") == [
        "ticket 4711: 6 problems",
        "  xyz: this key is unknown",
        '  status: should be a category, not "opne"; use one of open, pending, waiting_on_customer, '
        'waiting_on_third_party, solved, closed; did you mean "open"?',
        "  requester.id: is missing; the helpdesk's id of the person",
        "  events[0] (status).to: is missing; the new category",
        '  events[1]: should be an object such as {"at": "…", "type": "message", …}, not the number 5',
        '  events[2] (spam).at: "x" is not a time; write it like "2026-01-09T18:00:00+05:30"',
    ]


@pytest.mark.parametrize(("count", "shown", "more"), [(20, 20, None), (21, 20, "  … and 1 more")])
def test_a_long_list_of_problems_is_cut_and_counted(count: int, shown: int, more: str | None) -> None:
    lines = refused(text(events=[1] * count)).split("\n")
    assert lines[0] == f"ticket 4711: {count} problems"
    assert len([line for line in lines if line.startswith("  events[")]) == shown
    assert (lines[-1] if more else None) == more


def test_an_error_keeps_its_place_as_a_fact() -> None:
    with pytest.raises(TicketFileError) as caught:
        read_tickets(text(status="opne"))
    assert caught.value.place == "ticket 4711"
