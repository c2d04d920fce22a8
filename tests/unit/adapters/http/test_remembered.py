"""Is an answer asked for again when it is due, and not before?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.http import remembered
from adapters.http.remembered import AGAIN, FRESH, Remembered

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Directory:
    """Who has which address; counts how often it was asked."""

    def __init__(self, **people: str) -> None:
        self.people, self.asked = people, 0

    def ask(self, address: str) -> str | None:
        self.asked += 1
        return self.people.get(address)


def find(known: Remembered[str], directory: Directory, address: str, at: datetime) -> str | None:
    return known.find(address, at, lambda: directory.ask(address))


@pytest.mark.parametrize(("address", "found", "good_for"), [("maya", "7", FRESH), ("raj", None, AGAIN)])
def test_an_answer_is_good_for_its_time(address: str, found: str | None, good_for: timedelta) -> None:
    known: Remembered[str] = Remembered()
    directory = Directory(maya="7")
    assert find(known, directory, address, NOW) == found
    assert find(known, directory, address, NOW + good_for - SECOND) == found
    assert directory.asked == 1
    assert find(known, directory, address, NOW + good_for) == found
    assert directory.asked == 2


def test_somebody_who_was_just_added_is_found_and_somebody_who_left_is_forgotten() -> None:
    known: Remembered[str] = Remembered()
    directory = Directory(maya="7")
    assert find(known, directory, "raj", NOW) is None
    directory.people = {"raj": "8"}
    assert find(known, directory, "raj", NOW + AGAIN) == "8"
    assert find(known, directory, "maya", NOW) is None
    assert directory.asked == 3


def test_an_error_is_remembered_by_nobody() -> None:
    known: Remembered[str] = Remembered()

    def fail() -> str | None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        known.find("maya", NOW, fail)
    assert known.find("maya", NOW, lambda: "7") == "7"


def test_the_oldest_answer_is_forgotten_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "KEPT", 2)
    known: Remembered[str] = Remembered()
    directory = Directory(a="1", b="2", c="3")
    for address in ("a", "b", "c", "b", "c"):
        find(known, directory, address, NOW)
    assert directory.asked == 3
    find(known, directory, "a", NOW)
    assert directory.asked == 4


def test_an_answer_from_before_the_clock_was_set_back_is_asked_for_again() -> None:
    known: Remembered[str] = Remembered()
    directory = Directory(maya="7")
    assert find(known, directory, "maya", NOW) == "7"
    assert find(known, directory, "maya", NOW - SECOND) == "7"
    assert directory.asked == 2
