"""Is a text divided into sentences and words as people read it?"""

from __future__ import annotations

import pytest

from slabot.judgement.tokens import LONGEST_SENTENCE, sentences


def forms(text: str) -> list[list[str]]:
    return [[token.form for token in sentence.tokens] for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is down. We wait!", [["it", "is", "down"], ["we", "wait"]]),
        ("Version 8.2 is slow", [["version", "8", "2", "is", "slow"]]),
        ("2 300 agents, 1.460 in Graz", [["2300", "agents", "1460", "in", "graz"]]),
        ("Can’t sign-in", [["can't", "sign", "in"]]),
        ("L’export n'arrive pas", [["l'", "export", "n'", "arrive", "pas"]]),
        ("Geräte ŁÓDŹ", [["gerate", "lodz"]]),
        ("Hello,\nit fails", [["hello"], ["it", "fails"]]),
        ("", []),
        ("...", []),
    ],
)
def test_a_text_is_divided_into_sentences_and_words(text: str, expected: list[list[str]]) -> None:
    assert forms(text) == expected


def test_a_line_that_was_wrapped_goes_on() -> None:
    text = "This is a long line that a mail program has wrapped at its end\nand so it goes on"
    assert len(sentences(text)) == 1


@pytest.mark.parametrize("marks", ['""', "“”", "„“", "«»", "''", "‘’"])
def test_what_stands_between_quotation_marks_is_known(marks: str) -> None:
    (sentence,) = sentences(f"The rule {marks[0]}all down{marks[1]} fires")
    assert [token.form for token in sentence.tokens if token.quoted] == ["all", "down"]


def test_an_apostrophe_opens_no_quotation() -> None:
    (sentence,) = sentences("The customers' tickets aren't there")
    assert not any(token.quoted for token in sentence.tokens)


def test_a_quotation_that_is_never_closed_is_none() -> None:
    (sentence,) = sentences('The rule "all down fires')
    assert not any(token.quoted for token in sentence.tokens)


def test_a_question_is_known() -> None:
    assert [sentence.asks for sentence in sentences("Is it down? It is.")] == [True, False]


def test_a_sentence_without_an_end_is_divided() -> None:
    assert all(len(sentence.tokens) <= LONGEST_SENTENCE for sentence in sentences("down, " * 2000))


def test_words_know_where_they_stand() -> None:
    text = "  All — really ALL — agents"
    (sentence,) = sentences(text)
    assert [text[token.start : token.end] for token in sentence.tokens] == ["All", "really", "ALL", "agents"]
