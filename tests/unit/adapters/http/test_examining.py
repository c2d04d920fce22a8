"""What can be said of any helpdesk from the answer to one call?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from adapters.errors import NotAllowed, Unreachable
from adapters.http.examining import ask, clocks
from slabot.domain import Finding, Level

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)


def dated(date: str | None) -> requests.Response:
    response = requests.Response()
    if date is not None:
        response.headers["Date"] = date
    return response


@pytest.mark.parametrize(
    ("ahead", "level", "words"),
    [
        (0, Level.RIGHT, "agree"),
        (10, Level.RIGHT, "agree"),
        (-10, Level.RIGHT, "agree"),
        (45, Level.NOTICE, "45 seconds ahead of"),
        (-90, Level.NOTICE, "90 seconds behind"),
        (240, Level.WRONG, "webhooks are refused"),
        (-7200, Level.WRONG, "7200 seconds behind"),
    ],
)
def test_how_far_the_clocks_are_apart_is_read_from_the_date_of_the_answer(ahead: int, level: Level, words: str) -> None:
    date = (NOW - timedelta(seconds=ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    found = clocks(dated(date), NOW)
    assert (found.level, words in found.words) == (level, True)
    assert bool(found.remedy) is (level is not Level.RIGHT)


@pytest.mark.parametrize("date", [None, "", "yesterday", "99 Foo 2026"])
def test_a_date_that_nobody_can_read_is_not_known(date: str | None) -> None:
    assert clocks(dated(date), NOW).level is Level.UNKNOWN


def _raise(error: Exception) -> Finding:
    raise error


def refused() -> Iterator[Finding]:
    yield from [_raise(NotAllowed("the permission is missing", endpoint="GET /x", remedy="make it an admin"))]


def away() -> Iterator[Finding]:
    yield from [_raise(Unreachable("no answer", endpoint="GET /x"))]


def test_what_may_not_be_looked_at_is_wrong_or_to_be_known() -> None:
    (wrong,) = ask("things", refused)
    (notice,) = ask("things", refused, may_be_closed="Make it an admin.")
    assert (wrong.level, notice.level, notice.remedy) == (Level.WRONG, Level.NOTICE, "Make it an admin.")


def test_what_does_not_answer_is_not_known() -> None:
    (found,) = ask("things", away, may_be_closed="x")
    assert (found.level, "GET /x" in found.remedy) == (Level.UNKNOWN, True)


def test_what_was_found_is_handed_on() -> None:
    right = Finding(Level.RIGHT, "All there")
    assert ask("things", lambda: [right]) == [right]
