"""Do customers read what is true, in their language and by their name?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from slabot.domain import BrandChanged, Person, PrivacyChanged, RequesterChanged, TicketRecord
from slabot.messages.customer_texts import Addressee
from slabot.policy import Policy
from slabot.policy.customer_texts import KINDS, SHIPPED
from slabot.policy.languages import OURS
from tests.fixtures.policies import policy
from tests.fixtures.tickets import ticket
from tests.fixtures.times import at

ANA = Person("r1", "ana@customer.example", "Customer Ltd", "Ana Ruiz", "de")
NOW = at("Tue 13 Jan 09:00")
OWN = {"en": {"solved": "EN {reopen_within}"}, "de": {"solved": "DE {reopen_within}"}}


def record(requester: Person | None = ANA, *events: Any, **facts: Any) -> TicketRecord:
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00", "Which version\nis it?", id="q")
    story = story.waits("Mon 12 Jan 10:00").happens(*events)
    return TicketRecord(replace(story.ticket, requester=requester, **facts), story.timeline)


def text(kind: str, rules: Policy, about: TicketRecord, now: datetime = NOW) -> str:
    return Addressee.of(about, rules, now).text(kind, "1")


@pytest.mark.parametrize(
    ("helpdesk", "english", "german"),
    [
        ("acme", "after that, a reply starts a new ticket that follows this one.", "danach beginnt eine Antwort"),
        ("partners", "after that, a reply still opens this ticket.", "danach öffnet eine Antwort dieses Ticket weiter"),
        ("one of before", "after that, a reply still reaches us.", "danach erreicht uns eine Antwort weiterhin"),
    ],
)
def test_the_shipped_text_says_what_a_late_reply_does_there(helpdesk: str, english: str, german: str) -> None:
    rules = policy({"waiting.templates": {}})
    assert text("solved", rules, record(replace(ANA, language="en"), helpdesk=helpdesk)).endswith(english)
    assert german in text("solved", rules, record(helpdesk=helpdesk))


def test_lengths_are_said_in_the_language_of_the_text() -> None:
    rules = policy({"waiting.templates": {**OWN, "fr": {"solved": "FR {or_after}"}}})
    assert text("solved", rules, record()) == "DE 3 Tage"
    assert text("solved", rules, record(replace(ANA, language="de-AT"))) == "DE 3 Tage"
    assert text("solved", rules, record(replace(ANA, language="fr"))) == "FR 7\N{NO-BREAK SPACE}jours"
    assert text("solved", rules, record(replace(ANA, language="pt-BR"))) == "EN 3 days"  # the helpdesk's


def test_the_requesters_language_then_the_organisations_then_the_helpdesks() -> None:
    rules = policy({"waiting.templates": OWN, "organization_languages": {"customer LTD": "de"}})
    assert text("solved", rules, record(replace(ANA, language="en-US"))).startswith("EN")
    assert text("solved", rules, record(replace(ANA, language=None))).startswith("DE")
    assert text("solved", rules, record(replace(ANA, language=None, organization="Other"))).startswith("EN")
    german = policy({"waiting.templates": OWN, "helpdesks.acme.language": "de"})
    assert text("solved", german, record(None)).startswith("DE")


def test_a_text_without_a_language_goes_to_whoever_has_none_in_theirs() -> None:
    rules = policy({"waiting.templates": {"solved": "ALL {reopen_within}", "de": {"follow_up": "DE"}}})
    assert text("solved", rules, record()) == "ALL 3 days"
    assert text("follow_up", rules, record()) == "DE"
    assert text("follow_up", rules, record(replace(ANA, language="en"))).startswith("Hello Ana Ruiz, we are still")


def test_the_agreement_comes_before_the_brand_and_the_brand_before_the_file() -> None:
    waiting = {"templates": {"de": {"solved": "GOLD"}}}
    gold = {"name": "gold", "when": {"tags": ["gold"]}, "waiting": waiting}
    texts = {**OWN, "only_for": [{"brand": ["Pro"], "solved": "PRO"}, {"helpdesk": ["partners"], "solved": "PARTNERS"}]}
    rules = policy({"waiting.templates": texts, "agreements": [gold]})
    assert text("solved", rules, record()) == "DE 3 Tage"
    assert text("solved", rules, record(brand="pro")) == "PRO"
    assert text("solved", rules, record(ANA, BrandChanged(at=at("Mon 12 Jan 11:00"), id="b", to="Pro"))) == "PRO"
    assert text("solved", rules, record(helpdesk="partners")) == "PARTNERS"
    assert text("solved", rules, record(brand="pro", tags=("gold",))) == "GOLD"
    assert text("follow_up", rules, record(tags=("gold",))).startswith("Guten Tag Ana Ruiz, wir warten")


def test_the_terms_of_the_agreement_stand_in_the_text() -> None:
    gold = {"name": "gold", "when": {"tags": ["gold"]}, "solved": {"reopen_within": "10d", "close_after": "10d"}}
    rules = policy({"waiting.templates": OWN, "agreements": [gold]})
    assert text("solved", rules, record(tags=("gold",))) == "DE 10 Tage"


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Ana Ruiz", "Hello Ana Ruiz, we"),
        (" Ana\nRuiz ", "Hello Ana Ruiz, we"),
        (None, "Hello, we"),
        ("ana@customer.example", "Hello, we"),
        ("+49 30 1234", "Hello, we"),
        ("https://bad.example", "Hello, we"),
        ("x" * 61, "Hello, we"),
        ("{ticket}", "Hello, we"),
    ],
)
def test_a_name_is_used_where_it_is_one(name: str | None, greeted: str) -> None:
    assert text(
        "follow_up", policy({"waiting.templates": {}}), record(replace(ANA, name=name, language=None))
    ).startswith(greeted)


def test_whoever_asks_since_is_not_greeted_by_the_name_of_the_first() -> None:
    later = RequesterChanged(at=at("Mon 12 Jan 12:00"), id="r", to="r2", email="bo@customer.example")
    rules = policy({"waiting.templates": {}})
    assert text("follow_up", rules, record(ANA, later)).startswith("Hello, we are still")
    assert text("follow_up", rules, record(ANA), at("Mon 12 Jan 11:00")).startswith("Guten Tag Ana Ruiz, wir")


def test_a_reminder_may_quote_the_last_question() -> None:
    texts = {"de": {"follow_up": "Hallo\nGefragt war: {question}\nGruß"}, "follow_up": "Q {question}"}
    rules = policy({"waiting.templates": texts})
    assert text("follow_up", rules, record()) == "Hallo\nGefragt war: „Which version is it?“\nGruß"
    assert text("follow_up", rules, record(replace(ANA, language="en"))) == "Q “Which version is it?”"
    hidden = PrivacyChanged(at=at("Mon 12 Jan 11:00"), id="p", of="q", public=False)
    assert text("follow_up", rules, record(ANA, hidden)) == "Hallo\nGruß"


@pytest.mark.parametrize("language", OURS)
@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_say_the_same_rule(kind: str, language: str) -> None:
    found, english = SHIPPED.text(kind, language), SHIPPED.text(kind, "en")
    assert found is not None
    assert english is not None
    for name in ("requester", "number", "follow_ups", "or_after", "reopen_within", "late_reply"):
        assert (f"{{{name}}}" in found) is (f"{{{name}}}" in english)
