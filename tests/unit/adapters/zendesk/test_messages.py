"""Read comments out of audits: who said it, for whom, and whether publicly, as of that time."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.zendesk.messages import WITHOUT_FLAG
from adapters.zendesk.users import User
from slabot.domain import Actor, Gap, Message, PrivacyChanged

from .objects import (
    ANA,
    BOB,
    BORN,
    PEOPLE,
    audit,
    change,
    comment,
    created,
    minutes,
    only,
    read,
    ticket,
)

CARL, DORA, SAM, LIA = 30, 31, 32, 33
KNOWN = {
    **PEOPLE,
    "5": User("5", "end-user", "ana@customer.example", organization_id="70"),
    "30": User("30", "end-user", "carl@customer.example", organization_id="70"),
    "31": User("31", "end-user", "dora@elsewhere.example"),
    "32": User("32", "end-user", "sam@supplier.example", organization_id="71"),
    "33": User("33", "agent", "lia@acme.example", is_light=True),
}
NAMES = {("organization_id", "70"): "Customer Ltd", ("organization_id", "71"): "Supplier Ltd"}
OF_CUSTOMER = audit(10, ANA, 0, created("status", "new"), created("organization_id", "70"))


def said_by(raw: dict[str, Any], *audits: dict[str, Any]) -> Message:
    messages = only(read(raw, list(audits), people=KNOWN, names=NAMES), Message)
    assert messages
    last: Message = messages[-1]
    return last


@pytest.mark.parametrize(
    ("author", "raw", "by", "organization"),
    [
        (ANA, ticket(), Actor.CUSTOMER, "Customer Ltd"),
        (CARL, ticket(organization_id=70), Actor.CUSTOMER, "Customer Ltd"),  # of the ticket's organisation
        (CARL, ticket(organization_id=None), Actor.THIRD_PARTY, "Customer Ltd"),
        (DORA, ticket(email_cc_ids=[DORA]), Actor.CUSTOMER, None),  # in copy
        (DORA, ticket(collaborator_ids=[DORA]), Actor.CUSTOMER, None),
        (DORA, ticket(collaborator_ids=[DORA], follower_ids=[DORA]), Actor.THIRD_PARTY, None),  # watches only
        (SAM, ticket(organization_id=70), Actor.THIRD_PARTY, "Supplier Ltd"),
    ],
)
def test_an_end_user_speaks_for_the_customer_or_is_a_third_party(
    author: int, raw: dict[str, Any], by: Actor, organization: str | None
) -> None:
    message = said_by(raw, BORN, comment(1, author, 5))
    assert (message.by, message.organization) == (by, organization)


def test_what_counts_is_who_was_requester_in_copy_and_of_the_organisation_then() -> None:
    moved = audit(40, BOB, 10, change("requester_id", str(ANA), str(SAM)), change("organization_id", "70", "71", id=3))
    history = [OF_CUSTOMER, comment(1, CARL, 5), moved, comment(5, CARL, 15), comment(6, SAM, 20)]
    messages = only(read(ticket(requester_id=SAM, organization_id=71), history, people=KNOWN), Message)
    assert [message.by for message in messages] == [Actor.CUSTOMER, Actor.THIRD_PARTY, Actor.CUSTOMER]


def test_whoever_is_put_in_copy_with_their_own_words_belongs_to_the_customer() -> None:
    also = {"id": 9, "type": "EmailCcChange", "previous_email_ccs": [], "current_email_ccs": ["Dora@Elsewhere.example"]}
    assert said_by(ticket(), BORN, comment(1, DORA, 5, also)).by is Actor.CUSTOMER


@pytest.mark.parametrize("flags", [[2], ["2"], [0, 2]])
def test_flagged_mail_of_a_stranger_is_a_third_partys_even_from_a_known_organisation(flags: list[Any]) -> None:
    flagged = comment(1, CARL, 5, public=False, audit={"metadata": {"flags": flags, "system": {}}})
    assert said_by(ticket(organization_id=70), OF_CUSTOMER, flagged).by is Actor.THIRD_PARTY
    own = comment(1, ANA, 5, audit={"metadata": {"flags": flags}})
    assert said_by(ticket(), BORN, own).by is Actor.CUSTOMER


def test_zendesks_flag_of_automatic_mail_is_taken() -> None:
    assert said_by(ticket(), BORN, comment(1, ANA, 5, audit={"metadata": {"flags": [4]}})).auto_reply
    assert not said_by(ticket(), BORN, comment(1, ANA, 5, audit={"metadata": {"flags": [3]}})).auto_reply
    assert not said_by(ticket(), BORN, comment(1, ANA, 5, audit={"metadata": {"flags": None}})).auto_reply


def test_a_light_agent_is_said_to_be_one() -> None:
    assert said_by(ticket(), BORN, comment(1, LIA, 5, public=False)).light_agent
    assert not said_by(ticket(), BORN, comment(1, BOB, 5)).light_agent


def test_public_is_the_flag_of_the_time_and_a_later_change_is_an_event() -> None:
    hidden = {"id": 9, "type": "CommentPrivacyChange", "comment_id": 1, "public": False}
    shown = {"id": 9, "type": "CommentPrivacyChange", "comment_id": "1", "public": "true"}
    broken = {"id": 9, "type": "CommentPrivacyChange", "comment_id": None, "public": None}
    history = [
        BORN,
        comment(1, BOB, 5),
        audit(20, BOB, 9, hidden),
        audit(21, BOB, 10, shown),
        audit(22, BOB, 11, broken),
    ]
    snapshot = read(ticket(), history)
    assert only(snapshot, Message)[0].public
    assert [(event.of, event.public) for event in only(snapshot, PrivacyChanged)] == [
        ("comment:1", False),
        ("comment:1", True),
    ]
    assert snapshot.ticket.gaps == ()


@pytest.mark.parametrize("rel", ["merge", None])
def test_what_a_merge_writes_is_nobodys_word_public_or_not(rel: str | None) -> None:
    tagged = change("tags", [], ["closed_by_merge"])
    via = {"channel": "web", "source": {"from": {"ticket_id": 4}, "rel": rel}}
    line = comment(1, BOB, 5, *([] if rel else [tagged]), audit={"via": via})
    message = said_by(ticket(), BORN, line)
    assert (message.by, message.by_id, message.public) == (Actor.SYSTEM, "6", True)


def test_time_via_and_marks_are_the_audits_own_and_an_author_may_be_missing_in_the_event() -> None:
    bare = audit(
        20, BOB, 5, {"id": 3, "type": "Comment", "body": "Which?", "html_body": "<p>Which?</p>", "public": True}
    )
    message = said_by(ticket(), BORN, bare)
    assert (message.id, message.at, message.by, message.by_id) == ("comment:3", minutes(5), Actor.AGENT, "6")
    assert message.author_known


@pytest.mark.parametrize("kind", ["VoiceComment", "FacebookComment"])
def test_other_comments_are_messages_too(kind: str) -> None:
    assert said_by(ticket(), BORN, comment(1, BOB, 5, type=kind)).text == "words 1"


def test_a_comment_without_an_id_or_an_author_is_a_gap_and_the_rest_is_read() -> None:
    nameless = comment(2, None, 6)
    history = [BORN, comment(1, ANA, 1), comment(4, BOB, 5, id=None), nameless, comment(3, BOB, 7)]
    snapshot = read(ticket(), history)
    assert [(message.id, message.by, message.author_known) for message in only(snapshot, Message)] == [
        ("comment:1", Actor.CUSTOMER, True),
        ("comment:2", Actor.SYSTEM, False),
        ("comment:3", Actor.AGENT, True),
    ]
    assert snapshot.ticket.gaps == (
        Gap(minutes(5), minutes(5, 1), "Zendesk told of a comment that slabot cannot read"),
        Gap(minutes(6), minutes(6, 1), "Zendesk told of a comment and not who wrote it"),
    )


@pytest.mark.parametrize(
    ("raw", "first", "written_by"),
    [
        (ticket(submitter_id=BOB), comment(1, BOB, 0, created("status", "open"), public=False), "6"),
        (ticket(submitter_id=BOB), comment(1, ANA, 0, created("status", "open")), "6"),  # forwarded by an agent
        (ticket(submitter_id=ANA), comment(1, ANA, 0, created("status", "open")), None),
        (ticket(), comment(1, BOB, 0, created("status", "open")), "6"),
        (ticket(requester_id=BOB, submitter_id=BOB), comment(1, BOB, 0, created("status", "open")), None),
        (ticket(submitter_id=900), comment(1, 900, 0, created("status", "open")), None),  # slabot's own
        (ticket(via={"channel": "whatsapp"}, submitter_id=BOB), comment(1, BOB, 0, created("status", "open")), None),
    ],
)
def test_a_request_that_an_agent_wrote_down_says_who_did(
    raw: dict[str, Any], first: dict[str, Any], written_by: str | None
) -> None:
    assert read(raw, [first]).ticket.written_by == written_by


def test_a_redaction_changes_the_words_and_nothing_else() -> None:
    before = only(read(ticket(), [BORN, comment(1, ANA, 1, body="my key is 1234")]), Message)
    redacted = audit(20, BOB, 9, {"id": 9, "type": "CommentRedactionEvent", "comment_id": 1})
    snapshot = read(ticket(), [BORN, comment(1, ANA, 1, body="my key is ▇▇▇▇"), redacted])
    after = only(snapshot, Message)
    assert [(m.id, m.at, m.by, m.public) for m in before] == [(m.id, m.at, m.by, m.public) for m in after]
    assert after[0].text == "my key is ▇▇▇▇"
    assert snapshot.ticket.gaps == ()


def test_what_made_the_ticket_was_said_at_its_creation_even_if_it_was_written_down_a_moment_later() -> None:
    """Else the words in which an agent wrote the request down would be the answer to it."""
    phoned = comment(3, BOB, 2 / 60, created("status", "new"))
    snapshot = read(ticket(submitter_id=BOB), [phoned, comment(4, BOB, 5)])
    assert [each.at for each in only(snapshot, Message)] == [minutes(0), minutes(5)]
    assert snapshot.ticket.written_by == str(BOB)


@pytest.mark.parametrize(
    ("told", "public", "gaps"),
    [
        ({"public": "true"}, True, ()),
        ({"public": "false"}, False, ()),
        ({"public": None}, False, (Gap(minutes(5), minutes(5, 1), WITHOUT_FLAG),)),
        ({"public": []}, False, (Gap(minutes(5), minutes(5, 1), WITHOUT_FLAG),)),
    ],
)
def test_a_comment_that_does_not_say_whether_it_is_public_is_a_gap_and_no_internal_note(
    told: dict[str, Any], public: bool, gaps: tuple[Gap, ...]
) -> None:
    snapshot = read(ticket(), [BORN, comment(4, BOB, 5, **told)])
    assert [each.public for each in only(snapshot, Message)] == [public]
    assert snapshot.ticket.gaps == gaps
