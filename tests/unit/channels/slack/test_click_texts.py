from __future__ import annotations

from datetime import datetime

import pytest

from slabot.channels.slack import click_texts as words
from slabot.channels.slack.examples import KOLKATA, PAGES, PRIYA
from slabot.channels.slack.message import Button
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.messages.view import Who

PLAIN = Plain(KOLKATA)
SAID_OTHERWISE = ("snooze", "set_severity", "give_reason", "declare_reply")
ACTS = [button.act for button in Button if button is not Button.OPEN_TICKET]
AT = datetime(2026, 1, 10, 3, 12, tzinfo=KOLKATA)


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("open", "nobody has it just now, and the message shows so, or will in a moment"),
        ("open_again", "it was taken on by Priya (Sat 10 Jan 2026 03:12 +05:30), and pages have gone on since"),
        ("acknowledged", "it was acknowledged by Priya, Sat 10 Jan 2026 03:12 +05:30"),
        ("claimed", "it was claimed by Priya, Sat 10 Jan 2026 03:12 +05:30"),
        ("snoozed", "it was snoozed by Priya until Sat 10 Jan 2026 03:40 +05:30"),
        ("answered_in_time", "it was answered in time, Sat 10 Jan 2026 03:20 +05:30"),
        ("missed", "it was answered Sat 10 Jan 2026 04:35 +05:30"),
        ("missed_without_an_answer", "it was closed without an answer Sat 10 Jan 2026 04:35 +05:30"),
        ("superseded", "the page no longer applies, because the ticket was merged into 4700"),
    ],
)
def test_a_stale_click_is_told_what_happened_instead(name: str, since: str) -> None:
    state = PAGES[name].state
    expected = f"This page is older than the ticket's state: {since}. Nothing was changed."
    assert words.stale(state, PLAIN) == expected
    assert since in words.taken(state, PLAIN)


def test_a_stale_click_is_told_the_time_of_its_own_place() -> None:
    assert f"<!date^{int(AT.timestamp())}^" in words.stale(PAGES["acknowledged"].state, Mrkdwn(KOLKATA))


@pytest.mark.parametrize(
    "answer",
    [
        words.unknown_page(),
        words.not_kept(),
        words.went_wrong(),
        words.claim_refused("the ticket is closed.", PLAIN),
        words.severity_refused("critical", "the ticket is closed.", PLAIN),
        words.severity_moved_on("critical", PLAIN),
        words.escalated_already(PRIYA, AT, PLAIN),
        *(words.not_allowed(act, "critical", ["@leads"], "#leads", PLAIN) for act in ACTS),
        *(words.cannot_ask(act, "critical", "Slack is down.", "#leads", PLAIN) for act in ACTS),
        *(words.no_dialog(act, "Slack is down.", PLAIN) for act in ACTS),
    ],
)
def test_every_refusal_says_what_was_done_and_what_to_do(answer: str) -> None:
    assert "not" in answer.casefold() or "nothing" in answer.casefold() or "stood in the way" in answer
    assert any(
        verb in answer
        for verb in ("Open the", "ssign the ticket", "lick again", "Please ask", "Set the priority", "press it again")
    )
    assert answer.endswith(".")
    assert ".." not in answer


def test_whom_to_ask_is_named_and_cannot_call_anybody() -> None:
    said = words.not_allowed("snooze", "critical", ["@leads", "maya@acme.example"], "<!channel>", Mrkdwn(KOLKATA))
    assert "@\u2060leads and maya@acme.example" in said
    assert "<!" not in said


@pytest.mark.parametrize("act", [act for act in ACTS if act not in SAID_OTHERWISE])
def test_the_ledger_says_who_did_what(act: str) -> None:
    assert words.did(act, "maya").startswith("maya ")


def test_the_note_on_the_ticket_says_who_and_why_and_what_became_of_the_priority() -> None:
    said = words.severity_note("maya", "critical", "their shop is down", "urgent")
    assert said.startswith("maya set the severity to critical from Slack, because: their shop is down")
    assert "The priority is set to urgent to match." in said
    assert "was left as it is" in words.severity_note("maya", "critical", "x", None)


def test_somebody_of_whom_only_an_id_is_known_is_shown_by_slack() -> None:
    assert "<@U0PRIYA>" in words.escalated_already(Who(None, "U0PRIYA"), AT, Mrkdwn(KOLKATA))
