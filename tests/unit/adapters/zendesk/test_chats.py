"""Read chats: who said what and when; and wherever Zendesk does not tell it, a gap that says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.zendesk.channels import is_messaging
from adapters.zendesk.chats import NOT_OVER, NOT_TOLD
from slabot.domain import Actor, Gap, Message, StatusChanged

from .objects import ANA, BOB, START, audit, change, comment, created, minutes, only, read, ticket

MESSAGING = {"channel": "native_messaging"}
CHAT_TICKET = ticket(via=MESSAGING)
OPENING = comment(
    1, ANA, 0, created("status", "new"), body="Conversation with Ana", public=False, audit={"via": MESSAGING}
)


def line(
    index: object, who: str, actor: object, passed: float, words: object = "hello", **changed: Any
) -> dict[str, Any]:
    said = {
        "chat_index": index,
        "type": "ChatMessage",
        "actor_type": who,
        "actor_id": actor,
        "timestamp": int(minutes(passed).timestamp() * 1000) + 345,
        "message": words,
        **changed,
    }
    return {key: value for key, value in said.items() if value is not ...}


def chat(
    number: int, passed: float, kind: str, history: Any = ..., chat_id: object = "c1", **value: Any
) -> dict[str, Any]:
    told = {"chat_id": chat_id, "visitor_id": "v", "history": history, **value}
    told = {key: each for key, each in told.items() if each is not ...}
    return audit(number, -1, passed, {"id": number, "type": kind, "value": told})


def said(snapshot: Snapshot) -> list[tuple[str, Actor, str | None, str]]:
    return [(m.id, m.by, m.by_id, m.text) for m in only(snapshot, Message) if m.conversation is not None]


JOIN = line(0, "end-user", str(ANA), 0, ..., type="ChatJoin")
ASKED = line(1, "end-user", str(ANA), 0, "It is down")
ANSWERED = line(2, "agent", str(BOB), 1, "I am looking")
STARTED = chat(20, 0, "ChatStartedEvent", [JOIN])


def test_while_nothing_is_told_of_a_chat_there_is_a_gap_since_the_creation() -> None:
    snapshot = read(CHAT_TICKET, [OPENING])
    assert snapshot.ticket.gaps == (Gap(START, None, NOT_OVER),)
    assert snapshot.ticket.history_complete


def test_the_opening_line_is_the_helpdesks() -> None:
    (message,) = only(read(CHAT_TICKET, [OPENING]), Message)
    assert (message.by, message.conversation) == (Actor.SYSTEM, None)


def test_while_a_chat_is_open_there_is_a_gap_since_it_began() -> None:
    later = chat(20, 30, "ChatStartedEvent", [])
    assert read(ticket(), [OPENING, later]).ticket.gaps == (Gap(minutes(30), None, NOT_OVER),)


@pytest.mark.parametrize("kind", ["ChatEndedEvent", "Chat ended event", "ChatClosedEvent"])
def test_a_chat_that_is_over_is_read_with_authors_and_times(kind: str) -> None:
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, kind, [JOIN, ASKED, ANSWERED])])
    assert said(snapshot) == [
        ("chat:c1:1", Actor.CUSTOMER, "5", "It is down"),
        ("chat:c1:2", Actor.AGENT, "6", "I am looking"),
    ]
    assert snapshot.ticket.gaps == ()
    answer = only(snapshot, Message)[-1]
    assert (answer.at, answer.public, answer.conversation, answer.email) == (minutes(1), True, "c1", "bob@acme.example")


def test_the_lines_are_the_union_of_all_that_is_told_and_the_newest_telling_wins() -> None:
    started = chat(20, 0, "ChatStartedEvent", [JOIN, ASKED])
    redacted = line(1, "end-user", str(ANA), 0, "It is ▇▇▇▇")
    ended = chat(30, 20, "ChatEndedEvent", [redacted, ANSWERED])
    assert [words for *_, words in said(read(CHAT_TICKET, [OPENING, started, ended]))] == ["It is ▇▇▇▇", "I am looking"]


def test_the_start_may_tell_all_and_the_end_nothing() -> None:
    snapshot = read(
        CHAT_TICKET, [OPENING, chat(20, 0, "ChatStartedEvent", [JOIN, ASKED, ANSWERED]), chat(30, 20, "ChatEndedEvent")]
    )
    assert len(said(snapshot)) == 2
    assert snapshot.ticket.gaps == ()


def test_two_lines_of_one_place_are_both_heard() -> None:
    ended = chat(30, 20, "ChatEndedEvent", [ASKED, line(1, "agent", BOB, 1, "I am looking")])
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, ended])
    assert [own for own, *_ in said(snapshot)] == ["chat:c1:1", "chat:c1:1.1"]


def test_a_second_chat_is_another_conversation_with_a_gap_of_its_own() -> None:
    ended = chat(30, 20, "ChatEndedEvent", [ASKED, ANSWERED])
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, ended, chat(40, 90, "ChatStartedEvent", [], "c2")])
    assert snapshot.ticket.gaps == (Gap(minutes(90), None, NOT_OVER),)
    assert len(said(snapshot)) == 2


def test_an_end_without_its_number_ends_the_open_chat() -> None:
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", [ASKED], chat_id=None)])
    assert [own for own, *_ in said(snapshot)] == ["chat:c1:1"]
    assert snapshot.ticket.gaps == ()


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (line(1, ..., ..., 1), "does not say who wrote it"),  # type: ignore[arg-type]
        (line(1, "", None, 1), "does not say who wrote it"),
        (line(1, "martian", "77", 1), "does not say who wrote it"),
        (line(1, "agent", BOB, 1, timestamp=None), "does not say when it was written"),
        (line(1, "agent", BOB, 1, timestamp="soon"), "does not say when it was written"),
        (line(1, "agent", BOB, 1, timestamp=10**30), "does not say when it was written"),
        (line(1, "agent", BOB, 1, ..., type="ChatHologram"), "is none that slabot can read"),
        (line(1, "agent", BOB, 1, ..., type=None), "is none that slabot can read"),
        (None, "is none that slabot can read"),
        ("hello", "is none that slabot can read"),
        ([1], "is none that slabot can read"),
    ],
)
def test_a_line_that_cannot_be_read_is_a_gap_for_the_stretch_of_the_chat_and_the_others_are_read(
    entry: object, why: str
) -> None:
    ended = chat(30, 20, "ChatEndedEvent", [ASKED, entry, ANSWERED])
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, ended])
    assert snapshot.ticket.gaps == (Gap(START, minutes(20), f"a line of the chat {why}"),)
    assert [words for *_, words in said(snapshot)] == ["It is down", "I am looking"]


@pytest.mark.parametrize("history", ["hello", 7, {"0": ASKED}])
def test_a_history_of_another_shape_is_a_gap(history: object) -> None:
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", history)])
    assert snapshot.ticket.gaps == (Gap(START, minutes(20), "a line of the chat is none that slabot can read"),)


@pytest.mark.parametrize("history", [None, ...])
def test_an_end_that_tells_nothing_is_a_gap(history: object) -> None:
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", history)])
    assert snapshot.ticket.gaps == (Gap(START, minutes(20), NOT_TOLD),)


@pytest.mark.parametrize("value", [None, "text", 7, []])
def test_an_end_without_any_value_is_a_gap_that_ends(value: object) -> None:
    ended = audit(30, -1, 20, {"id": 30, "type": "ChatEndedEvent", "value": value})
    (gap,) = read(CHAT_TICKET, [OPENING, STARTED, ended]).ticket.gaps
    assert (gap.since, gap.until) == (START, minutes(20))


@pytest.mark.parametrize(
    ("entry", "by", "words"),
    [
        (line("1", "agent", "6", 1), Actor.AGENT, "hello"),  # numbers as text
        (line(1, "agent", BOB, 1, timestamp=str(int(minutes(1).timestamp() * 1000))), Actor.AGENT, "hello"),
        (line(1, "agent", BOB, 1, timestamp="2026-01-10T09:01:00.5Z"), Actor.AGENT, "hello"),
        (line(1, "agent", BOB, 1, timestamp=int(minutes(1).timestamp())), Actor.AGENT, "hello"),  # seconds
        (line(..., "agent", BOB, 1), Actor.AGENT, "hello"),
        (line(1, "Agent", None, 1), Actor.AGENT, "hello"),
        (line(1, "end-user", "12345", 1), Actor.CUSTOMER, "hello"),  # a visitor with an id of the chat's own
        (line(1, ..., str(BOB), 1), Actor.AGENT, "hello"),  # type: ignore[arg-type]
        (line(1, ..., str(ANA), 1), Actor.CUSTOMER, "hello"),  # type: ignore[arg-type]
        (line(1, "answer_bot", "4", 1), Actor.AUTOMATION, "hello"),
        (line(1, "ai_agent", "4", 1), Actor.AUTOMATION, "hello"),
        (line(1, "agent", "900", 1), Actor.SLABOT, "hello"),
        (line(1, "agent", BOB, 1, ..., text="hello", type="ChatCarousel"), Actor.AGENT, "hello"),
        (line(1, "agent", BOB, 1, ..., type="ChatFileAttachment", filename="log.txt"), Actor.AGENT, "log.txt"),
        (line(1, "agent", BOB, 1, None), Actor.AGENT, ""),
    ],
)
def test_many_forms_of_a_line_are_understood(entry: dict[str, Any], by: Actor, words: str) -> None:
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", [entry])])
    assert [(each[1], each[3]) for each in said(snapshot)] == [(by, words)]
    assert only(snapshot, Message)[-1].at == minutes(1)
    assert snapshot.ticket.gaps == ()


@pytest.mark.parametrize("kind", ["ChatJoin", "ChatLeave", "ChatRating", "ChatTransferred", "AgentTyping"])
def test_comings_and_goings_are_no_words_and_no_gap(kind: str) -> None:
    coming = line(3, "agent", BOB, 2, ..., type=kind)
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", [ASKED, coming])])
    assert len(said(snapshot)) == 1
    assert snapshot.ticket.gaps == ()


@pytest.mark.parametrize("kind", ["MessagingMessageSent", "ConversationHandover", "ChatFooEvent", "SideCommentAdded"])
def test_an_unknown_event_about_messages_is_a_gap_from_then_on(kind: str) -> None:
    snapshot = read(ticket(), [OPENING, audit(20, BOB, 5, {"id": 9, "type": kind})])
    assert snapshot.ticket.gaps == (Gap(minutes(5), None, f"Zendesk told of a {kind} event that slabot cannot read"),)


@pytest.mark.parametrize(
    "kind",
    [
        "Notification",
        "NotificationWithCcs",
        "SlaTargetChange",
        "CommentRedactionEvent",
        "AttachmentRedactionEvent",
        "SideConversationCreated",
        "KnowledgeLinked",
        "Whatever",
    ],
)
def test_an_unknown_event_about_anything_else_is_passed_over(kind: object) -> None:
    snapshot = read(ticket(), [OPENING, audit(20, BOB, 5, {"id": 9, "type": kind}, change("status", "new", "open"))])
    assert snapshot.ticket.gaps == ()
    assert len(only(snapshot, StatusChanged)) == 1


@pytest.mark.parametrize(
    "channel", ["native_messaging", "chat", "chat_transcript", "whatsapp", "facebook", "line", "new"]
)
def test_a_channel_that_is_not_known_to_tell_each_message_counts_as_messaging(channel: str) -> None:
    assert is_messaging(channel)


@pytest.mark.parametrize("channel", ["email", "web", "API", "phone", "voice", "sample_ticket", "Web form", ""])
def test_other_channels_tell_each_message(channel: str) -> None:
    assert not is_messaging(channel)
    assert read(ticket(via={"channel": channel}), [comment(1, ANA, 0, created("status", "new"))]).ticket.gaps == ()


def test_zendesk_may_say_itself_that_a_channel_is_one_of_messaging() -> None:
    raw = ticket(via={"channel": "api"}, from_messaging_channel=True)
    assert read(raw, [comment(1, ANA, 0, created("status", "new"))]).ticket.gaps != ()


def test_a_closing_transcript_is_nobodys_word() -> None:
    closing = comment(5, -1, 20, body="Ana: hello", audit={"via": {"channel": "chat_transcript"}})
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", [ASKED]), closing])
    assert [m.by for m in only(snapshot, Message) if m.conversation is None] == [Actor.SYSTEM, Actor.SYSTEM]


def test_a_chat_that_is_taken_up_again_and_not_told_is_no_silence() -> None:
    """The lines of its first part say nothing of its second."""
    first = [STARTED, chat(30, 20, "ChatEndedEvent", [JOIN, ASKED, ANSWERED])]
    again = [chat(40, 60, "ChatStartedEvent"), chat(50, 80, "ChatEndedEvent")]
    assert read(CHAT_TICKET, [OPENING, *first, *again]).ticket.gaps == (Gap(minutes(60), minutes(80), NOT_TOLD),)
    told = chat(50, 80, "ChatEndedEvent", [line(3, "agent", str(BOB), 70, "Done")])
    assert read(CHAT_TICKET, [OPENING, *first, again[0], told]).ticket.gaps == ()


def test_what_could_not_be_read_of_a_chat_stays_so_when_it_is_taken_up_again() -> None:
    odd = chat(30, 20, "ChatEndedEvent", [JOIN, ASKED, line(2, "agent", str(BOB), 1, timestamp=None)])
    again = [chat(40, 60, "ChatStartedEvent", []), chat(50, 80, "ChatEndedEvent", [JOIN])]
    (gap,) = read(CHAT_TICKET, [OPENING, STARTED, odd, *again]).ticket.gaps
    assert (gap.since, gap.until) == (START, minutes(20))


def test_where_the_places_of_the_lines_are_counted_anew_no_line_is_lost() -> None:
    first = chat(30, 20, "ChatEndedEvent", [JOIN, ASKED, ANSWERED])
    again = [line(0, "end-user", str(ANA), 60, ..., type="ChatJoin"), line(1, "end-user", str(ANA), 61, "And now?")]
    second = [chat(40, 60, "ChatStartedEvent", []), chat(50, 80, "ChatEndedEvent", again)]
    answered = read(CHAT_TICKET, [OPENING, STARTED, first, *second])
    assert [words for *_, words in said(answered)] == ["It is down", "I am looking", "And now?"]


@pytest.mark.parametrize("at", [minutes(9_000), minutes(-9_000), minutes(125.5)])
def test_a_line_at_a_time_that_cannot_be_is_a_gap(at: datetime) -> None:
    odd = line(2, "agent", str(BOB), 0, timestamp=int(at.timestamp() * 1000))
    snapshot = read(CHAT_TICKET, [OPENING, STARTED, chat(30, 20, "ChatEndedEvent", [JOIN, ASKED, odd])])
    assert len(said(snapshot)) == 1
    (gap,) = snapshot.ticket.gaps
    assert (gap.since, gap.until, gap.why) == (
        START,
        minutes(20),
        "a line of the chat is dated at a time that cannot be",
    )


def test_what_was_said_before_the_chat_became_a_ticket_counts_at_its_creation() -> None:
    """Else a request that was answered live would be one that nobody answered."""
    asked, answered = line(1, "end-user", str(ANA), -20), line(2, "agent", str(BOB), -19)
    snapshot = read(CHAT_TICKET, [OPENING, chat(30, 0, "ChatEndedEvent", [asked, answered])])
    assert [(m.at, m.by) for m in only(snapshot, Message) if m.conversation] == [
        (START, Actor.CUSTOMER),
        (START, Actor.AGENT),
    ]
    assert snapshot.ticket.gaps == ()
