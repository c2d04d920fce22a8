"""What does the name of a status say about whose turn it is?"""

from __future__ import annotations

import pytest

from adapters.base import OwnStatus
from slabot.domain import Category
from slabot.setup.status_words import question, suggested


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("Waiting on Customer", Category.WAITING_ON_CUSTOMER),
        ("Awaiting your Reply", Category.WAITING_ON_CUSTOMER),
        ("Pending  client   feedback", Category.WAITING_ON_CUSTOMER),
        ("Waiting on Third Party", Category.WAITING_ON_THIRD_PARTY),
        ("With the vendor", Category.WAITING_ON_THIRD_PARTY),
        ("On-hold", Category.WAITING_ON_THIRD_PARTY),
        ("Customer Responded", Category.PENDING),
        ("Awaiting agent", Category.PENDING),
        ("Being Processed", Category.PENDING),
        ("Not resolved", Category.PENDING),
        ("Reopened", Category.PENDING),
        ("RESOLVED", Category.SOLVED),
        ("Done", Category.SOLVED),
        ("Closed", Category.CLOSED),
        ("New", Category.OPEN),
        ("Unassigned", Category.OPEN),
        ("Pending", None),
        ("Open", None),
        ("Newcastle", None),
        ("", None),
        ("待機中", None),
    ],
)
def test_a_name_suggests_a_category_or_nothing(label: str, category: Category | None) -> None:
    assert suggested(label) is category


def status(label: str, usual: Category | None) -> OwnStatus:
    return OwnStatus(word="3", label=label, usual=usual)


def test_a_name_that_says_the_opposite_of_its_number_is_asked_about() -> None:
    asked = question(status("Awaiting your Reply", Category.PENDING))
    assert asked is not None
    assert asked.suggestion is Category.WAITING_ON_CUSTOMER
    assert asked.because == (
        'The status 3 reads "Awaiting your Reply" and sounds like Waiting on Customer, '
        "where such a status usually is Pending"
    )


def test_a_status_that_only_people_can_place_is_asked_about() -> None:
    asked = question(status("Parked", None))
    assert asked is not None
    assert asked.suggestion is None
    assert "has not the name that such a status usually has" in asked.because
    own = question(OwnStatus(word="Parked", label="Parked", usual=None, own=True))
    assert own is not None
    assert own.because == 'The status "Parked" is one of this account\'s own'


@pytest.mark.parametrize("label", ["Pending", "Being processed", "Something else"])
def test_names_that_agree_or_say_nothing_are_not(label: str) -> None:
    assert question(status(label, Category.PENDING)) is None
