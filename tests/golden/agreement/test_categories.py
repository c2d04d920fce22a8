"""Are the statuses of a ticket named and mapped as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

import pytest

from slabot.domain import Category
from tests.fixtures.policies import policy
from tests.fixtures.tickets import CLOSED, OPEN, PENDING, SOLVED, THIRD_PARTY, WAITING, ticket


@pytest.mark.parametrize(
    ("category", "words"),
    [
        (OPEN, "Open"),
        (PENDING, "Pending"),
        (WAITING, "Waiting on Customer"),
        (THIRD_PARTY, "Waiting on Third Party"),
        (SOLVED, "Solved"),
        (CLOSED, "Closed"),
    ],
)
def test_the_categories_are_named_as_in_the_agreement(category: Category, words: str) -> None:
    """Categories: Open (logged, not yet reviewed or assigned)

    Pending (action required from support)

    Waiting on Customer · Waiting on Third Party · Solved
    """
    assert category.words == words
    assert len(Category) == 6
    assert ticket().decide("Mon 12 Jan 09:00").category is OPEN
    assert ticket().becomes("Mon 12 Jan 10:00", category).decide("Mon 12 Jan 10:00").category is category


@pytest.mark.parametrize(
    ("status", "category"),
    [
        ("new", OPEN),
        ("open", PENDING),
        ("pending", WAITING),
        ("hold", THIRD_PARTY),
        ("solved", SOLVED),
        ("closed", CLOSED),
    ],
)
def test_zendesk_statuses_have_their_categories(status: str, category: Category) -> None:
    """Zendesk: new→Open, open→Pending, pending→Waiting on Customer, hold→Waiting on Third Party, solved, closed;"""
    assert policy().category("acme", status) is category


def test_custom_zendesk_statuses_are_mapped_by_name() -> None:
    """custom statuses by name."""
    rules = policy({"helpdesks.acme.statuses.In review": "pending"})
    assert rules.category("acme", "In review") is PENDING


@pytest.mark.parametrize(("status", "category"), [("2", OPEN), ("3", PENDING), ("4", SOLVED), ("5", CLOSED)])
def test_freshdesk_statuses_have_their_categories(status: str, category: Category) -> None:
    """Freshdesk: 2 Open, 3 Pending, 4 Solved, 5 Closed;"""
    assert policy().category("partners", status) is category


def test_the_mapping_of_statuses_is_the_policys() -> None:
    """The mapping is in the policy"""
    rules = policy({"helpdesks.partners.statuses.3": "waiting_on_customer"})
    assert rules.category("partners", "3") is WAITING
    assert rules.category("partners", "6") is None  # not listed: no guess
    assert rules.category("elsewhere", "3") is None
