"""Which known names are suggested for a word that is none of them?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slabot.domain.suggestions import did_you_mean, nearest, nearest_meant, suggestion

ROOT = Path(__file__).parents[3]


def test_at_most_three_names_are_suggested_the_likeliest_first() -> None:
    assert len(nearest("berlin", [f"berlin{letter}" for letter in "abcdef"])) == 3
    assert nearest("berlin", ["berlinabc", "berlina", "berlinab"]) == ("berlina", "berlinab", "berlinabc")


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("abcdefwxyz", ()),  # six letters of eight and ten
        ("abcdefgxyzab", ()),
        ("abcdefgx", ("abcdefgh",)),
        ("weekend", ()),  # it is no weekday
        ("hihg", ("high",)),  # two letters swapped
        ("hxxh", ()),
    ],
)
def test_a_far_fetched_name_is_not_suggested(word: str, found: tuple[str, ...]) -> None:
    assert nearest(word, ["abcdefghij", "abcdefgh", "weekday", "high"])[:1] == found


def test_a_name_in_another_case_or_with_spaces_around_it_is_the_only_one_meant() -> None:
    assert nearest(" HIGH ", ["high", "higher"]) == ("high",)
    assert nearest("Critcal", ["CRITICAL"]) == ("CRITICAL",)


@pytest.mark.parametrize("word", [None, 5, True, ["high"], ""])
def test_a_word_may_be_any_value_of_a_file(word: object) -> None:
    assert nearest(word, ["high"]) == ()


def test_a_name_with_several_spellings_is_suggested_once() -> None:
    same = {f"berlin{letter}": "Berlin" for letter in "abcde"} | {"berlinxy": "Other"}
    assert nearest_meant("berlin", same) == ("Berlin", "Other")
    assert nearest_meant("berlinb", {"berlina": "A", "berlinb": "B"}) == ("B",)


def test_another_name_is_not_fetched_from_beyond_six_spellings_of_the_first() -> None:
    spellings = {f"berlin{letter}": "Berlin" for letter in "abcdef"}
    assert nearest_meant("berlin", {**spellings, "berlingo": "Other"}) == ("Berlin",)


@pytest.mark.parametrize(
    ("names", "question"),
    [
        ((), ""),
        (("A",), 'did you mean "A"?'),
        (("A", "B"), 'did you mean "A" or "B"?'),
        (("A", "B", "C"), 'did you mean "A", "B" or "C"?'),
    ],
)
def test_suggestions_are_one_question(names: tuple[str, ...], question: str) -> None:
    assert did_you_mean(names) == question


def test_a_suggestion_follows_a_sentence_or_is_nothing() -> None:
    assert suggestion("priorty", ["priority", "status"]) == '; did you mean "priority"?'
    assert suggestion("xyz", ["priority", "status"]) == ""


def test_nobody_else_looks_for_likely_names() -> None:
    """One cut-off and one wording hold only while there is one place that has them."""
    found = [
        str(path.relative_to(ROOT))
        for package in ("slabot", "adapters", "webhooks", "slabot_sandbox")
        for path in sorted((ROOT / package).rglob("*.py"))
        if re.search(r"\bdifflib\b|did you mean \S*\{", path.read_text(encoding="utf-8"))
    ]
    assert found == ["slabot/domain/suggestions.py"]
