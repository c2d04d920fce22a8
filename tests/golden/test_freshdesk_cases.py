"""Is what Freshdesk tells of a ticket read right, whenever and however often it is looked at?"""

from __future__ import annotations

from pathlib import Path

from slabot.store import open_store
from tests.golden.freshdesk_cases import agrees, cases, found


def test_every_case_comes_out_right_however_often_it_is_looked_at(shared_dir: Path, tmp_path: Path) -> None:
    wrong, looked = [], 0
    for case in cases(shared_dir / "cases" / "helpdesk"):
        for look in case.looks():
            looked += 1
            with open_store(f"sqlite:///{tmp_path}/{looked}.db") as store:
                decision = case.decide(store, look)
            for key, expected in case.expected.items():
                value = found(decision, key)
                if not agrees(value, expected):
                    wrong.append(f"{case.name}, looked at {look}: {key} is {value}, not {expected}")
    assert wrong == []
    assert looked


def test_words_of_a_case_ask_for_at_least_so_much() -> None:
    assert agrees(2, ">= 1: the customer's word after the close starts a clock of its own")
    assert not agrees(0, ">= 1: as before")
    assert agrees("2026-02-18T14:40:00+00:00", "2026-02-18T14:40:00Z")
    assert not agrees("2026-02-18T14:41:00+00:00", "2026-02-18T14:40:00Z")
    assert not agrees(2, 1)
