"""Can a test say what people hear, and be sure that they hear nothing else?

Promise: a harness stands on the scene (real store, real HTTP stand-ins, a clock that jumps), and what is expected is
written as people would say it:

    with Harness(scene) as h:
        ticket = h.asks("production down")
        h.fast_forward("1h")
        page = h.slack.channel("#support-escalations").expects_page(ticket).within("1s").says("1 hour left").heard
        h.user("maya").acknowledges(page)
        h.answers(ticket)

Closing it ends every outage, lets slabot go on until nothing is pending (48 hours at most), and fails on any message
that nobody expected, naming it. So each test of a promise is a test against doubled pages as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from slabot.store import Lane, looks, outbox
from tests.fixtures.waits import comes
from tests.promises.expectations import PATIENCE, Expectation, listed, span
from tests.promises.heard import NOTIFYING, Heard, everything
from tests.promises.people import DOMAIN, Customer, HelpdeskSide, Notes, Person, SlackSide
from tests.promises.scene import CHANNEL, Bot, Scene

CLOSING = timedelta(hours=48)  # of stepped time, at most
CYCLE = timedelta(hours=2)  # between two looks whether anything is pending; two sweeps
RECENT = 5  # messages shown where nothing else can be
REAL = 20.0  # seconds of real time for what slabot says in a thread of its own: answers to clicks


class Unexpected(AssertionError):
    """Somebody was told something that the test does not know of."""


class Harness:
    """Scene, people and expectations. Close it, or use it in a ``with``."""

    def __init__(self, scene: Scene) -> None:
        """Start slabot, unless it runs already."""
        self.scene = scene
        self.slack = SlackSide(self)
        self.helpdesk = HelpdeskSide(self)
        self._claimed: set[int] = set()
        self._open: list[Expectation] = []
        self._alarms_are_fine = False
        if scene.bot is None:
            scene.start()

    # -- people ---------------------------------------------------------------------------------------------------

    @property
    def escalations(self) -> Any:
        """The channel that pages go to where a rung names no other."""
        return self.slack.channel(f"#{CHANNEL}")

    def user(self, name: str) -> Person:
        """Somebody in Slack: ``maya``, or an address."""
        return Person(self, name if "@" in name else f"{name}@{DOMAIN}")

    def customer(self, ticket: int) -> Customer:
        """Whoever asked."""
        return Customer(self, ticket)

    def agents(self, ticket: int) -> Notes:
        """Whoever reads internal notes."""
        return Notes(self, ticket)

    def asks(self, text: str = "production down", *, who: str = "ana@contoso.example", **more: Any) -> int:
        """A customer asks; slabot hears of it at once. The number of the ticket."""
        ticket = self.scene.ask(text, who=who, **more)
        self.scene.run_for(timedelta())
        return ticket

    def answers(self, ticket: int) -> None:
        """An agent answers in the helpdesk, and slabot hears of it at once, if it can."""
        self._settle()
        self.scene.answer(ticket)
        self.scene.run_for(timedelta())

    # -- time and death -------------------------------------------------------------------------------------------

    def fast_forward(self, by: str | timedelta) -> None:
        """Let so much time pass, jumping from one instant to the next."""
        self._settle()
        self.scene.run_for(span(by))

    def fast_forward_to(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        self._settle()
        self.scene.run_until(instant)

    def stays_quiet(self, for_: str | timedelta) -> None:
        """Let so much time pass, in which nobody hears anything."""
        self.fast_forward(for_)
        self._nothing_unexpected(f"while it was to be quiet for {for_}")

    def kill(self) -> None:
        """slabot dies where it stands: what it had in memory is gone."""
        self.scene.stop()

    def starts(self, **changes: Any) -> Bot:
        """It is started again on the same store, with these settings changed."""
        return self.scene.restart(**changes)

    # -- what was heard -------------------------------------------------------------------------------------------

    def heard(self) -> list[Heard]:
        """Everything that people were told, expected or not; without updates."""
        return [heard for heard in everything(self.scene.sandbox) if heard.way in NOTIFYING]

    def unexpected(self) -> list[Heard]:
        """What came and nobody expected yet, updates too."""
        return [
            heard
            for heard in everything(self.scene.sandbox)
            if heard.seq not in self._claimed and not (heard.is_alarm and self._alarms_are_fine)
        ]

    def claim(self, *heard: Heard) -> None:
        """These were expected."""
        self._claimed.update(each.seq for each in heard)

    def expects_all(self, heard: Sequence[Heard]) -> None:
        """These were judged by the test itself, as a whole."""
        self.claim(*heard)

    def expects_alarms(self) -> None:
        """Words about slabot itself are fine from now on: something lasts long enough to be told of."""
        self._alarms_are_fine = True

    def recent(self) -> Sequence[Heard]:
        """The last messages that were expected before."""
        return self.heard()[-RECENT:]

    def instant(self) -> str:
        """The present instant, in words."""
        return f"{self.scene.clock.now():%a %d %b %H:%M:%S} UTC"

    def open(self, expectation: Expectation) -> None:
        """It must come before anything else is asked of the harness."""
        self._open.append(expectation)

    def wait_for(self, come: Callable[[], bool], most: timedelta) -> bool:
        """Let time pass second by second until it has come, or so long."""
        end = self.scene.clock.now() + most
        while not come():
            if self.scene.clock.now() >= end:
                return comes(come, REAL)  # threads, which stepped time does not hold up
            following = self.scene.clock.next_instant() or end
            self.scene.run_until(min(end, max(following, self.scene.clock.now() + timedelta(seconds=1))))
        return True

    # -- the end --------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let it go on until nothing is pending; fail on any message that nobody expected.

        Raises:
            Unexpected: there was one; all of them are named.
        """
        self._settle()
        self._nothing_unexpected("before the end of the test")
        self.scene.sandbox.faults.clear()
        self.slack.heals()
        if self.scene.bot is None:
            self.scene.start()
        end = self.scene.clock.now() + CLOSING
        while self.scene.clock.now() < end:
            self.scene.run_for(CYCLE)
            self._nothing_unexpected("after the test had ended, while slabot went on")
            if not self._is_pending(end):
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; a failure of the test itself is not covered up by another one."""
        if error is None:
            self.close()

    def _settle(self) -> None:
        """What was stated without a time must have come by now."""
        stated, self._open = self._open, []
        for expectation in stated:
            expectation.within(PATIENCE)

    def _nothing_unexpected(self, when: str) -> None:
        found = [heard for heard in self.unexpected() if heard.way in NOTIFYING]
        if found:
            many = "a message that nobody expected" if len(found) == 1 else f"{len(found)} messages nobody expected"
            raise Unexpected(f"{many}, {when}:\n{listed(found)}")

    def _is_pending(self, before: datetime) -> bool:
        """True while slabot has something to send, or a ticket to look at before then."""
        store, now = self.scene.parts.store, self.scene.clock.now()
        waits = [store.read(lambda conn, lane=lane: outbox.earliest(conn, lane)) for lane in Lane]  # type: ignore[misc]
        unsettled = store.read(lambda conn: outbox.unknown(conn, now + timedelta(days=1)))
        look = store.read(looks.earliest)
        return bool(unsettled) or any(at is not None for at in waits) or (look is not None and look < before)
