"""A sentence for people ends in one full stop."""

from __future__ import annotations

import pytest

from slabot.domain.sentences import sentence


@pytest.mark.parametrize("text", ["It waits", "It waits.", "It waits. ", "It waits.."])
def test_a_sentence_ends_in_one_full_stop(text: str) -> None:
    assert sentence(text) == "It waits."


@pytest.mark.parametrize("text", ["Is it?", "It goes on…", 'It said "no."', ""])
def test_what_is_closed_or_empty_gets_none(text: str) -> None:
    assert sentence(text) == text
