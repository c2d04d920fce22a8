"""Killed with signal 9 at any moment and started again, slabot brings about the same effects as undisturbed.

Promise: pages and helpdesk writes of the disturbed week equal those of the undisturbed one, except pages marked as
repeats, and a message to a customer at Freshdesk that was on its way: that is never sent twice, and people are told.
"""

from __future__ import annotations

import random
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from slabot.demo.promises import Evidence
from slabot.demo.stage import Slabot, stage
from slabot.demo.story import END, START, Week
from slabot_sandbox import Effect, Journal
from tests.crash.mortal import Mortal

KILLS = 20
SEED = 20260124
DELAY = timedelta(seconds=15)  # a page that was being sent is looked up after the lease, never sooner

WRITES = ("comment.public", "comment.private", "ticket.updated")
PAGES = ("message.posted", "reply.posted")


def _week(
    make: Callable[..., Slabot], killer: Callable[[Journal, Mortal], Callable[[], None]] | None
) -> tuple[Evidence, int]:
    with tempfile.TemporaryDirectory() as folder, stage(START, Path(folder), make) as scene:
        week = Week(scene.sandbox)
        for instant, act in week.acts():
            scene.clock.call_at(instant, act)
        mortal = scene.slabot
        assert isinstance(mortal, Mortal)
        rest = None if killer is None else killer(scene.sandbox.journal, mortal)
        scene.run_until(END)
        if rest is not None:
            rest()
        return Evidence(scene.sandbox.journal, week.tickets), mortal.deaths


def _killer(moments: list[int]) -> Callable[[Journal, Mortal], Callable[[], None]]:
    """Kills each time the journal has grown past the next of these lengths."""

    def begin(journal: Journal, mortal: Mortal) -> Callable[[], None]:
        over = threading.Event()

        def watch() -> None:
            left = sorted(moments)
            while left and not over.is_set():
                if len(journal.entries()) >= left[0]:
                    left.pop(0)
                    mortal.kill()
                over.wait(0.0005)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()

        def end() -> None:
            over.set()
            thread.join()

        return end

    return begin


def _did(evidence: Evidence, kinds: tuple[str, ...]) -> list[tuple[Any, ...]]:
    effects = [e for e in evidence.journal.effects(by="api") if e.kind in kinds]
    return sorted(_what(effect) for effect in effects)


def _what(effect: Effect) -> tuple[Any, ...]:
    if effect.kind in PAGES:
        return (effect["metadata"]["event_payload"]["key"],)
    facts = {name: value for name, value in effect.facts.items() if name in ("ticket", "text", "body", "changes")}
    return (effect.service, str(effect.kind), repr(sorted(facts.items(), key=str)))


def _told_about(evidence: Evidence) -> set[tuple[str, int]]:
    """The Freshdesk tickets of which people were told that a message may not have arrived."""
    notes = [str(what[0]) for what in _did(evidence, PAGES) if str(what[0]).endswith("/told")]
    return {("freshdesk", int(key.split("/")[1])) for key in notes}


def _writes(evidence: Evidence, *, but_not: set[tuple[str, int]]) -> list[tuple[Any, ...]]:
    effects = [e for e in evidence.journal.effects(by="api") if e.kind in WRITES]
    return sorted(_what(e) for e in effects if (e.service, e["ticket"]) not in but_not)


def _is_repeat(effect: Effect) -> bool:
    return "sent again" in (str(effect["text"]) + str(effect["blocks"])).lower()


@pytest.mark.long
def test_twenty_kills_in_a_week_change_nothing_but_marked_repeats() -> None:
    undisturbed, _ = _week(Mortal, None)
    whole = len(undisturbed.journal.entries())
    chance = random.Random(SEED)
    near_effects = [entry.seq for entry in undisturbed.journal.effects(by="api")]
    moments = [chance.randrange(10, whole) for _ in range(KILLS // 2)]
    moments += [max(1, chance.choice(near_effects) - chance.randrange(3)) for _ in range(KILLS - len(moments))]

    disturbed, deaths = _week(Mortal, _killer(moments))

    print(f"{deaths} deaths; pages {len(_did(disturbed, PAGES))}, writes {len(_did(disturbed, WRITES))}")
    assert deaths >= KILLS // 2, "the killer hit too seldom to prove anything"
    in_doubt = _told_about(disturbed) - _told_about(undisturbed)
    assert len(in_doubt) <= 2, "it takes a kill between two instructions; more of them are another fault"
    assert _writes(disturbed, but_not=in_doubt) == _writes(undisturbed, but_not=in_doubt)
    doubled = Counter(_did(disturbed, WRITES)) - Counter(_did(undisturbed, WRITES))
    assert doubled == Counter(), "a customer read it twice"
    before, after = Counter(_did(undisturbed, PAGES)), Counter(_did(disturbed, PAGES))
    notes = {what: count for what, count in after.items() if str(what[0]).endswith("/told")}
    assert set(notes.values()) <= {1}, "people were told twice"
    after = Counter({what: count for what, count in after.items() if what not in notes or what in before})
    assert before - after == Counter(), "a page was lost"
    repeats = Counter(_what(e) for e in disturbed.journal.effects(by="api") if e.kind in PAGES and _is_repeat(e))
    assert (after - before) - repeats == Counter(), "a page was doubled without saying so"
    _on_time(undisturbed, disturbed)


def _on_time(undisturbed: Evidence, disturbed: Evidence) -> None:
    first = {_what(e): e.at for e in reversed(undisturbed.journal.effects(by="api")) if e.kind in (*PAGES, *WRITES)}
    later = {_what(e): e.at for e in reversed(disturbed.journal.effects(by="api")) if e.kind in (*PAGES, *WRITES)}
    late = {what: later[what] - at for what, at in first.items() if what in later and later[what] - at > DELAY}
    assert not late, f"late by more than {DELAY}: {late}"
