"""Are the new words of a message told from everything else?"""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from slabot.judgement.separation import MOST, separate

MAILS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).resolve().parents[2] / "fixtures" / "judgement" / "separation.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.mark.parametrize("mail", MAILS, ids=[mail["id"] for mail in MAILS])
def test_new_words_stay_and_the_rest_goes(mail: dict[str, Any]) -> None:
    new = separate(mail["text"]).new
    assert [words for words in mail["new"] if words not in new] == []
    assert [words for words in mail["gone"] if words in new] == []


def test_a_text_of_new_words_alone_stays_as_it_is() -> None:
    text = "The console is down.\n\nSince nine, for all of us."
    assert separate(text) == (text, False, False, False, False)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-02 04:00:01 FATAL core: all workers dead",
        "[2026-11-02T04:00:01Z] service down",
        "Nov  2 04:00:01 host agentd[12]: lost",
        "ERROR: db.pool: connection lost",
        "Traceback (most recent call last):",
        "    at com.acme.Main.run(Main.java:12)",
        "SystemError: all hosts offline",
    ],
)
def test_a_line_of_a_log_is_no_word_of_the_customer(line: str) -> None:
    found = separate(f"It is slow.\n{line}\nNothing else.")
    assert found.log
    assert found.new == "It is slow.\nNothing else."


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02 04:00:01 FATAL core: all workers dead\n" * 4000,
        "some words of a long story\n" * 9000,
        "x" * 200_000,
        "> a\n" * 60_000,
        "From: " * 40_000,
        "Best regards, " * 15_000,
    ],
    ids=["log", "story", "one line", "quotes", "headers", "greetings"],
)
def test_of_a_very_long_text_little_is_read(text: str) -> None:
    assert len(separate(text).new) <= MOST + 2


@pytest.mark.parametrize(
    "text",
    [
        "This e-mail is confidential. If you are not the intended recipient, delete it.",
        "[cid:image001.png@01DA77]",
        "---------- Forwarded message ---------\nFrom: Support\nSubject: relay\n\nPlease send the log.",
    ],
)
def test_where_nothing_new_was_written_it_says_so(text: str) -> None:
    assert separate(text).not_own


def test_a_long_paragraph_without_line_breaks_is_read_and_a_line_of_data_is_not() -> None:
    story = "We looked at everything that came to mind. " * 80 + "All agents are offline."
    assert separate(f"{story}\n{'QUJDREVG' * 400}").new == story


def test_what_was_forwarded_alone_is_read_all_the_same() -> None:
    assert "host down" in separate("---------- Forwarded message ---------\nFrom: Monitor\n\nhost down").new


@pytest.mark.parametrize("line", [" " * 100_000 + "x", "\t" * 100_000 + "x", "x" + " " * 100_000 + "y()"])
def test_a_line_of_blanks_is_read_in_time_that_grows_with_its_length(line: str) -> None:
    def seconds(text: str) -> float:
        start = process_time()
        separate(text)
        return process_time() - start

    assert seconds(line) < 0.5  # with the square of its length it would take minutes


def test_lines_that_begin_with_a_level_are_a_log_and_one_alone_is_not() -> None:
    log = "ERROR critical failure: service down\nFATAL all nodes unreachable"
    assert separate(f"A few agents write this each hour:\n\n{log}").new == "A few agents write this each hour:"
    assert "nobody can log in" in separate("ERROR and nobody can log in\n\nPlease help").new
