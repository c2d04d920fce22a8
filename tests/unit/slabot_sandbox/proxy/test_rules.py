"""Which calls a rule hits, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import SwitchError
from slabot_sandbox.proxy import Asked, Misbehaviour, Rule, RuleBook

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
TICKET = Asked(service="zendesk", method="GET", path="/api/v2/tickets/7/comments.json", body='{"about": "acme/7/"}')


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(MONDAY)


@pytest.fixture
def book(clock: SteppedClock) -> RuleBook:
    return RuleBook(clock)


def hang(**more: Any) -> Rule:
    return Rule(kind=Misbehaviour.HANG, **more)


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ({}, True),
        ({"service": "zendesk", "method": "GET", "path": "/api/v2/tickets/7*", "body": "*acme/7/*"}, True),
        ({"service": "slack"}, False),
        ({"method": "PUT"}, False),
        ({"path": "/api/v2/tickets/8*"}, False),
        ({"body": "*acme/8/*"}, False),
    ],
)
def test_a_rule_hits_the_calls_that_it_names(book: RuleBook, rule: dict[str, str], hit: bool) -> None:
    added = book.add(hang(**rule))
    assert (book.take(TICKET) is added) is hit
    assert added.hits == int(hit)


def test_a_share_is_of_all_calls_that_fit_and_the_same_in_each_run(book: RuleBook) -> None:
    struck = []
    for _ in range(2):
        added = book.add(hang(share=0.3, seed=7))
        struck.append([book.take(TICKET) is added for _ in range(1000)])
        book.clear()
    assert struck[0] == struck[1]
    assert 250 < sum(struck[0]) < 350


def test_a_rule_ends_after_so_many_calls_or_at_its_time(book: RuleBook, clock: SteppedClock) -> None:
    book.add(hang(times=2))
    assert [book.take(TICKET) is not None for _ in range(3)] == [True, True, False]
    book.add(hang(lasting=timedelta(minutes=5)))
    book.add(hang(until=MONDAY + timedelta(minutes=7)))
    taken = []
    for _ in range(3):
        hit = book.take(TICKET)
        taken.append(None if hit is None else hit.number)
        clock.elapse(timedelta(minutes=5))
    assert taken == [2, 3, None]


def test_the_oldest_rule_goes_first_and_one_can_be_cleared_alone(book: RuleBook) -> None:
    first, second = book.add(hang()), book.add(hang())
    assert book.take(TICKET) is first
    assert book.clear(first.number) == 1
    assert book.take(TICKET) is second
    assert book.on() == (second,)
    assert (book.clear(), book.clear()) == (1, 0)


def test_what_happens_before_reading_is_asked_for_by_itself(book: RuleBook) -> None:
    added = book.add(Rule(kind=Misbehaviour.HANG_CONNECT))
    assert book.take(TICKET) is None
    assert book.take(TICKET, before_reading=True) is added


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"kind": Misbehaviour.DRIP, "how": "upwards"}, "choose one of: body, headers"),
        ({"kind": Misbehaviour.HANG, "how": "long"}, "only one way"),
        ({"kind": Misbehaviour.HANG, "share": 0.0}, "up to 100%"),
        ({"kind": Misbehaviour.HANG, "share": 30.0}, "up to 100%, and not 3000%"),
        ({"kind": Misbehaviour.STATUS, "status": 100}, "no final status"),
        ({"kind": Misbehaviour.HANG_CONNECT, "path": "/x"}, "before anything is read"),
    ],
)
def test_what_means_nothing_is_refused(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(SwitchError, match=said):
        Rule(**rule)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ({}, "* hang, all calls"),
        ({"service": "slack", "share": 0.3, "path": "/x*"}, "slack hang, 30% of /x*"),
        ({"method": "PUT", "body": "*acme/7/*"}, "* hang, PUT * about *acme/7/*"),
    ],
)
def test_a_rule_is_told_in_a_line(rule: dict[str, Any], line: str) -> None:
    assert str(hang(**rule)) == line
