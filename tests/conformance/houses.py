"""Which helpdesks are held against the contract? A further one is a line here."""

from __future__ import annotations

from tests.conformance.freshdesk_house import FreshdeskHouse
from tests.conformance.house import House
from tests.conformance.memory_house import MemoryHouse
from tests.conformance.zendesk_house import ZendeskByTokenHouse, ZendeskHouse

HOUSES: dict[str, type[House]] = {
    "zendesk": ZendeskHouse,
    "zendesk_by_token": ZendeskByTokenHouse,
    "freshdesk": FreshdeskHouse,
    "memory": MemoryHouse,
}
