"""Remember tickets that lists brought, for a moment and for one use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.base import Changed
from adapters.zendesk import rows as rows_module
from adapters.zendesk.export import read_row
from adapters.zendesk.rows import FRESH, Rows

from .objects import START, at, ticket


def row(number: int = 7, updated: float = 60, **changed: Any) -> Changed:
    return read_row(ticket(id=number, updated_at=at(updated), **changed))


def test_a_row_is_used_once() -> None:
    rows = Rows()
    rows.remember([row()], START)
    assert rows.has("7", START)
    found = rows.take("7", START)
    assert found is not None
    assert found["updated_at"] == at(60)
    assert rows.take("7", START) is None


@pytest.mark.parametrize("age", [FRESH + timedelta(seconds=1), -timedelta(seconds=1)])
def test_an_old_row_and_one_of_a_clock_that_was_set_back_are_not_used(age: timedelta) -> None:
    rows = Rows()
    rows.remember([row()], START)
    assert not rows.has("7", START + age)
    assert rows.take("7", START + age) is None


def test_the_newest_version_wins_in_whatever_order_they_come() -> None:
    for order in ([60, 61], [61, 60]):
        rows = Rows()
        for minute in order:
            rows.remember([row(updated=minute)], START)
        found = rows.take("7", START)
        assert found is not None
        assert found["updated_at"] == at(61)


def test_a_version_that_was_read_is_not_remembered_and_not_kept() -> None:
    rows = Rows()
    rows.remember([row(updated=60)], START)
    rows.was_read("7", at(60))
    assert not rows.has("7", START)
    rows.remember([row(updated=59), row(updated=60)], START)
    assert not rows.has("7", START)
    rows.remember([row(updated=61)], START)
    assert rows.has("7", START)


def test_a_ticket_that_is_gone_is_asked_for() -> None:
    rows = Rows()
    rows.remember([row(), row(status="deleted", subject="SCRUBBED", updated=61)], START)
    assert not rows.has("7", START)


def test_memory_is_bounded_and_words_of_customers_are_not_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "KEPT", 3)
    monkeypatch.setattr(rows_module, "READ", 3)
    rows = Rows()
    rows.remember([row(number, description="It is down") for number in range(1, 6)], START)
    assert [rows.has(str(number), START) for number in range(1, 6)] == [False, False, True, True, True]
    found = rows.take("5", START)
    assert found is not None
    assert "description" not in found
    for number in range(1, 6):
        rows.was_read(str(number), at(60))
    rows.remember([row(1), row(5)], START)
    assert (rows.has("1", START), rows.has("5", START)) == (True, False)
