"""Does the example read tickets from the tables of a warehouse, and say what is missing there?"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from examples import warehouse
from examples.follow import follow, observing
from examples.summary import Summary
from slabot.domain import (
    Category,
    Deleted,
    StatusChanged,
)
from slabot.policy import load_policy


@pytest.fixture(scope="module")
def house(shared_dir: Path) -> warehouse.Warehouse:
    return warehouse.read_warehouse(shared_dir / "recorded" / "zendesk-warehouse-seeds")


@pytest.fixture(scope="module")
def found(house: warehouse.Warehouse) -> dict[str, warehouse.Found]:
    return {found.record.ticket.id: found for found in warehouse.read_all(house, "acme")}


class TestTheWarehouse:
    def test_every_ticket_row_becomes_a_ticket_and_is_decided_at_its_every_next_look(
        self, found: dict[str, warehouse.Found], checkout: Path
    ) -> None:
        policy = observing(load_policy((checkout / "config.example.yaml").read_bytes()))
        summary = Summary(policy)
        for each in found.values():
            summary.add(follow(each.record, policy))
        assert (summary.tickets, summary.cut) == (10, 0)
        assert dict(summary.total.verdicts) == {"unknown": 8, "void": 2}

    def test_the_field_history_gives_the_categories_on_hold_included(self, found: dict[str, warehouse.Found]) -> None:
        timeline = found["11071"].record.timeline
        moves = [event.to.value for event in timeline if isinstance(event, StatusChanged)]
        assert Counter(moves) == {
            "waiting_on_customer": 4,
            "waiting_on_third_party": 3,
            "pending": 3,
            "solved": 1,
            "closed": 1,
        }
        assert all(event.at.utcoffset() == timedelta() for event in timeline)

    def test_changes_dated_before_the_creation_are_the_state_at_creation_and_said(
        self, found: dict[str, warehouse.Found]
    ) -> None:
        ticket, missing = found["11071"].record.ticket, found["11071"].missing
        assert (ticket.status, ticket.priority, ticket.assignee) == (Category.PENDING, "normal", "1111")
        assert any("3 changes are dated before the creation" in words for words in missing)

    def test_deleted_tickets_are_void(self, found: dict[str, warehouse.Found]) -> None:
        deleted = {
            number for number, each in found.items() if any(isinstance(e, Deleted) for e in each.record.timeline)
        }
        assert deleted == {"1595", "11013"}

    def test_no_ticket_has_its_messages_and_each_says_so(self, found: dict[str, warehouse.Found]) -> None:
        assert not any(each.record.ticket.history_complete for each in found.values())
        assert all(any("no comment rows" in words for words in each.missing) for each in found.values())

    def test_rows_of_tickets_that_have_no_row_are_left_out_and_counted(self, house: warehouse.Warehouse) -> None:
        assert {table: len(tickets) for table, tickets in house.orphans.items()} == {
            "comments": 7,
            "field history": 16,
            "tags": 5,
            "merges": 1,
        }
