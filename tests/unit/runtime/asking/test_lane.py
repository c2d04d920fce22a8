"""The lane in which a language model is asked: bounded, once, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import ModelAnswered
from slabot.runtime.asking.client import ModelClient, ModelSettings
from slabot.runtime.asking.lane import Breaker, ModelQuestions
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.evaluation import evaluate, take_in
from slabot.store import Lane, LedgerEvent, OutboxState, ledger, outbox, tickets
from slabot_sandbox import Sandbox
from tests.fixtures.stores import postgres_url, sqlite_url, store, store_url
from tests.promises.test_a_language_model import LADDERS, SEVERITIES, UNDERSTATED
from tests.unit.runtime.conftest import MONDAY, World, make

__all__ = ["make", "postgres_url", "sqlite_url", "store", "store_url"]

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


Ask = Callable[..., World]


@pytest.fixture
def asking(make: Callable[..., World], sandbox: Sandbox) -> Ask:
    """Makes a world whose helpdesk has one ticket, about which the model is to be asked."""

    def build(text: str = UNDERSTATED, **model: Any) -> World:
        settings = {"mode": "act", "address": sandbox.model.url, "name": "sandbox-1", "key_env": "K"} | model
        classify = {"reader": {"mode": "act"}, "otherwise": "medium", "model": settings}
        made = make(severities=SEVERITIES, escalate=LADDERS, classify=classify)
        client = ModelClient(ModelSettings(address=sandbox.model.url, name="sandbox-1", key=sandbox.model.key))
        made = replace(made, parts=replace(made.parts, model=client))
        made.desk.has(1, MONDAY, text=text)
        made.parts.write(lambda conn: take_in(conn, made.parts, made.desk.fetch("1"), MONDAY))
        return made

    return build


def settle(world: World) -> None:
    assert world.parts.model is not None
    delivery = Delivery(world.parts, ModelQuestions(world.parts, world.parts.model))
    while delivery.drain():
        pass


def told(world: World, *events: LedgerEvent) -> list[str]:
    rows = world.parts.store.read(lambda conn: ledger.of_ticket(conn, "acme", "1"))
    return [row.text for row in rows if row.event in events]


def states(world: World) -> list[OutboxState]:
    rows = world.parts.store.read(lambda conn: outbox.of_ticket(conn, "acme", "1"))
    return [row.state for row in rows if row.lane is Lane.MODEL]


def answers(world: World) -> list[ModelAnswered]:
    stored = world.parts.store.read(lambda conn: tickets.load(conn, "acme", "1"))
    assert stored is not None
    return [event for event in stored.timeline if isinstance(event, ModelAnswered)]


def test_a_question_is_put_in_once_and_holds_no_word_of_the_customer(asking: Ask) -> None:
    world = asking()
    for _ in range(3):
        world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=MONDAY + SECOND))
    rows = world.parts.store.read(lambda conn: outbox.of_ticket(conn, "acme", "1"))
    assert [row.lane for row in rows] == [Lane.MODEL]
    assert "vans" not in str(rows[0])


def test_an_answer_is_kept_as_places_and_never_asked_for_again(asking: Ask, sandbox: Sandbox) -> None:
    world = asking()
    settle(world)
    world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=MONDAY + MINUTE))
    settle(world)
    (answer,) = answers(world)
    assert "vans" not in str(answer)
    (found,) = answer.evidence
    assert UNDERSTATED[found.start : found.end] == "Our 25 vans drive by feeling today."
    assert (states(world), len(sandbox.model.asked)) == ([OutboxState.SENT], 1)


def test_after_a_crash_it_is_asked_once_more_and_both_calls_are_told(asking: Ask, sandbox: Sandbox) -> None:
    world = asking()
    assert world.parts.write(lambda conn: outbox.claim(conn, MONDAY, Lane.MODEL, 1))  # and the process ends
    world.later(MINUTE)
    settle(world)
    assert states(world) == [OutboxState.PENDING]
    world.later(MINUTE)
    settle(world)
    assert "slabot ended while it was asked; it is asked once more" in told(world, LedgerEvent.MODEL_DROPPED)[0]
    assert len(told(world, LedgerEvent.MODEL_ANSWERED)) == len(answers(world)) == len(sandbox.model.asked) == 1


@pytest.mark.parametrize("like", ["babble", "liar"])
def test_an_answer_that_is_dropped_leaves_nothing_but_its_row(asking: Ask, sandbox: Sandbox, like: str) -> None:
    sandbox.model.behave(like)
    world = asking()
    settle(world)
    assert (states(world), answers(world)) == ([OutboxState.FAILED], [])
    (row,) = told(world, LedgerEvent.MODEL_DROPPED)
    assert "the reader's judgement stands" in row
    assert "every machine" not in row  # no word of the model is kept
    assert "call everybody" not in row


def test_a_refused_key_is_told_with_its_remedy_and_nothing_more_is_asked_for_a_while(
    asking: Ask, sandbox: Sandbox
) -> None:
    world = asking()
    sandbox.model.key = "changed"
    settle(world)
    assert (
        "Check the key in the variable that classify.model.key_env names." in told(world, LedgerEvent.MODEL_DROPPED)[0]
    )
    assert states(world) == [OutboxState.FAILED]


def test_a_question_that_waited_too_long_or_is_answered_by_people_is_not_asked(asking: Ask, sandbox: Sandbox) -> None:
    world = asking()
    world.later(HOUR / 2)
    settle(world)
    assert "within 15 minutes" in told(world, LedgerEvent.MODEL_NOT_ASKED)[0]
    assert (states(world), sandbox.model.asked) == ([OutboxState.SUPERSEDED], [])


def test_no_transaction_is_open_while_the_model_is_asked(asking: Ask, sandbox: Sandbox) -> None:
    world = asking()
    seen: list[bool] = []
    ask = ModelClient.ask

    class Watching(ModelClient):
        def ask(self, question: Any) -> str:
            seen.append(world.parts.write(lambda conn: True))  # another one may write meanwhile
            return ask(self, question)

    assert world.parts.model is not None
    client = Watching(ModelSettings(address=sandbox.model.url, name="sandbox-1", key=sandbox.model.key))
    delivery = Delivery(world.parts, ModelQuestions(world.parts, client))
    while delivery.drain():
        pass
    assert (seen, len(answers(world))) == ([True], 1)


def test_in_mode_observe_it_is_asked_and_nothing_rests_on_it(asking: Ask) -> None:
    world = asking(mode="observe")
    before = world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=MONDAY)).severity
    settle(world)
    decision = world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=MONDAY + MINUTE))
    assert (decision.severity, len(answers(world))) == (before, 1)
    assert "mode observe: nothing rests on it" in told(world, LedgerEvent.MODEL_ANSWERED)[0]


def test_a_service_is_left_alone_after_three_failures_for_longer_each_time() -> None:
    breaker, now = Breaker(), MONDAY
    for _ in range(2):
        breaker.failed(now)
        assert breaker.closed(now) is None
    pauses = []
    for _ in range(6):
        breaker.failed(now)
        until = breaker.closed(now)
        assert until is not None
        pauses.append((until - now) // MINUTE)
        now = until
        assert breaker.closed(now) is None
    assert pauses == [1, 2, 4, 8, 10, 10]
    breaker.answered()
    breaker.failed(now)
    assert breaker.closed(now) is None


def test_a_service_that_names_a_time_is_left_alone_until_then() -> None:
    breaker = Breaker()
    breaker.failed(MONDAY, wait=30 * SECOND)
    assert breaker.closed(MONDAY) == MONDAY + 30 * SECOND
    breaker.failed(MONDAY, at_once=True)
    assert breaker.closed(MONDAY) == MONDAY + MINUTE
