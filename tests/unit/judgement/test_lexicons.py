"""Does every entry of the lexicons find what its cases show, and can the policy change them?"""

from __future__ import annotations

import pytest

from slabot.judgement import Entry, Extension, PhraseError, SeverityLevel, Sign, check_phrase, find, judge, shipped
from slabot.judgement.lexicon import document_of
from slabot.judgement.phrases import Phrases
from slabot.judgement.tokens import sentences

ENTRIES = shipped().entries
REPLIES = document_of("replies")["entries"]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_an_entry_is_found_in_each_of_its_cases(entry: Entry) -> None:
    assert entry.cases
    for case in entry.cases:
        found = {mark.entry for sentence in sentences(case) for mark in shipped().marks(sentence, entry.language)}
        assert entry.name in found, case


@pytest.mark.parametrize("name", [name for name, entry in REPLIES.items() if entry.get("cases")])
def test_an_entry_of_replies_is_found_in_each_of_its_cases(name: str) -> None:
    phrases = Phrases(((0, phrase) for phrase in REPLIES[name]["phrases"]), {})
    for case in REPLIES[name]["cases"]:
        assert any(phrases.find(sentence.tokens) for sentence in sentences(case)), case


def test_every_sign_is_shown_by_an_entry_in_each_language() -> None:
    for language in ("en", "de", "fr", "es"):
        assert {entry.sign for entry in ENTRIES if entry.language == language} == set(Sign)


def test_names_of_entries_are_unique_and_begin_with_their_language() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))
    assert all(entry.name.startswith(f"{entry.language}.") for entry in ENTRIES)


def test_an_entry_that_is_switched_off_is_not_found() -> None:
    text = "All agents are offline since this morning."
    without = shipped().changed(off=["en.broken"])
    before, after = judge(find("", [text], shipped())), judge(find("", [text], without))
    assert before is not None
    assert after is not None
    assert before.level is SeverityLevel.CRITICAL
    assert after.level is not SeverityLevel.CRITICAL


def test_a_phrase_of_the_policy_is_found_in_any_language() -> None:
    more = shipped().changed(more=[Extension(Sign.DEAD, "fuchsteufelswild"), Extension(Sign.CORE, "drehkreuz*")])
    for text in ("The Drehkreuze are fuchsteufelswild, all of them.", "Alle Drehkreuze sind fuchsteufelswild."):
        found = judge(find("", [text], more))
        assert found is not None
        assert found.level is SeverityLevel.CRITICAL, text


def test_a_lexicon_without_changes_is_the_shipped_one() -> None:
    assert shipped().changed() is shipped()


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("", "is empty"),
        ("... down", ""),
        ("down ...", "begins or ends"),
        ("*mail*", "one end"),
        ("e-mail", "no word"),
        ("(really)", "begins or ends"),
        ("{device} down", 'names the set "device"'),
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused_with_its_remedy(phrase: str, why: str) -> None:
    if not why:
        check_phrase(phrase)  # a gap in front says nothing and does no harm
        return
    with pytest.raises(PhraseError) as refused:
        check_phrase(phrase)
    assert why in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("crash*", "it CRASHES", True),
        ("*ausfall", "ein Stromausfall", True),
        ("can't|cannot start", "it can’t start", True),
        ("can't|cannot start", "it cannot ever start", False),
        ("cannot ... start", "it cannot for some odd reason start", True),
        ("cannot ... start", "it cannot for some odd reason or other ever start", False),
        ("(all) agents down", "agents down", True),
        ("# agents", "1,200 agents", True),
        ("n'arrive pas", "je n’arrive pas à entrer", True),
        ("está caido", "ESTA caído", True),
    ],
)
def test_a_phrase_is_found_as_it_is_written_down(phrase: str, text: str, found: bool) -> None:
    phrases = Phrases([(0, phrase)], {})
    assert bool(phrases.find(sentences(text)[0].tokens)) is found
