"""Which helpdesks are held against the contract? A further one is a line here."""

from __future__ import annotations

from tests.conformance.freshdesk_house import FreshdeskHouse
from tests.conformance.house import House
from tests.conformance.memory_house import MemoryHouse
from tests.conformance.zendesk_house import ZendeskHouse

HOUSES: dict[str, type[House]] = {
    "zendesk": ZendeskHouse,
    "freshdesk": FreshdeskHouse,
    "memory": MemoryHouse,
}
