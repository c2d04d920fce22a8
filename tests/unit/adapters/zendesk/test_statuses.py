"""Map Zendesk's statuses to categories, and back."""

from __future__ import annotations

import pytest

from adapters.errors import UnmappedStatus
from adapters.zendesk.statuses import StatusMap
from slabot.domain import (
    Category,
    StatusChanged,
)

from ..conftest import STATUSES
from .objects import ANA, BOB, BORN, audit, change, created, only, read, ticket


def test_an_unmapped_status_is_a_loud_error() -> None:
    short = StatusMap("acme", {"new": Category.OPEN, "open": Category.PENDING})
    with pytest.raises(UnmappedStatus, match=r"helpdesks\.acme\.statuses.*solved: pending") as caught:
        read(ticket(status="solved"), [], statuses=short)
    assert caught.value.status == "solved"
    with pytest.raises(UnmappedStatus):  # also one that the ticket had long ago
        read(ticket(), [BORN, audit(20, BOB, 1, change("status", "new", "hold"))], statuses=short)


def test_statuses_are_compared_without_case() -> None:
    assert read(ticket(status="HOLD"), []).status_now is Category.WAITING_ON_THIRD_PARTY


CUSTOM = StatusMap(
    "acme",
    {**STATUSES, "With Vendor": Category.WAITING_ON_THIRD_PARTY, "778": Category.WAITING_ON_CUSTOMER},
    {"777": "With vendor", "778": "Odd", "779": "Plain open"},
)


@pytest.mark.parametrize(
    ("custom", "category"),
    [
        (777, Category.WAITING_ON_THIRD_PARTY),
        ("777", Category.WAITING_ON_THIRD_PARTY),
        (778, Category.WAITING_ON_CUSTOMER),
        (779, Category.PENDING),
        (None, Category.PENDING),
    ],
)
def test_a_custom_status_counts_by_name_or_id_and_else_its_system_status(custom: object, category: Category) -> None:
    assert read(ticket(custom_status_id=custom), [], statuses=CUSTOM).status_now is category


def test_a_custom_status_and_the_systems_that_changes_with_it_are_one_move() -> None:
    born = audit(10, ANA, 0, created("status", "new"), created("custom_status_id", "770"))
    moved = audit(20, BOB, 1, change("status", "new", "open"), change("custom_status_id", "770", "777"))
    back = audit(30, BOB, 2, change("custom_status_id", "777", "779"))
    snapshot = read(ticket(custom_status_id=779), [born, moved, back], statuses=CUSTOM)
    assert [event.to for event in only(snapshot, StatusChanged)] == [
        Category.WAITING_ON_THIRD_PARTY,
        Category.PENDING,
    ]
    assert snapshot.ticket.status is Category.OPEN


@pytest.mark.parametrize(
    ("category", "target"),
    [
        (Category.OPEN, None),  # Zendesk never goes back to New
        (Category.PENDING, ("open", None)),
        (Category.WAITING_ON_THIRD_PARTY, ("hold", None)),
        (Category.CLOSED, ("closed", None)),
    ],
)
def test_what_to_set_for_a_category(category: Category, target: tuple[str, str | None] | None) -> None:
    assert CUSTOM.to_write(category) == target


def test_a_category_that_only_a_custom_status_stands_for_is_set_by_its_id() -> None:
    words = {"open": Category.PENDING, "With vendor": Category.WAITING_ON_THIRD_PARTY, "778": Category.SOLVED}
    mapped = StatusMap("acme", words, {"777": "With vendor"})
    assert mapped.to_write(Category.WAITING_ON_THIRD_PARTY) == ("", "777")
    assert mapped.to_write(Category.SOLVED) == ("", "778")
    assert mapped.has_custom_words
    assert not StatusMap("acme", STATUSES).has_custom_words
