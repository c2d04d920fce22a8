"""Which kinds of message are there, how does each helpdesk tell them, and which tests hold that?

Promise: each kind names tests that exist, for what it counts as and for each helpdesk that tells it. The table in
docs/adapters.md is written from this by `tools/message_kinds.py`; tests/golden/test_message_kinds.py holds both.

A test is named by its place below tests/: ``golden/agreement/test_who_speaks.py::TestChats::test_…``. To add a kind, or
another test of one, write it here and run the script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_PROVED = "[not proved]"


@dataclass(frozen=True, slots=True)
class Told:
    """How one helpdesk tells a kind of message.

    Attributes:
        how: for people who know the helpdesk's API.
        tests: that hold it; none where the helpdesk has no such message.
        proved: False where no recording and no documentation bears it out.
    """

    how: str
    tests: tuple[str, ...]
    proved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """One row.

    Attributes:
        counts_as: for whom it speaks, and what follows.
        tests: that hold this, whatever the helpdesk.
        absent: helpdesks that have no such message, each with what is there instead.
    """

    name: str
    counts_as: str
    tests: tuple[str, ...]
    told: Mapping[str, Told]
    absent: Mapping[str, str] = field(default_factory=dict)


def held_by(kind: MessageKind) -> list[str]:
    """All tests of a kind: of what it counts as, then of how each helpdesk tells it."""
    return [*kind.tests, *(test for told in kind.told.values() for test in told.tests)]


ZENDESK, FRESHDESK = "zendesk", "freshdesk"
HELPDESKS = {ZENDESK: "Zendesk", FRESHDESK: "Freshdesk"}

_SPEAKS = "golden/agreement/test_who_speaks.py::"
_WRITTEN = "golden/terms/test_written_by_agents.py::"
_FIRST = "golden/agreement/test_first_response.py::"
_ZENDESK = "unit/adapters/zendesk/"
_FRESHDESK = "unit/adapters/freshdesk/"
_BOTH = "conformance/test_speakers.py::"

KINDS: tuple[MessageKind, ...] = (
    MessageKind(
        name="The requester writes",
        counts_as="the customer's word: it starts clocks and ends waits",
        tests=(f"{_FIRST}test_the_clock_starts_at_the_creation",),
        told={
            ZENDESK: Told(
                "a `Comment` in the audits, by the requester of that time",
                (f"{_ZENDESK}test_fetching.py::test_a_conversation_is_read_as_it_happened",),
            ),
            FRESHDESK: Told(
                "the description; a conversation that came in, from the requester by id or address",
                (f"{_FRESHDESK}test_fetching.py::test_a_conversation_is_read_as_it_happened",),
            ),
        },
    ),
    MessageKind(
        name="Somebody in copy, or of the requester's organisation, writes; in private too",
        counts_as="the customer's word",
        tests=(
            f"{_SPEAKS}TestOutsiders::test_whoever_is_on_the_customers_side_then_speaks_for_the_customer",
            "unit/rules/test_next_response.py::test_a_private_reply_by_mail_starts_a_next_response",
        ),
        told={
            ZENDESK: Told(
                "a `Comment` by an end user; copies and organisation change by events of the audits. A mail to support "
                "alone is private",
                (
                    f"{_ZENDESK}test_messages.py::"
                    "test_what_counts_is_who_was_requester_in_copy_and_of_the_organisation_then",
                    f"{_ZENDESK}test_sides.py::test_copies_are_read_in_all_their_forms",
                ),
            ),
            FRESHDESK: Told(
                "a conversation that came in, from an address in copy or a contact of the ticket's company; neither is "
                "dated",
                (
                    f"{_BOTH}test_somebody_in_copy_speaks_for_the_customer",
                    f"{_BOTH}test_a_colleague_of_the_requester_speaks_for_the_customer",
                    f"{_FRESHDESK}test_standing.py::test_a_private_reply_and_an_automatic_one_are_told_as_such",
                ),
            ),
        },
    ),
    MessageKind(
        name="An agent answers in public",
        counts_as="support's: an answer",
        tests=(
            f"{_FIRST}test_a_first_response_is_the_first_public_message_by_a_person_of_support",
            f"{_SPEAKS}TestAsItWasThen::test_the_agent_who_answered_becomes_the_requester",
        ),
        told={
            ZENDESK: Told(
                "a `Comment` with `public: true`, by an agent or admin",
                (f"{_ZENDESK}test_fetching.py::test_a_conversation_is_read_as_it_happened",),
            ),
            FRESHDESK: Told(
                "a conversation that went out, not private, by an agent, also by one who has left",
                (f"{_FRESHDESK}test_fetching.py::test_a_conversation_is_read_as_it_happened",),
            ),
        },
    ),
    MessageKind(
        name="An agent writes an internal note",
        counts_as="nobody's: it answers nothing",
        tests=(f"{_FIRST}test_what_is_no_answer_by_a_person_never_counts",),
        told={
            ZENDESK: Told(
                "a `Comment` with `public: false`",
                (f"{_ZENDESK}test_fetching.py::test_a_conversation_is_read_as_it_happened",),
            ),
            FRESHDESK: Told(
                "a private conversation; a forward (source 8)",
                (f"{_FRESHDESK}test_fetching.py::test_a_conversation_is_read_as_it_happened",),
            ),
        },
    ),
    MessageKind(
        name="An agent writes who is the requester of this ticket, or in copy of it",
        counts_as="the customer's word, on this ticket",
        tests=(
            f"{_SPEAKS}TestAsItWasThen::test_an_agent_who_was_the_requester_then_did_not_answer",
            f"{_SPEAKS}TestAsItWasThen::test_an_agent_in_copy_then_speaks_for_the_customer",
        ),
        told={
            ZENDESK: Told(
                "a `Comment` by an agent; who was requester and in copy is dated by the audits",
                (
                    f"{_ZENDESK}test_sides.py::test_a_change_of_requester_is_told_with_the_address_and_the_ticket_keeps_the_first",
                ),
            ),
            FRESHDESK: Told(
                "a conversation by an agent who is requester or in copy now",
                (
                    f"{_FRESHDESK}test_fetching.py::test_an_agent_who_asks_for_help_is_the_customer",
                    f"{_BOTH}test_an_agent_in_copy_speaks_for_the_customer_on_this_ticket_alone",
                ),
            ),
        },
    ),
    MessageKind(
        name="A light agent writes",
        counts_as="nobody's",
        tests=(f"{_SPEAKS}TestOutsiders::test_a_light_agent_speaks_for_nobody",),
        told={
            ZENDESK: Told(
                "a user of the light agents' role",
                (f"{_ZENDESK}test_messages.py::test_a_light_agent_is_said_to_be_one",),
            ),
            FRESHDESK: Told(
                "an agent of the type `collaborator`",
                (
                    f"{_FRESHDESK}test_authors.py::test_collaborators_are_light_agents",
                    f"{_FRESHDESK}test_standing.py::test_a_collaborator_is_a_light_agent",
                ),
                proved=False,
            ),
        },
    ),
    MessageKind(
        name="A third party writes",
        counts_as="nobody's: it ends no wait and starts no clock",
        tests=(
            f"{_SPEAKS}TestOutsiders::test_a_stranger_starts_no_clock_and_ends_no_wait",
            f"{_SPEAKS}TestOutsiders::test_the_policys_list_wins",
        ),
        told={
            ZENDESK: Told(
                "a `Comment` by an end user of neither side; a stranger's mail is private and flagged 2",
                (
                    f"{_ZENDESK}test_messages.py::test_an_end_user_speaks_for_the_customer_or_is_a_third_party",
                    f"{_ZENDESK}test_messages.py::"
                    "test_flagged_mail_of_a_stranger_is_a_third_partys_even_from_a_known_organisation",
                ),
                proved=False,
            ),
            FRESHDESK: Told(
                "a conversation that came in, from anybody else: a supplier to whom it was forwarded, a stranger",
                (
                    f"{_BOTH}test_a_stranger_speaks_for_nobody",
                    f"{_FRESHDESK}test_standing.py::test_a_supplier_to_whom_it_was_forwarded_is_not_the_customer",
                ),
            ),
        },
    ),
    MessageKind(
        name="A live chat, once it is told",
        counts_as="each line is its author's; the answers of one chat are one answer",
        tests=(
            f"{_SPEAKS}TestChats::test_the_answers_of_one_conversation_are_one_answer",
            f"{_SPEAKS}TestChats::test_another_conversation_is_another_question",
        ),
        told={
            ZENDESK: Told(
                "`value.history` of the chat's events in the audits, lines of type `ChatMessage` with `actor_type`",
                (
                    f"{_ZENDESK}test_chats.py::test_a_chat_that_is_over_is_read_with_authors_and_times",
                    f"{_ZENDESK}test_chats.py::"
                    "test_the_lines_are_the_union_of_all_that_is_told_and_the_newest_telling_wins",
                ),
                proved=False,
            ),
        },
        absent={FRESHDESK: "no chat is told apart: its messages are conversations like others"},
    ),
    MessageKind(
        name="A chat that is not over, a message that cannot be read, an event of an unknown kind",
        counts_as="a gap: the page says that slabot cannot see, a verdict that it could turn is `unknown`, no write",
        tests=(
            f"{_SPEAKS}TestGaps::test_a_running_clock_is_uncertain_and_its_page_leaves",
            f"{_SPEAKS}TestGaps::test_nothing_is_written",
            f"{_SPEAKS}TestGaps::test_solved_without_an_answer_that_slabot_can_see_is_unknown",
        ),
        told={
            ZENDESK: Told(
                "a chat's start without its end; an audit without time, a comment without id or author; an unknown "
                "event about messages",
                (
                    f"{_ZENDESK}test_chats.py::test_while_a_chat_is_open_there_is_a_gap_since_it_began",
                    f"{_ZENDESK}test_messages.py::test_a_comment_without_an_id_or_an_author_is_a_gap_and_the_rest_is_read",
                    f"{_ZENDESK}test_chats.py::test_an_unknown_event_about_messages_is_a_gap_from_then_on",
                ),
            ),
            FRESHDESK: Told(
                "conversations that are refused",
                (f"{_FRESHDESK}test_fetching.py::test_conversations_that_cannot_be_read_make_the_history_incomplete",),
            ),
        },
    ),
    MessageKind(
        name="A rule of the helpdesk sends a message",
        counts_as="nobody's",
        tests=(f"{_FIRST}test_what_is_no_answer_by_a_person_never_counts",),
        told={
            ZENDESK: Told("`via` names a trigger or an automation", (f"{_ZENDESK}test_reading.py::test_who_said_it",)),
            FRESHDESK: Told(
                "`automation_id` or `auto_response` on what went out",
                (f"{_FRESHDESK}test_fetching.py::test_a_survey_is_no_feedback_and_a_rule_is_no_agent",),
            ),
        },
    ),
    MessageKind(
        name="The helpdesk writes a line of its own: a merge, a transcript",
        counts_as="nobody's, public or not",
        tests=(f"{_FIRST}test_what_is_no_answer_by_a_person_never_counts",),
        told={
            ZENDESK: Told(
                "author -1; a comment whose `via` is a merge",
                (
                    f"{_ZENDESK}test_recordings.py::test_the_recorded_line_of_author_minus_one_is_nobodys_answer",
                    f"{_ZENDESK}test_messages.py::test_what_a_merge_writes_is_nobodys_word_public_or_not",
                ),
            ),
            FRESHDESK: Told(
                "no author; the note of a merge, by the policy's `merge_words`",
                (f"{_FRESHDESK}test_merges.py::test_the_lines_of_a_merge_are_nobodys_words_even_in_public",),
            ),
        },
    ),
    MessageKind(
        name="An automatic reply that is marked as one",
        counts_as="nobody's; a status that it changed may be set back",
        tests=(
            f"{_SPEAKS}TestAutomaticReplies::test_the_status_is_set_back_once_a_round",
            f"{_SPEAKS}TestAutomaticReplies::test_what_was_set_back_was_never_left",
            f"{_SPEAKS}TestAutomaticReplies::test_it_keeps_no_solved_ticket_open",
        ),
        told={
            ZENDESK: Told(
                "`machine_generated` in the audit's system metadata, or flag 4",
                (f"{_ZENDESK}test_messages.py::test_zendesks_flag_of_automatic_mail_is_taken",),
                proved=False,
            ),
            FRESHDESK: Told(
                "`auto_response` on what came in",
                (f"{_FRESHDESK}test_standing.py::test_a_private_reply_and_an_automatic_one_are_told_as_such",),
            ),
        },
    ),
    MessageKind(
        name="A message whose words alone look automatic",
        counts_as="the customer's word; what silence leads to waits until a person has looked",
        tests=(
            f"{_SPEAKS}TestAutomaticReplies::"
            "test_words_that_look_automatic_hold_what_silence_leads_to_until_a_person_looks",
            f"{_SPEAKS}TestAutomaticReplies::test_a_request_that_looks_automatic_keeps_its_clock",
        ),
        told={},
        absent={ZENDESK: "nothing tells it: the policy's words", FRESHDESK: "nothing tells it: the policy's words"},
    ),
    MessageKind(
        name="The customer rates the ticket",
        counts_as="no message: no clock, no feedback; a bad rating, or one with words, holds the close",
        tests=(f"{_SPEAKS}TestSurveys::test_a_bad_rating_or_one_with_words_holds_the_close_and_tells_a_person",),
        told={
            ZENDESK: Told(
                "changes of the satisfaction's score and comment in the audits",
                (
                    f"{_ZENDESK}test_ratings.py::test_a_rating_is_the_customers_with_its_words",
                    f"{_ZENDESK}test_ratings.py::test_an_offer_is_no_rating",
                ),
            ),
            FRESHDESK: Told(
                "a conversation of source 6, and the ticket's list of ratings",
                (
                    f"{_FRESHDESK}test_fetching.py::test_a_survey_is_no_feedback_and_a_rule_is_no_agent",
                    f"{_FRESHDESK}test_ratings.py::test_a_number_is_a_score",
                ),
            ),
        },
    ),
    MessageKind(
        name="An agent writes down a request",
        counts_as="as `requests.written_by_agents` says",
        tests=(
            f"{_WRITTEN}TestWrittenByAgents::test_from_when_it_counts",
            f"{_WRITTEN}TestWrittenByAgents::test_what_was_written_down_is_no_answer",
            f"{_WRITTEN}TestWrittenByAgents::test_the_field_says_when_the_customer_asked",
        ),
        told={
            ZENDESK: Told(
                "the creation's comment is an agent's, or an agent submitted the ticket",
                (f"{_ZENDESK}test_messages.py::test_a_request_that_an_agent_wrote_down_says_who_did",),
            ),
            FRESHDESK: Told(
                "the requester is named as the author; only the source *Phone* says that an agent wrote it, not who. "
                "An outbound e-mail is the agent's",
                (
                    f"{_FRESHDESK}test_standing.py::test_a_call_was_written_down_by_an_agent_whom_nobody_names",
                    f"{_FRESHDESK}test_fetching.py::test_an_outbound_ticket_was_begun_by_an_agent_whatever_the_stats_say",
                ),
            ),
        },
    ),
    MessageKind(
        name="A message is hidden or shown afterwards",
        counts_as="as it was when it was sent",
        tests=(f"{_SPEAKS}TestAsItWasThen::test_an_answer_hidden_later_stays_an_answer",),
        told={
            ZENDESK: Told(
                "`CommentPrivacyChange` in the audits",
                (f"{_ZENDESK}test_messages.py::test_public_is_the_flag_of_the_time_and_a_later_change_is_an_event",),
            ),
        },
        absent={FRESHDESK: "the flag of today alone: that of slabot's first look counts"},
    ),
    MessageKind(
        name="The customer writes to a closed ticket, or to one that was merged",
        counts_as="a clock starts, on that ticket or on the one that follows it",
        tests=(f"{_FIRST}test_a_reopening_resumes_the_clock_without_the_solved_time",),
        told={
            ZENDESK: Told(
                "a ticket of its own, whose `via` names the closed one",
                (f"{_ZENDESK}test_fetching.py::test_a_follow_up_is_a_ticket_of_its_own",),
            ),
            FRESHDESK: Told(
                "the same ticket, open again, dated by `reopened_at` or by the message",
                (
                    f"{_FRESHDESK}test_merges.py::test_one_to_which_the_customer_wrote_was_closed_and_is_open_again",
                    f"{_FRESHDESK}test_moves.py::test_a_ticket_that_was_solved_twice_was_reopened_in_between",
                ),
            ),
        },
    ),
)
