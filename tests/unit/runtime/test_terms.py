"""Actors for as long as a lease is held."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from slabot.clock import SystemClock
from slabot.runtime import terms
from slabot.runtime.actors import RuntimeActor
from slabot.runtime.embedded import Wakers
from slabot.runtime.parts import Parts
from slabot.runtime.terms import Duty, LeaseTerm, Pools
from tests.fixtures.waits import until
from tests.unit.runtime.conftest import World


@dataclass
class Worker:
    """An actor that counts its turns, and can be held up in one."""

    parts: Parts
    turns: int = 0
    may_end: threading.Event = field(default_factory=threading.Event)
    breaks: bool = False
    begun: threading.Event = field(default_factory=threading.Event)

    def drain(self) -> bool:
        self.turns += 1
        self.begun.set()
        if self.breaks:
            raise RuntimeError("a mistake")
        self.may_end.wait(30)
        return False

    def next_instant(self) -> datetime | None:
        return None


class Stage:
    """One duty, whose lease is held or not."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.wakers = parts, Wakers()
        self.holds = True
        self.worker: Worker | None = None
        self.terms: list[LeaseTerm] = []
        self.breaks = False

    def begin(self) -> tuple[LeaseTerm, Worker]:
        def actors(parts: Parts, pools: Pools) -> Mapping[str, RuntimeActor]:
            self.worker = Worker(parts, breaks=self.breaks)
            return {"worker": self.worker}

        term = LeaseTerm(Duty("duty", actors), self.parts, self.wakers, lambda: self.holds)
        self.terms.append(term)
        assert self.worker is not None
        return term, self.worker


@pytest.fixture
def stage(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(terms, "LONGEST_SLEEP", timedelta(milliseconds=20))
    object.__setattr__(world.parts, "clock", SystemClock())
    made = Stage(world.parts)
    yield made
    for term in made.terms:
        term.end()
        until(lambda term=term: term.has_ended)  # type: ignore[misc]


def test_an_actor_has_its_turns_while_the_lease_is_held(stage: Stage) -> None:
    term, worker = stage.begin()
    worker.may_end.set()
    until(lambda: worker.turns > 2)
    assert not term.is_over
    assert not worker.parts.stopping.is_set()


def test_with_the_lease_the_term_ends_for_good(stage: Stage) -> None:
    term, worker = stage.begin()
    worker.may_end.set()
    until(lambda: worker.turns > 0)
    stage.holds = False
    assert worker.parts.stopping.is_set()
    stage.holds = True  # it comes back; somebody may have seen that it was gone
    until(lambda: term.has_ended)
    assert term.is_over


def test_what_is_under_way_is_finished_before_a_term_has_ended(stage: Stage) -> None:
    term, worker = stage.begin()
    assert worker.begun.wait(30)
    term.end()
    assert term.is_over
    assert not term.has_ended
    worker.may_end.set()
    until(lambda: term.has_ended)
    assert worker.turns == 1


def test_the_next_term_has_actors_of_its_own(stage: Stage) -> None:
    term, worker = stage.begin()
    worker.may_end.set()
    term.end()
    until(lambda: term.has_ended)
    _, other = stage.begin()
    other.may_end.set()
    until(lambda: other.turns > 0)
    assert other is not worker
    assert stage.parts.stopping is not other.parts.stopping


def test_a_term_ends_when_the_process_stops(stage: Stage) -> None:
    term, worker = stage.begin()
    worker.may_end.set()
    stage.parts.stopping.set()
    stage.wakers.wake()
    until(lambda: term.has_ended)


def test_an_actor_that_breaks_is_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terms, "AFTER_ERROR", timedelta(milliseconds=10))
    stage.breaks = True
    _, worker = stage.begin()
    until(lambda: worker.turns > 2)
    assert "actor.broke" in capsys.readouterr().out


def test_a_waker_of_a_term_that_is_over_is_forgotten(stage: Stage) -> None:
    term, worker = stage.begin()
    worker.may_end.set()
    assert len(stage.wakers._events) == 1
    term.end()
    until(lambda: term.has_ended)
    assert stage.wakers._events == []
