"""Which texts to customers are right, and what is said of those that are not?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.policy import PolicyError
from tests.fixtures.policies import policy


def problems(texts: dict[str, Any], **settings: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(PolicyError) as raised:
        policy({"waiting.templates": texts, **settings})
    return [(problem.code, problem.message, problem.fix) for problem in raised.value.problems]


def test_texts_by_language_are_found_however_the_language_is_written() -> None:
    templates = policy({"waiting.templates": {"PT_br": {"solved": "Olá"}, "de": {"solved": "Hallo"}}}).waiting.templates
    assert templates.text("solved", "pt-br") == "Olá"
    assert templates.text("solved", "de-at") == "Hallo"
    assert templates.text("solved", "pt") is None


@pytest.mark.parametrize("name", ["folow_up", "deutsch", "xx", "d"])
def test_what_is_neither_a_text_nor_a_language_is_said_to_be_neither(name: str) -> None:
    ((code, message, fix),) = problems({name: {"solved": "Hallo"}})
    assert (code, message) == ("unknown-setting", f'"{name}" is neither a text nor a language')
    assert "follow_up" in fix
    assert "de: {follow_up: …}" in fix


def test_a_text_under_a_language_is_checked_like_any_other() -> None:
    ((code, message, fix),) = problems({"de": {"folow_up": "Hallo"}})
    assert (code, message) == ("unknown-setting", '"folow_up" is not a setting of waiting.templates.de')
    assert "follow_up" in fix
    ((code, _, fix),) = problems({"de": {"solved": "Hallo {{ticket.id}}"}})
    assert (code, fix) == ("foreign-placeholder", "write {ticket}")
    ((code, _, _),) = problems({"only_for": [{"brand": "Pro", "fr": {"solved": "{name}"}}]})
    assert code == "bad-template"


def test_words_for_a_late_reply_are_asked_for_where_slabot_has_none() -> None:
    ((code, message, _),) = problems({"fr": {"solved": "Bonjour {late_reply}"}})
    assert (code, message) == ("bad-template", "{late_reply} has words in English and German alone")
    templates = policy({"waiting.templates": {"de-AT": {"solved": "danach {late_reply}"}}}).waiting.templates
    assert templates.text("solved", "de-at") == "danach {late_reply}"


def test_a_language_that_is_none_is_refused_where_one_is_named() -> None:
    for setting in ("helpdesks.acme.language", "organization_languages"):
        value: Any = "klingonish" if setting.endswith("language") else {"Contoso": "klingonish"}
        ((code, message, _),) = problems({}, **{setting: value})
        assert (code, message) == ("bad-value", '"klingonish" is no language')
