"""What may follow from evidence of a language model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot.judgement import About, Judgement, Scope, SeverityLevel, find, judge, shipped
from slabot.judgement.model import Doubt, Effect, QuotedEvidence, Shows, Weighed, weigh

LEXICON = shipped()
UNDERSTATED = "Since this morning our 25 vans drive by feeling."
LOGO = "URGENT!!! The logo on the monthly report looks blurry."
EXPORT = "The export fails since the update. Tim reads the rows to Anna over the telephone."
UNPLAIN = "We are the branch in Graz, next to the station."


def reader(text: str) -> Judgement:
    found = judge(find("", [text], LEXICON))
    assert found is not None
    return found


def shows(
    text: str, quote: str, what: Shows, about: About = About.CORE, hits: Scope = Scope.ALL, **more: Any
) -> Weighed:
    start = text.index(quote)
    piece = QuotedEvidence(what, about, hits, 1, start, start + len(quote), quote)
    return weigh(reader(text), [piece], ("", text), LEXICON, **more)


def test_where_the_reader_is_undecided_the_more_severe_counts() -> None:
    text = f"{UNPLAIN} Our scales print stars."
    before = reader(text)
    assert before.undecided
    found = shows(text, "Our scales print stars", Shows.BROKEN, About.FUNCTION, Scope.SITE)
    assert (found.effect, found.level, found.or_else) == (Effect.RAISED, SeverityLevel.HIGH, before.level)
    assert found.counts is SeverityLevel.HIGH


def test_critical_on_a_models_word_is_asked_about_and_counts_as_high() -> None:
    text = f"{UNPLAIN} Our scales print stars."
    found = shows(text, "Our scales print stars", Shows.DEAD)
    assert (found.level, found.counts) == (SeverityLevel.CRITICAL, SeverityLevel.HIGH)


def test_where_the_reader_is_sure_its_answer_counts_and_the_other_is_asked_about() -> None:
    text = "The export is slow for one of us. Our scales print stars."
    before = reader(text)
    assert (before.level, before.undecided) == (SeverityLevel.MEDIUM, False)
    found = shows(text, "Our scales print stars", Shows.DEAD)
    assert (found.effect, found.level, found.counts) == (Effect.RAISED, SeverityLevel.CRITICAL, SeverityLevel.MEDIUM)

    text = f"{EXPORT} It is urgent: there is a deadline at noon."
    assert (reader(text).level, reader(text).undecided) == (SeverityLevel.HIGH, False)
    found = shows(text, "Tim reads the rows to Anna", Shows.WORKAROUND)
    assert (found.effect, found.level, found.or_else) == (Effect.QUESTIONED, SeverityLevel.HIGH, SeverityLevel.MEDIUM)
    assert found.counts is SeverityLevel.HIGH


def test_a_quoted_way_round_takes_an_undecided_one_a_step_down() -> None:
    before = reader(EXPORT)
    assert (before.level, before.or_else) == (SeverityLevel.HIGH, SeverityLevel.MEDIUM)
    found = shows(EXPORT, "Tim reads the rows to Anna", Shows.WORKAROUND)
    assert (found.effect, found.level, found.or_else) == (Effect.LOWERED, SeverityLevel.MEDIUM, None)


def test_a_quoted_question_takes_an_undecided_one_down_to_low() -> None:
    text = "We think about the tariff for a second branch."
    before = reader(text)
    assert (before.level, before.or_else) == (SeverityLevel.MEDIUM, SeverityLevel.LOW)
    found = shows(text, "think about the tariff", Shows.QUESTION)
    assert (found.effect, found.level) == (Effect.LOWERED, SeverityLevel.LOW)


def test_nothing_takes_it_down_once_the_customer_has_written_more() -> None:
    found = shows(EXPORT, "Tim reads the rows to Anna", Shows.WORKAROUND, may_lower=False)
    assert found.effect is Effect.NONE


def test_neither_a_way_round_nor_a_question_takes_critical_away() -> None:
    text = "Nobody can log in at any site. Tim writes on cards. I am curious about the tariff."
    assert reader(text).level is SeverityLevel.CRITICAL
    for quote, what in (
        ("Tim writes on cards", Shows.WORKAROUND),
        ("I am curious about the tariff", Shows.QUESTION),
    ):
        assert shows(text, quote, what).effect is Effect.NONE


@pytest.mark.parametrize(
    ("text", "quote", "what", "doubt"),
    [
        (LOGO, "The logo on the monthly report looks blurry", Shows.DEAD, Doubt.TRIFLE),
        ("URGENT URGENT critical!!! The tariff, please.", "URGENT URGENT critical", Shows.DEAD, Doubt.CLAIMED),
        ("If the cloud goes down, our tills stop.", "our tills stop", Shows.DEAD, Doubt.SUPPOSED),
        ("Do all of our agents stand still?", "all of our agents stand still", Shows.DEAD, Doubt.ASKED),
        ("Last month all of our vans stood there.", "all of our vans stood there", Shows.DEAD, Doubt.OVER),
        ("On our staging system the tills print stars.", "the tills print stars", Shows.DEAD, Doubt.TEST),
        ("All agents were offline. It works again now.", "All agents were offline", Shows.DEAD, Doubt.SOLVED),
        ("The export fails. There is no other way to do it.", "There is no other way", Shows.WORKAROUND, Doubt.DENIED),
        ("The export fails. We cannot do it by hand.", "We cannot do it by hand", Shows.WORKAROUND, Doubt.DENIED),
        ("The export fails for all of us, sadly.", "The export fails for all", Shows.QUESTION, Doubt.DENIED),
    ],
)
def test_evidence_against_which_the_reader_knows_something_does_not_count(
    text: str, quote: str, what: Shows, doubt: Doubt
) -> None:
    found = shows(text, quote, what)
    assert found.effect is Effect.NONE
    assert [why for _, why in found.doubts] == [doubt]


_TEXTS = (UNDERSTATED, LOGO, EXPORT, UNPLAIN, "Nobody can log in at any site.", "How can I change the colour?")


@given(st.data())
def test_whatever_a_model_answers_it_does_no_more_than_its_moves(data: st.DataObject) -> None:
    text = " ".join(data.draw(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=3, unique=True)))
    pieces = []
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        what, about = data.draw(st.sampled_from(Shows)), data.draw(st.sampled_from(About))
        pieces.append(QuotedEvidence(what, about, data.draw(st.sampled_from(Scope)), 1, start, end, text[start:end]))
    before = reader(text)
    found = weigh(before, pieces, ("", text), LEXICON)
    ranks = list(SeverityLevel)
    counts, was = ranks.index(found.counts), ranks.index(before.level)
    assert found.counts is not SeverityLevel.CRITICAL or before.level is SeverityLevel.CRITICAL
    match found.effect:
        case Effect.NONE:
            assert (found.level, found.or_else, found.counts) == (before.level, before.or_else, before.level)
        case Effect.RAISED:
            assert found.or_else is before.level
            assert counts == was or (counts < was and before.undecided)
        case Effect.QUESTIONED:
            assert counts == was
            assert before.level is not SeverityLevel.CRITICAL
        case Effect.LOWERED:
            assert before.undecided
            assert before.level is not SeverityLevel.CRITICAL
            assert counts == was + 1
            assert any(piece.shows.kind is None for piece in found.rests_on)
