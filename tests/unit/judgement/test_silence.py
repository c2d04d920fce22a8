"""Is a reply that says no more than it seems told from one that does?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slabot.judgement import Reply, meaning
from slabot.reports.evaluation import Figures, JudgedText, reply_figures

OWN = Path(__file__).resolve().parents[2] / "fixtures" / "judgement" / "silence.jsonl"
AUTO, THANKS, CLOSING, FEEDBACK, UNCLEAR = (
    Reply.AUTO_REPLY,
    Reply.THANKS_ONLY,
    Reply.CLOSING_WORD,
    Reply.FEEDBACK,
    Reply.UNCLEAR,
)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("I am on leave until Monday.", AUTO),
        ("I am on leave until Monday, but here is the log.", FEEDBACK),
        ("I was on leave, sorry. It still fails.", FEEDBACK),
        ("Thanks!", THANKS),
        ("Thanks, but it still fails.", FEEDBACK),
        ("Thanks. Does it work on a Mac as well?", FEEDBACK),
        ("Thank you for the quick help.\n\nKind regards\nAna Ruiz\nHead of Outages", THANKS),
        ("It works now, you can close the ticket.", CLOSING),
        ("It works now, but only on one machine.", FEEDBACK),
        ("Please do not close it yet.", FEEDBACK),
        ("If it works tomorrow you can close it.", FEEDBACK),
        ("?", UNCLEAR),
        ("ok", UNCLEAR),
        ("", UNCLEAR),
        ("Sent from my iPhone", UNCLEAR),
        ("Version 8.2", FEEDBACK),
        ("Vielen Dank!", THANKS),
        ("Es klappt jetzt, Sie können das Ticket schließen.", CLOSING),
        ("Merci beaucoup, bonne journée.", THANKS),
        ("Le problème persiste.", FEEDBACK),
        ("Ya está solucionado, gracias.", CLOSING),
        ("ありがとうございました。", THANKS),
    ],
)
def test_a_reply_means_what_a_careful_colleague_would_say(text: str, reply: Reply) -> None:
    assert meaning(text).reply is reply


def test_the_subject_of_an_automatic_reply_says_so() -> None:
    assert meaning("Back on the 12th.", "Automatic reply: your ticket").reply is AUTO


def test_a_title_in_a_language_without_spaces_says_so_too() -> None:
    assert meaning("12月5日まで休みます。", "自動返信").reply is AUTO


@pytest.mark.parametrize(
    "text",
    [
        "The message quarantined was from our payroll provider, release it.",
        "The survey module crashes for two users.",
        "Our customers cannot unsubscribe with the button.",
        "It was blocked by our spam filter, I have whitelisted you.",
        "We use an automated response for customers and that template has no logo.",
        "Der Feiertag steht falsch im Kalender.",
        "Die Abwesenheitsnotiz wird doppelt verschickt.",
    ],
)
def test_one_word_that_notices_use_makes_no_automatic_reply(text: str) -> None:
    assert meaning(text).reply is FEEDBACK


def test_two_phrases_of_notices_make_one() -> None:
    assert meaning("You are receiving this mail because you have an account. Unsubscribe.").reply is AUTO


@pytest.mark.parametrize(
    "text",
    [
        "The test worked on Monday and crashed on Tuesday.",
        "We closed the ticket by accident, it crashes each morning.",
        "Thanks, the console crashes each morning.",
        "Our office is closed on Friday, come on Thursday at ten.",
        "The server has been sorted into group B and gets its policy from there.",
        "We sorted the list by date and see 14 entries.",
    ],
)
def test_what_tells_of_trouble_closes_nothing_and_is_no_mere_thanks(text: str) -> None:
    assert meaning(text).reply is FEEDBACK


def test_whoever_says_that_it_may_be_closed_may_tell_of_the_trouble_that_was() -> None:
    assert meaning("The server crashed for good and was replaced. Please close.").reply is CLOSING


def test_the_words_that_say_so_are_quoted() -> None:
    assert meaning("Hello,\n\nit works now, you can close the ticket. Thanks!").quote.startswith("it works now")


def _figures(path: Path) -> Figures:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return reply_figures(
        [JudgedText(row["id"], row["label"], meaning(row["text"], row["subject"]).reply.value) for row in rows]
    )


def test_the_figures_of_the_projects_own_replies_hold() -> None:
    figures = _figures(OWN)
    assert figures.false_alarms.count <= 1
    assert (figures.recall.value or 0) >= 0.9


def test_the_figures_of_replies_by_others_hold(shared_dir: Path) -> None:
    figures = _figures(shared_dir / "cases" / "judgement" / "silence.jsonl")
    assert figures.false_alarms.count <= 1
    assert (figures.recall.value or 0) >= 0.9
