"""Do the tests of the paging promises notice when the product breaks a promise?

Promise: for each file of promises there is one change to the product, made on purpose in a process of its own, after
which that very file turns red. This ends with 0 only if every change was noticed.

    python tools/break_promises.py                  all of them, two at a time
    python tools/break_promises.py --list           their names
    python tools/break_promises.py fallback late    some
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from breaking import CHECKOUT, Break, Verdict, judge_each

PROMISES = "tests/promises/paging"
LONGEST = 900  # seconds for one file
RED = 1  # what pytest ends with where a test failed; anything else is no answer


def _forgets_unknown_outcomes() -> None:
    """A page whose outcome is not known is never looked at again."""
    from slabot.store import outbox, outbox_questions

    asked = outbox_questions.next_instants
    vars(outbox)["unknown"] = lambda *given: []
    vars(outbox_questions)["next_instants"] = lambda *given, **more: (asked(*given, **more)[0], None)


def _looks_nowhere() -> None:
    """A page whose outcome is unknown is sent again without a look into Slack."""
    from slabot.channels.slack.sender import SlackSender

    SlackSender.find = lambda self, *rest, **named: None  # type: ignore[method-assign]


def _never_looks_back() -> None:
    """What may have been sent before a backup was put back is sent without a look into Slack."""
    from slabot.runtime.delivery.after_restore import AfterRestore

    AfterRestore._is_open = lambda self, row, page: False  # type: ignore[method-assign]


def _adopts_nothing() -> None:
    """A message that was found in Slack is not kept as the ticket's."""
    from dataclasses import replace

    from slabot.runtime.delivery.page_outcomes import PageOutcomes

    sent = PageOutcomes.sent

    def forgetful(self: PageOutcomes, conn: Any, *, row: Any, page: Any, came: Any) -> None:
        adopted = getattr(came, "view", self) is None
        sent(self, conn, row=row, page=page, came=replace(came, place=None) if adopted else came)

    PageOutcomes.sent = forgetful  # type: ignore[method-assign]


def _posts_instead_of_updating() -> None:
    """The new state of a page is posted as a message of its own."""
    from slabot.channels.slack.sender import SlackSender

    def post(self: SlackSender, channel: str, ts: str, view: Any) -> None:
        self.post(channel, view, key=f"update/{ts}")

    SlackSender.update = post  # type: ignore[method-assign]


def _never_a_thread() -> None:
    """Each rung is a message of its own."""
    from slabot.runtime.delivery.page_sender import PageSender, Thread

    PageSender.thread = lambda self, row, page, channel, to: Thread(None, self._bundles.ref_of(page))  # type: ignore[method-assign]


def _first_come() -> None:
    """Pages leave in the order in which they were planned, whatever their severity and deadline."""
    from slabot.runtime import evaluation

    vars(evaluation)["_rank"] = lambda policy, action: 0
    vars(evaluation)["_urgency"] = lambda decision, action: action.at
    _no_turns()  # which a page that waits has had after some tries, so that the others go first


def _no_turns() -> None:
    """Whoever has more pages with earlier deadlines goes first with all of them."""
    from slabot.runtime.delivery.turns import Turns

    Turns._turn = lambda self, page: (False, 0, 0, page.deadline, page.key)  # type: ignore[method-assign]


def _sleeps() -> None:
    """Whoever sends waits out the pause that Slack asks for, with all pages behind it."""
    from slabot.runtime.delivery.pacing import Pacing

    def wait(self: Pacing, channel: str, until: datetime) -> None:
        self._clock.elapse(timedelta(seconds=30))

    Pacing.asked_for_pause = wait  # type: ignore[method-assign]


def _deaf_to_acknowledgements() -> None:
    """Acknowledging, claiming and snoozing hold nothing."""
    from slabot.rules import ladder

    vars(ladder)["hold_of"] = lambda *rest: None


def _deaf_to_some(name: str) -> Callable[[], None]:
    """A hold that rests on the last event of one kind is forgotten."""

    def deafen() -> None:
        from slabot.rules import holds, ladder

        hold_of = holds.hold_of

        def deaf(case: Any, clock: Any, after: timedelta) -> Any:
            events = [event for event in case.events if type(event).__name__ in _HOLDS]
            last = type(events[-1]).__name__ if events else ""
            if name == "Unacknowledged" and last == name:
                return _hold_before(hold_of, case, clock, after)
            return None if last == name else hold_of(case, clock, after)

        vars(ladder)["hold_of"] = deaf

    deafen.__doc__ = f"{name} changes nothing for the pages."
    return deafen


_HOLDS = ("Acknowledged", "Claimed", "Snoozed", "Unacknowledged", "Escalated")


def _hold_before(hold_of: Callable[..., Any], case: Any, clock: Any, after: timedelta) -> Any:
    """The hold as if nobody had taken it back."""

    class Before:
        def __getattr__(self, name: str) -> Any:
            return getattr(case, name)

        @property
        def events(self) -> list[Any]:
            return [event for event in case.events if type(event).__name__ != "Unacknowledged"]

    return hold_of(Before(), clock, after)


def _never_escalates() -> None:
    """Somebody who asks for the next page is not heard."""
    from slabot.rules import ladder

    vars(ladder)["asked_for"] = lambda case, clock: None


def _never_raised() -> None:
    """A severity that somebody chose from a page is not heard of by the rules."""
    from slabot.runtime.people import clicks
    from slabot.store import tickets

    class Deaf:
        def __getattr__(self, name: str) -> Any:
            return getattr(tickets, name)

        def append_event(self, conn: Any, helpdesk: str, ticket_id: str, act: Any) -> bool:
            return type(act).__name__ == "SeverityChanged" or tickets.append_event(conn, helpdesk, ticket_id, act)

    vars(clicks)["tickets"] = Deaf()


def _reads_nothing_again() -> None:
    """The ticket is not read again before a page leaves, and nobody asks whether it is still wanted."""
    from slabot.runtime.delivery.rechecks import Recheck, Rechecks

    Rechecks.read = lambda self, row: Recheck(seen_at=self._parts.now())  # type: ignore[method-assign]


def _always_on_time() -> None:
    """No page says that it is late."""
    from slabot.runtime.delivery import page_sender

    vars(page_sender)["lateness"] = lambda *rest: None


def _checked_or_not() -> None:
    """A page does not say that its ticket could not be read again."""
    from slabot.runtime.delivery import page_sender

    view_of = vars(page_sender)["view_of"]
    vars(page_sender)["view_of"] = lambda *given, **more: view_of(*given, **{**more, "unchecked_since": None})


def _gives_up_when_refused() -> None:
    """A page that Slack refuses is given up."""
    from slabot.runtime.delivery.page_outcomes import PageOutcomes
    from slabot.store import OutboxState, outbox

    def failed(self: Any, conn: Any, *, row: Any, until: datetime, why: str, unknown: bool) -> None:
        outbox.settle(conn, row.key, OutboxState.FAILED, why)

    PageOutcomes.failed = failed  # type: ignore[method-assign]


def _a_day_after_a_refusal() -> None:
    """A page that was refused is tried again the next day."""
    from slabot.runtime.delivery import pages

    vars(pages)["RETRY"] = timedelta(days=1)


def _impatient() -> None:
    """What Slack asks for is not kept: it is asked again after a second."""
    from slabot.runtime.delivery.pacing import Pacing
    from slabot.runtime.delivery.page_outcomes import PageOutcomes

    Pacing.asked_for_pause = lambda self, channel, until: None  # type: ignore[method-assign]
    waits = PageOutcomes.waits

    def hasty(self: PageOutcomes, conn: Any, *, row: Any, until: datetime, why: str, unknown: bool) -> None:
        waits(self, conn, row=row, until=self._parts.now() + timedelta(seconds=1), why=why, unknown=unknown)

    PageOutcomes.waits = hasty  # type: ignore[method-assign]


def _gives_up_what_waits() -> None:
    """A page that cannot leave now is given up."""
    from slabot.runtime.delivery.page_outcomes import PageOutcomes
    from slabot.store import OutboxState, outbox

    def waits(self: Any, conn: Any, *, row: Any, until: datetime, why: str, unknown: bool) -> None:
        outbox.settle(conn, row.key, OutboxState.FAILED, why)

    PageOutcomes.waits = waits  # type: ignore[method-assign]


def _never_bundles() -> None:
    """Pages of a storm come one by one."""
    from slabot.runtime.delivery.bundles import Bundles

    Bundles.gather = lambda self, now: False  # type: ignore[method-assign]


def _no_fallback() -> None:
    """No other destination is told."""
    from slabot.runtime.delivery import fallbacks, page_outcomes

    vars(page_outcomes)["owe_instead"] = lambda *rest: False
    vars(fallbacks)["owe_instead"] = lambda *rest: False


def _freezes_nothing() -> None:
    """A change of the policy moves the pages of running clocks."""
    from slabot.runtime import evaluation

    vars(evaluation)["ladders_to_freeze"] = lambda *rest: []


def _never_quiet() -> None:
    """There are no quiet hours."""
    from slabot.policy import Policy

    for name in ("quiet_until", "quiet_since"):
        setattr(Policy, name, lambda self, severity, at: None)
    Policy.has_quiet_hours = lambda self, severity: False  # type: ignore[method-assign]


def _channel_only() -> None:
    """Nobody but the channel is told of a rung."""
    from slabot.rules import ladder, telling

    original = telling.destinations
    for module in (ladder, telling):
        vars(module)["destinations"] = lambda notify, policy: original(notify, policy)[:1]


def _sure_of_what_it_cannot_see() -> None:
    """What could not be read is taken for silence."""
    from slabot.rules.clocks import ClockRun

    ClockRun._doubt = lambda self, missed, now: None  # type: ignore[method-assign]


def _a_new_id_each_time() -> None:
    """What goes by other channels than Slack carries another id on every repeat."""
    import itertools
    from dataclasses import replace

    from slabot.channels.one_way import OneWayChannel

    numbers, deliver = itertools.count(), OneWayChannel.deliver

    def numbered(self: OneWayChannel, message: Any, to: str) -> Any:
        return deliver(self, replace(message, key=f"{message.key}~{next(numbers)}"), to)

    OneWayChannel.deliver = numbered  # type: ignore[method-assign]


def _calls_channels_by_name() -> None:
    """Slack is given a channel's name."""
    from slabot.channels.slack.conversations import SlackConversations

    SlackConversations.place = lambda self, channel: channel  # type: ignore[method-assign]


BREAKS = {
    "at_least_once": Break(_forgets_unknown_outcomes, "test_at_least_once.py"),
    "doubled": Break(_looks_nowhere, "test_doubled_only_when_unknowable.py"),
    "lost_reply": Break(_adopts_nothing, "test_lost_reply.py"),
    "put_back": Break(_never_looks_back, "test_backup_put_back.py"),
    "update": Break(_posts_instead_of_updating, "test_update_in_place.py"),
    "one_message": Break(_never_a_thread, "test_one_message_a_ticket_and_clock.py"),
    "urgent": Break(_first_come, "test_most_urgent_first.py"),
    "turns": Break(_no_turns, "test_a_flood_keeps_nobody_waiting.py"),
    "rate": Break(_sleeps, "test_rate_limit_holds_a_row.py"),
    "acknowledged": Break(_deaf_to_acknowledgements, "test_acknowledged_is_quiet.py"),
    "answered": Break(_reads_nothing_again, "test_answered_is_never_paged.py"),
    "unseen": Break(_sure_of_what_it_cannot_see, "test_unseen_is_said.py"),
    "late": Break(_always_on_time, "test_late_pages_say_so.py"),
    "helpdesk": Break(_checked_or_not, "test_unreachable_helpdesk.py"),
    "token": Break(_gives_up_when_refused, "test_token_revoked.py"),
    "archived": Break(_a_day_after_a_refusal, "test_channel_archived.py"),
    "limited": Break(_impatient, "test_429_for_ten_minutes.py"),
    "down": Break(_gives_up_what_waits, "test_slack_down_for_an_hour.py"),
    "channel_ids": Break(_calls_channels_by_name, "test_channel_ids.py"),
    "bundles": Break(_never_bundles, "test_bundles.py"),
    "fallback": Break(_no_fallback, "test_fallback.py"),
    "frozen": Break(_freezes_nothing, "test_frozen_ladders.py"),
    "quiet_hours": Break(_never_quiet, "test_quiet_hours.py"),
    "who": Break(_channel_only, "test_who_is_told.py"),
    "other_ways": Break(_a_new_id_each_time, "test_other_ways.py"),
    "snoozed": Break(_deaf_to_some("Snoozed"), "test_snoozed_is_quiet.py"),
    "escalated": Break(_never_escalates, "test_escalate_now.py"),
    "severity": Break(_never_raised, "test_severity_from_the_page.py"),
    "taken_back": Break(_deaf_to_some("Unacknowledged"), "test_acknowledgement_taken_back.py"),
    "interleaved": Break(_forgets_unknown_outcomes, "test_any_interleaving.py"),
}

# These judge the harness and this script, and promise nothing of the product.
JUDGES_OF_TESTS = frozenset({"test_harness.py", "test_breaks_are_noticed.py"})


def promise_of(file: str) -> str:
    """The promise in one line, as its file says it."""
    text = (CHECKOUT / PROMISES / file).read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]


def judge(broken: Break) -> Verdict:
    """Break it, and run the file of tests that must turn red."""
    import pytest

    class Watch:
        """Hears of the tests."""

        failed: list[str] = []  # noqa: RUF012  # one process, one run

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                self.failed.append(report.nodeid.partition("::")[2])

    sys.path.insert(0, str(CHECKOUT))
    broken.change()
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not long"]
    code = pytest.main([*options, str(CHECKOUT / PROMISES / broken.breaks)], plugins=[Watch()])
    if code != RED:
        return Verdict(False, ["all its tests passed" if code == 0 else f"pytest ended with {code}"])
    return Verdict(True, [promise_of(broken.breaks), *Watch.failed])


if __name__ == "__main__":
    sys.exit(judge_each(__doc__ or "", __file__, BREAKS, judge, longest=LONGEST))
