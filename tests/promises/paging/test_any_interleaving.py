"""Questions, answers, clicks, sweeps, alarms, outages and deaths, in any order.

Promise, looked at after each step: an answered ticket is not paged about, unless it could not be read again, and then
the page says so; what is due has a row of the outbox, and where Slack and slabot were well for a while, a message;
of each page at most one message claims to be the first; acknowledged is quiet. In the end everything is settled.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from slabot.channels.slack import click_texts
from slabot.clock import SteppedClock
from slabot.rules import Kind, decide
from slabot.store import open_store
from slabot_sandbox import FaultKind, Sandbox, SlackLimits
from tests.crash.points import Points, mortal
from tests.crash.scenarios import MONDAY, Run
from tests.promises.heard import Heard, Way, everything
from tests.promises.scene import CHANNEL, HOUR, MINUTE, Scene

MOST = 4  # tickets of one run
RUNGS = {"50% used": HOUR, "75% used": 90 * MINUTE, "breach": 2 * HOUR}  # of a critical ticket, after its question
QUIET = 30 * MINUTE  # re_page_after
WELL = 3 * MINUTE  # after which nothing is late any more, also where a few calls were lost in a row
FEW = 3
SPANS = st.sampled_from([timedelta(seconds=n) for n in (59 * 60, 29 * 60, 31 * 60, 60, 1, 0)])
POST = "*chat.postMessage"


@functools.cache
def _empty_store() -> Path:
    file = Path(tempfile.mkdtemp(prefix="slabot-any-")) / "empty.db"
    open_store(f"sqlite:///{file}").close()
    return file


@dataclass
class Asked:
    """What the test knows of a ticket.

    Attributes:
        answered_after: the number in the journal after which it is answered; None while it is not.
        held: spans in which nobody may be paged; the end of the last may be open.
    """

    at: datetime
    answered_after: int | None = None
    held: list[tuple[int, datetime, datetime]] = field(default_factory=list)


class Life(RuleBasedStateMachine):
    """Everything that can happen, and what must be true after it.

    Attributes:
        proxied: True for stand-ins behind a proxy that may misbehave.
    """

    proxied = False

    def new_store(self) -> str:
        """The address of an empty one, which is gone in the end."""
        folder = Path(self.rest.enter_context(tempfile.TemporaryDirectory()))
        shutil.copyfile(_empty_store(), folder / "slabot.db")
        return f"sqlite:///{folder / 'slabot.db'}"

    @initialize()
    def begin(self) -> None:
        self.rest = ExitStack()
        self.clock = SteppedClock(MONDAY)
        limits = SlackLimits(tiers=False)
        self.sandbox = self.rest.enter_context(Sandbox(clock=self.clock, slack_limits=limits, proxied=self.proxied))
        self.sandbox.slack.workspace.add_channel(CHANNEL)
        self.scene = Scene(self.clock, self.sandbox, self.new_store(), {"acme": self.sandbox})
        self.scene.sweep_every = 10 * MINUTE
        self.points = Points()
        self.rest.enter_context(mortal(self.points))
        self.run = Run(self.scene, self.points)
        self.tickets: dict[int, Asked] = {}
        self.unwell = MONDAY  # until when something was in the way, as far as anybody can say
        self.ask()

    # -- what can happen, each thing after some time ---------------------------------------------------------------

    @precondition(lambda self: len(self.tickets) < MOST)
    @rule(after=SPANS)
    def ask(self, after: timedelta = timedelta()) -> None:
        self.pass_time(after)
        ticket = self.scene.ask(who=f"c{len(self.tickets)}@contoso.example")
        self.tickets[ticket] = Asked(self.clock.now())
        self.pass_time(timedelta())

    @rule(after=SPANS)
    def pass_time(self, after: timedelta) -> None:
        self.run.alive(functools.partial(self.scene.run_until, self.clock.now() + after))

    @precondition(lambda self: any(asked.answered_after is None for asked in self.tickets.values()))
    @rule(data=st.data(), after=SPANS)
    def answer(self, data: st.DataObject, after: timedelta) -> None:
        self.pass_time(after)
        waiting = [ticket for ticket, asked in self.tickets.items() if asked.answered_after is None]
        ticket = data.draw(st.sampled_from(waiting), label="ticket")
        self.scene.answer(ticket)
        self.tickets[ticket].answered_after = self._last()
        self.pass_time(timedelta())

    @precondition(lambda self: self._cards())
    @rule(data=st.data(), after=SPANS)
    def acknowledge(self, data: st.DataObject, after: timedelta) -> None:
        self.pass_time(after)
        ticket, card = data.draw(st.sampled_from(sorted(self._cards().items())), label="page")
        if not self._offers(card, "slabot_acknowledge"):
            return
        begun = self._last()
        self.run.click_on(card.effect, "acknowledge")
        if self._was_told_to_press_again(begun):
            return  # it began anew, and Slack has not said yet which workspace it belongs to
        now = self.clock.now().replace(microsecond=0)  # slabot counts in whole seconds
        self.tickets[ticket].held.append((self._last(), now, now + QUIET))
        self.pass_time(timedelta())

    @precondition(lambda self: self._cards())
    @rule(data=st.data(), after=SPANS)
    def take_it_back(self, data: st.DataObject, after: timedelta) -> None:
        self.pass_time(after)
        ticket, card = data.draw(st.sampled_from(sorted(self._cards().items())), label="page")
        if not self._offers(card, "slabot_unacknowledge"):
            return
        begun = self._last()
        self.run.click_on(card.effect, "unacknowledge")
        if self._was_told_to_press_again(begun):
            return
        self.tickets[ticket].held = [
            (seq, since, min(until, self.clock.now())) for seq, since, until in self.tickets[ticket].held
        ]
        self.pass_time(timedelta())

    @precondition(lambda self: len(self.sandbox.faults.on()) < FEW)
    @rule(
        after=SPANS,
        kind=st.sampled_from([FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE, FaultKind.TRUNCATED, FaultKind.ERROR]),
    )
    def lose_a_call_to_slack(self, after: timedelta, kind: FaultKind) -> None:
        self.pass_time(after)
        self.sandbox.faults.add(kind, service="slack", path=POST, times=1)

    @rule(after=SPANS, kind=st.sampled_from([FaultKind.DOWN, FaultKind.RATE_LIMIT, FaultKind.UNAVAILABLE]))
    def slack_fails(self, after: timedelta, kind: FaultKind) -> None:
        self.pass_time(after)
        self.sandbox.faults.add(kind, service="slack", lasting=4 * MINUTE, seconds=20)
        self._is_unwell(4 * MINUTE)

    @rule(after=SPANS)
    def helpdesk_fails(self, after: timedelta) -> None:
        self.pass_time(after)
        self.sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=4 * MINUTE)
        self._is_unwell(4 * MINUTE)

    @rule(after=SPANS, many=st.integers(1, 4))
    def lose_webhooks(self, after: timedelta, many: int) -> None:
        self.pass_time(after)
        self.sandbox.zendesk.webhooks.lose(many)

    @rule(after=SPANS, effects=st.integers(0, 40))
    def die_after_so_many_effects(self, after: timedelta, effects: int) -> None:
        self.pass_time(after)
        self.points.die_at = len(self.points.names) + effects
        self._is_unwell(timedelta())

    # -- what must be true ----------------------------------------------------------------------------------------

    @invariant()
    def of_each_page_one_message_claims_to_be_the_first(self) -> None:
        first = Counter(page.key for page in self._pages() if not page.is_repeat)
        assert not [key for key, times in first.items() if times > 1], f"doubled without saying so: {first}"

    @invariant()
    def an_answered_ticket_is_not_paged_about(self) -> None:
        for page in self._pages():
            asked = self.tickets.get(page.ticket or 0)
            if asked is None or asked.answered_after is None or page.seq < asked.answered_after:
                continue
            assert "could not be re-checked" in page.whole, f"paged after it was answered: {page.line}"

    @invariant()
    def acknowledged_is_quiet(self) -> None:
        for page in self._pages():
            asked = self.tickets.get(page.ticket or 0)
            for seq, _, until in [] if asked is None else asked.held:
                assert not (page.seq > seq and page.at < until), f"paged although somebody is on it: {page.line}"

    @invariant()
    def what_is_due_is_in_the_outbox(self) -> None:
        if not hasattr(self, "tickets") or self.points.dead:
            return
        parts = self.scene.parts
        for ticket in self.tickets:
            stored = self.scene.stored(ticket)
            if stored is None:
                continue  # slabot has not heard of it
            decision = decide(stored.ticket, stored.timeline, parts.policy, parts.now())
            rows = {row.key for row in self.scene.rows(ticket)}
            missing = [act.key for act in decision.due_now if act.kind is Kind.PAGE and act.key not in rows]
            assert not missing, f"due, and in no row: {missing}"

    @invariant()
    def what_is_due_for_a_while_was_heard(self) -> None:
        if not hasattr(self, "tickets"):
            return
        now = self.clock.now()
        for ticket, asked in self.tickets.items():
            passed = [rung for rung, after in RUNGS.items() if asked.at + after <= now - WELL]
            if not passed or asked.answered_after is not None or asked.held or self.unwell + WELL > now:
                continue
            stored = self.scene.stored(ticket)
            if stored is None or asked.at + RUNGS[passed[-1]] + WELL > now:
                continue
            heard = [page.key for page in self._pages() if page.ticket == ticket]
            assert any(passed[-1] in key for key in heard), f"ticket {ticket}: {passed[-1]} was never heard: {heard}"

    def teardown(self) -> None:
        if not hasattr(self, "run"):
            return
        try:
            self._end()
        finally:
            self.scene.stop()
            self.rest.close()

    def _end(self) -> None:
        """Outages end, people answer, and slabot brings everything to its end."""
        self.sandbox.faults.clear()
        if self.sandbox.proxy is not None:
            self.sandbox.proxy.rules.clear()
        self.points.die_at = None
        self.sandbox.zendesk.webhooks.lose(0)
        for ticket, asked in self.tickets.items():
            if asked.answered_after is None:
                self.scene.answer(ticket)
                asked.answered_after = self._last()
        self.pass_time(30 * MINUTE)
        self.an_answered_ticket_is_not_paged_about()
        self.of_each_page_one_message_claims_to_be_the_first()
        for ticket in self.tickets:
            unsettled = [row.key for row in self.scene.rows(ticket) if not row.state.settled]
            assert not unsettled, f"nobody brought to an end: {unsettled}"
            if ticket in self._cards():
                assert "got its first answer" in self.scene.shown(ticket), self.scene.shown(ticket)

    # -- what the test knows --------------------------------------------------------------------------------------

    def _pages(self) -> list[Heard]:
        if not hasattr(self, "sandbox"):
            return []
        return [heard for heard in everything(self.sandbox) if heard.way in (Way.MESSAGE, Way.REPLY) and heard.ticket]

    def _cards(self) -> dict[int, Heard]:
        """The first message of each ticket: the one with buttons."""
        cards: dict[int, Heard] = {}
        for page in self._pages():
            if self._offers(page, "slabot_open_ticket"):
                cards.setdefault(page.ticket or 0, page)
        return cards

    def _offers(self, page: Heard, action: str) -> bool:
        message = self.sandbox.slack.workspace.channels[page.effect["channel"]].find(page.effect["ts"])
        return message is not None and action in str(message.get("blocks"))

    def _was_told_to_press_again(self, begun: int) -> bool:
        """True if whoever pressed a button after that number of the journal was told that it could not be taken."""
        after = [
            entry for entry in self.sandbox.journal.effects() if entry.seq > begun and entry.facts.get("ephemeral")
        ]
        return any(entry.facts["text"] == click_texts.unknown_workspace() for entry in after)

    def _last(self) -> int:
        return self.sandbox.journal.entries()[-1].seq

    def _is_unwell(self, lasting: timedelta) -> None:
        self.unwell = max(self.unwell, self.clock.now() + lasting)


def live(examples: int, steps: int, *, shrink: bool, life: type[Life] = Life) -> None:
    how = settings(
        max_examples=examples,
        phases=[phase for phase in Phase if shrink or phase not in (Phase.shrink, Phase.explain)],
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(life, settings=how)


def test_any_interleaving_of_what_people_do_and_what_fails() -> None:
    live(examples=5, steps=12, shrink=False)  # so short a life is read as it is


@pytest.mark.long
def test_very_many_interleavings() -> None:
    live(examples=250, steps=40, shrink=True)
