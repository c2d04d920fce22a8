from __future__ import annotations

from datetime import datetime

import pytest

from slabot.paging import click_words as words
from slabot.paging import superseded
from slabot.paging.examples import KOLKATA, OPEN, PAGES
from slabot.paging.markup import Mrkdwn, Plain

PLAIN = Plain(KOLKATA)


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("open", "something changed since this button was shown, and the message now shows it"),
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
    assert since in words.already(state, PLAIN)


def test_a_stale_click_is_told_the_time_of_its_own_place() -> None:
    moment = int(datetime(2026, 1, 10, 3, 12, tzinfo=KOLKATA).timestamp())
    assert f"<!date^{moment}^" in words.stale(PAGES["acknowledged"].state, Mrkdwn(KOLKATA))


def test_an_acknowledgement_says_until_when_it_is_quiet() -> None:
    assert words.acknowledged(PAGES["acknowledged"], PLAIN) == (
        "You have acknowledged ticket 4711. Pages stop until Sat 10 Jan 2026 03:42 +05:30; "
        "if the first answer has not come by then, they go on."
    )


def test_a_claim_says_so_as_well() -> None:
    assert words.claimed(PAGES["claimed"], PLAIN).startswith("Ticket 4711 is yours: it is assigned to you. Pages stop")


def test_without_a_further_page_nothing_is_promised() -> None:
    assert words.acknowledged(superseded(OPEN, "it was merged"), PLAIN).endswith("No further page is planned.")


@pytest.mark.parametrize(
    "answer",
    [
        words.unknown_page(),
        words.no_agent_account(),
        words.not_kept(),
        words.claim_refused("the ticket is closed", PLAIN),
    ],
)
def test_every_refusal_says_what_was_done_and_what_to_do(answer: str) -> None:
    assert "not" in answer.casefold() or "nothing" in answer.casefold()
    assert any(verb in answer for verb in ("Open the ticket", "assign the ticket", "Click again"))
