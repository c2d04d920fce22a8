"""Which lives of a ticket does slabot die in?

Promise: a scenario is what people do, and when; everything else follows. People are stubborn: who presses a button and
sees it fail presses it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slabot.clock import SteppedClock
from slabot.store import LedgerEvent, OutboxState
from slabot_sandbox import Effect, Sandbox, SlackLimits
from tests.crash.points import Death, Points, mortal
from tests.promises.heard import Way, everything
from tests.promises.scene import AGENT, CHANNEL, DAY, HOUR, MINUTE, Scene

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)

# Rows that must be there once for each act, whatever happened in between.
TOLD = frozenset(
    {
        LedgerEvent.PAGE_SENT,
        LedgerEvent.PAGE_REPEATED,
        LedgerEvent.PAGE_ACKNOWLEDGED,
        LedgerEvent.PAGE_CLAIMED,
        LedgerEvent.TICKET_ASSIGNED,
        LedgerEvent.TICKET_FOLLOWED_UP,
        LedgerEvent.TICKET_AUTO_SOLVED,
        LedgerEvent.TICKET_AUTO_CLOSED,
        LedgerEvent.CLOCK_STARTED,
        LedgerEvent.CLOCK_MET,
        LedgerEvent.CLOCK_MISSED,
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        pages: how often each page was posted, by its key.
        unmarked: how often without saying that it may be a repeat.
        words: to customers, each with how often it was said.
        changes: of the ticket by slabot, in order.
        shown: how the page ends.
        ledger: the rows that stand for acts; a repeated page is a page that was sent.
        unsettled: acts of the outbox that nobody has brought to an end.
    """

    pages: Counter[str]
    unmarked: Counter[str]
    words: Counter[str]
    changes: tuple[str, ...]
    status: str
    shown: str
    ledger: Counter[str]
    unsettled: tuple[str, ...]


class Run:
    """A scene in which slabot dies where it is told to, and is started anew at once."""

    def __init__(self, scene: Scene, points: Points) -> None:
        """Start slabot, which may die at it."""
        self.scene, self.points = scene, points
        self.alive(scene.start)

    def until(self, after: timedelta) -> None:
        """Let time pass until so long after the beginning."""
        self.alive(lambda: self.scene.run_until(MONDAY + after))

    def click(self, page: int, button: str) -> None:
        """Press a button of the ticket's page, until it works."""
        self.click_on(self.scene.pages()[page], button)

    def click_on(self, page: Effect, button: str) -> None:
        """Press a button of this message, until it works."""
        for _ in range(3):
            if self.scene.click(page, button) == 200:
                return
            self._reborn()
        raise AssertionError(f"slabot took no click on {button}")

    def alive(self, act: Callable[[], Any]) -> None:
        """Do something that slabot may die of; it is started anew, and what was not done is done again."""
        while True:
            try:
                act()
            except Death:
                self._reborn(start=act != self.scene.start)
            else:
                return

    def _reborn(self, *, start: bool = True) -> None:
        """What was in memory is gone; the store and the world are as they were."""
        if not self.points.dead:
            return
        self.scene.stop()
        self.points.revive()
        if start:
            self.scene.start()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What people do."""

    name: str
    play: Callable[[Run], int]
    sweep_every: timedelta = 30 * MINUTE
    changes: dict[str, Any] = field(default_factory=dict)


def _page_and_answer(run: Run) -> int:
    ticket = run.scene.ask()
    run.until(HOUR + MINUTE)
    run.scene.answer(ticket)
    run.until(HOUR + 32 * MINUTE)  # a lost webhook is made up for by the next sweep
    return ticket


def _page_acknowledge_page_answer(run: Run) -> int:
    ticket = run.scene.ask()
    run.until(HOUR + MINUTE)
    run.click(0, "acknowledge")
    run.until(HOUR + 35 * MINUTE)
    run.scene.answer(ticket)
    run.until(3 * HOUR)
    return ticket


def _follow_ups_solve_close(run: Run) -> int:
    ticket = run.scene.ask("Cannot log in")
    run.until(MINUTE)
    run.scene.asks_back(ticket)
    run.until(15 * DAY)
    return ticket


def _claim(run: Run) -> int:
    run.scene.sandbox.zendesk.account.add_agent(AGENT)
    ticket = run.scene.ask()
    run.until(HOUR + MINUTE)
    run.click(0, "claim")
    run.until(HOUR + 5 * MINUTE)
    run.scene.answer(ticket)
    run.until(3 * HOUR)
    return ticket


SHORT = Scenario("a page and an answer", _page_and_answer)
LONG = (
    Scenario("page, acknowledge, page again, answer", _page_acknowledge_page_answer),
    Scenario("claim", _claim),
)
WEEKS = Scenario("three follow-ups, solve, close", _follow_ups_solve_close, sweep_every=DAY)


@contextmanager
def _scene(url: str, scenario: Scenario) -> Iterator[Scene]:
    clock = SteppedClock(MONDAY)
    with Sandbox(clock=clock, slack_limits=SlackLimits(tiers=False)) as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        scene = Scene(clock, sandbox, url, {"acme": sandbox}, dict(scenario.changes))
        scene.sweep_every = scenario.sweep_every
        try:
            yield scene
        finally:
            scene.stop()


def play(scenario: Scenario, url: str, points: Points) -> Outcome:
    """Play it once on an empty store, dying where the points say."""
    with _scene(url, scenario) as scene:
        with mortal(points):
            run = Run(scene, points)
            ticket = scenario.play(run)
        return _outcome(scene, ticket)


def _outcome(scene: Scene, ticket: int) -> Outcome:
    heard = everything(scene.sandbox)
    pages = [each for each in heard if each.way in (Way.MESSAGE, Way.REPLY)]
    opened = (OutboxState.PENDING, OutboxState.SENDING)
    rows = [row for row in scene.ledger() if row.event in TOLD and row.ticket_id is not None]
    names = (LedgerEvent.PAGE_SENT if row.event is LedgerEvent.PAGE_REPEATED else row.event for row in rows)
    return Outcome(
        pages=Counter(each.key for each in pages),
        unmarked=Counter(each.key for each in pages if not each.is_repeat),
        words=Counter(each.text for each in heard if each.way is Way.COMMENT),
        changes=tuple(_changes(scene, ticket)),
        status=scene.status(ticket),
        shown=scene.shown(ticket).partition(" It is from")[0],
        ledger=Counter(str(name) for name in names),
        unsettled=tuple(row.key for row in scene.rows(ticket) if row.state in opened),
    )


def _changes(scene: Scene, ticket: int) -> Iterator[str]:
    for effect in scene.sandbox.journal.effects(kind="ticket.updated", by="api", ticket=ticket):
        yield repr({name: value for name, value in effect.facts.items() if name in ("changes", "status", "assignee")})
