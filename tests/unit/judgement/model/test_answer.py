"""Which answers of a language model are taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slabot.judgement.errors import AnswerFault, ModelAnswerError
from slabot.judgement.model import QuotedEvidence, Shows, make_question, read_answer

TEXT = "Hi Tom,\n\nthe screens of\n   dispatch stay grey since 7:15, call +49 170 1234567 for more."
QUESTION = make_question("Odd morning in Graz", [TEXT])
GREY = {"shows": "dead", "about": "core", "hits": "all", "quote": "the screens of dispatch stay grey"}


def read(*evidence: Any, **more: Any) -> tuple[QuotedEvidence, ...]:
    return read_answer(json.dumps({"evidence": list(evidence), **more}), QUESTION)


def fault(content: str) -> AnswerFault:
    with pytest.raises(ModelAnswerError) as told:
        read_answer(content, QUESTION)
    assert "grey" not in str(told.value)
    return told.value.fault


def test_a_quote_is_found_as_the_customer_wrote_it() -> None:
    (found,) = read(GREY)
    assert found.quote == "the screens of\n   dispatch stay grey" == TEXT[found.start : found.end]
    assert (found.shows, found.text) == (Shows.DEAD, 1)


def test_a_quote_over_what_was_masked_leads_back_to_it() -> None:
    (found,) = read(GREY | {"quote": "since 7:15, call [phone] for more"})
    assert found.quote == "since 7:15, call +49 170 1234567 for more"


def test_a_quote_may_stand_in_the_subject() -> None:
    (found,) = read(GREY | {"quote": "Odd morning in Graz"})
    assert (found.text, found.start, found.end) == (0, 0, 19)


def test_no_evidence_is_an_answer_and_the_same_twice_is_once() -> None:
    assert read() == ()
    assert len(read(GREY, GREY)) == 1


@pytest.mark.parametrize("quote", ["everything is down", "The Screens of dispatch", "grey", "", "x" * 400, "[phone]."])
def test_a_quote_that_does_not_stand_in_the_text_drops_the_whole_answer(quote: str) -> None:
    assert fault(json.dumps({"evidence": [GREY, GREY | {"quote": quote}]})) is AnswerFault.NOT_QUOTED


def test_words_that_were_masked_are_known_to_nobody_who_answers() -> None:
    assert fault(json.dumps({"evidence": [GREY | {"quote": "call +49 170 1234567"}]})) is AnswerFault.NOT_QUOTED


@pytest.mark.parametrize(
    "answer",
    [
        {"evidence": [], "severity": "critical"},
        {"evidence": [GREY | {"severity": "critical"}]},
        {"evidence": [GREY | {"shows": "catastrophe"}]},
        {"evidence": [GREY | {"about": "Core"}]},
        {"evidence": [GREY | {"hits": 5}]},
        {"evidence": [{"shows": "dead", "quote": GREY["quote"]}]},
        {"evidence": [GREY] * 9},
        {"evidence": {"0": GREY}},
        {"evidence": ["dead"]},
        [GREY],
        {},
        None,
        5,
    ],
)
def test_an_answer_that_does_not_keep_to_the_schema_is_dropped(answer: Any) -> None:
    assert fault(json.dumps(answer)) is AnswerFault.OUT_OF_SCHEMA


@pytest.mark.parametrize("content", ["", "Sure! It is critical.", '{"evidence": [', "```json\n{}\n```", "[" * 100_000])
def test_text_for_people_is_dropped(content: str) -> None:
    assert fault(content) is AnswerFault.NOT_JSON
