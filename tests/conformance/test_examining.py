"""Does the adapter look at its account without changing it, and say what it could not ask?"""

from __future__ import annotations

import pytest

from adapters.base import Adapter
from slabot.domain import Finding, Level
from slabot_sandbox import FaultKind
from tests.conformance.house import PLANS, House


def test_it_says_that_the_helpdesk_answers_and_who_slabot_is(house: House, adapter: Adapter) -> None:
    found = adapter.examine(PLANS)
    assert found[0].level is Level.RIGHT
    assert adapter.whoami().email in " ".join(finding.words for finding in found)


def test_it_writes_nothing(house: House, adapter: Adapter) -> None:
    own = house.create()
    before = (house.writes(), house.state(own))
    adapter.examine(PLANS)
    assert (house.writes(), house.state(own)) == before


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.DELAY])
def test_what_cannot_be_asked_is_a_finding_and_not_an_error(house: House, adapter: Adapter, kind: FaultKind) -> None:
    house.disturb(kind, writes=False)
    found = adapter.examine(PLANS)
    assert [finding.level for finding in found if finding.level is Level.WRONG] == []
    assert Level.UNKNOWN in {finding.level for finding in found}
    assert all(finding.remedy for finding in found if finding.level is not Level.RIGHT)


def test_every_finding_that_is_not_right_has_its_remedy_and_reads_as_a_sentence(house: House, adapter: Adapter) -> None:
    for finding in adapter.examine(PLANS):
        assert isinstance(finding, Finding)
        assert not finding.words.endswith(".")
        assert finding.level is Level.RIGHT or finding.remedy.endswith((".", "?"))


def test_the_statuses_of_the_account_are_told_by_the_words_that_the_policy_uses(house: House, adapter: Adapter) -> None:
    told = {status.word.casefold(): status for status in adapter.own_statuses()}
    assert {word.casefold() for word in house.statuses} <= told.keys()
    for word, category in house.statuses.items():
        assert told[word.casefold()].usual in (category, None)


def test_groups_and_languages_are_told_without_a_write(house: House, adapter: Adapter) -> None:
    before = house.writes()
    names = (*adapter.own_groups(), *adapter.own_brands(), *adapter.own_forms(), *adapter.own_languages())
    assert all(name.strip() for name in names)
    assert house.writes() == before
