"""Say what may be declared about a deadline, and what could not mean anything.

Promise: each refusal says what would do instead: the reasons that there are, the clocks that were missed, the time in
which a clock counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slabot.calendars import elapsed_with_pauses
from slabot.domain import Excused, SlabotError
from slabot.domain.suggestions import suggestion
from slabot.messages.styles import one_line
from slabot.policy import Policy
from slabot.rules import ClockState, Decision
from slabot.rules.reasons import Excuse
from slabot.rules.words import when

LONGEST = 500  # characters of a sentence or a proof


def known_reason(policy: Policy, reason: str) -> None:
    """Let a reason of the policy pass.

    Raises:
        SlabotError: it is none.
    """
    known = list(policy.breach_reasons)
    if not known:
        raise SlabotError("the policy lists no reasons for a breach", "list them under breach_reasons")
    if reason not in known:
        raise SlabotError(
            f'the policy has no reason "{reason}"', f"it has {', '.join(known)}{suggestion(reason, known)}"
        )


def excusing_reason(policy: Policy, reason: str) -> None:
    """Let a reason pass for which time may be excused.

    Raises:
        SlabotError: there is no such reason, or it does not excuse.
    """
    known_reason(policy, reason)
    excusing = [name for name, each in policy.breach_reasons.items() if each.excuses]
    if not excusing:
        raise SlabotError(
            "no reason of the policy excuses time", 'write "excuses: true" beside one under breach_reasons'
        )
    if reason not in excusing:
        raise SlabotError(
            f'time is not excused for the reason "{reason}"', f"the policy excuses it for {', '.join(excusing)}"
        )


def in_words(text: str, option: str) -> str:
    """The words on one line, without what would steer a terminal.

    Raises:
        SlabotError: there is no letter or digit among them, or there are too many.
    """
    text = one_line(text)
    if not any(sign.isalnum() for sign in text):
        raise SlabotError(f"{option} is empty", "write it in words")
    if len(text) > LONGEST:
        raise SlabotError(f"{option} has {len(text)} characters", f"write {LONGEST} at most, or give a link")
    return text


def missed_clock(decision: Decision, named: str | None) -> ClockState:
    """The clock that was missed, of that label or name; None for the only one.

    Raises:
        SlabotError: it was not missed, or there are several.
    """
    missed = [clock for clock in decision.clocks if clock.is_missed]
    chosen = missed if named is None else [clock for clock in missed if named == clock.label]
    if not chosen and named is not None:
        chosen = [clock for clock in missed if named == clock.name]
    if len(chosen) == 1:
        return chosen[0]
    labels = ", ".join(clock.label for clock in missed)
    if chosen:
        raise SlabotError(f"{len(chosen)} clocks were missed", f"name one with --clock: {labels}")
    if named is not None:
        clocks_named(decision.clocks, named)
        remedy = f"these were: {labels}" if missed else "no clock of the ticket was"
        raise SlabotError(f"the {label_words(named)} was not missed", remedy)
    raise SlabotError("no clock of the ticket was missed", "a reason is for a deadline that has passed")


def clocks_named(clocks: Iterable[ClockState], named: str | None) -> list[ClockState]:
    """Those of a label or a name, or all.

    Raises:
        SlabotError: the ticket has none of them.
    """
    every = list(clocks)
    found = [clock for clock in every if named in (None, clock.label, clock.name)]
    if found:
        return found
    labels = [clock.label for clock in every]
    if named is None or not labels:
        raise SlabotError("the ticket has no clock", "slabot explain says why")
    raise SlabotError(f'the ticket has no clock "{named}"', f"it has {', '.join(labels)}{suggestion(named, labels)}")


def refuse_unless_counted(clocks: Sequence[ClockState], event: Excused, policy: Policy) -> None:
    """Let a span pass in which one of these clocks counted.

    Raises:
        SlabotError: none did, so that there is nothing to excuse.
    """
    promised = [clock for clock in clocks if not clock.no_promise]
    if not promised:
        raise SlabotError(f"nothing is promised: {clocks[0].no_promise}", "there is no deadline that could be excused")
    overlapping = [c for c in promised if max(c.started_at, event.since) < min(c.seen_until, event.until)]
    zone = policy.display_zone
    if not overlapping:
        lives = "; ".join(
            f"{label_words(clock.label)} from {when(clock.started_at, zone)} to "
            f"{'now' if clock.running else when(clock.seen_until, zone)}"
            for clock in promised
        )
        raise SlabotError("no clock ran in that time", f"excuse a part of its life: {lives}")
    if not any(_counted(clock, event) for clock in overlapping):
        raise SlabotError(
            "none of that time counted anyway: it was closed, or the clock stood still",
            "slabot explain shows which time counts",
        )


def refuse_twice(excuses: Iterable[Excuse], event: Excused) -> None:
    """Let an excuse pass that does not stand already.

    Raises:
        SlabotError: the same time is excused for the same reason and the same clocks.
    """
    for each in excuses:
        known = each.event
        same = (known.since, known.until, known.reason, known.clock) == (
            *(event.since, event.until, event.reason, event.clock),
        )
        if same and each.withdrawn is None:
            raise SlabotError(
                f"that time is excused already, by excuse no. {each.number}",
                f"to say it in other words, take that one back first: --withdraw {each.number}",
            )


def _counted(clock: ClockState, event: Excused) -> bool:
    since, until = max(clock.started_at, event.since), min(clock.seen_until, event.until)
    calendars = {
        *(clock.terms.calendar, clock.terms.counted_in),
        *(each.missed.counted_in for each in (clock, clock.as_excused) if each.missed is not None),
    }
    return any(elapsed_with_pauses(calendar, since, until, clock.pauses) for calendar in calendars)


def open_excuse(excuses: Sequence[Excuse], number: int) -> Excuse:
    """The excuse of that number, which nobody has taken back.

    Raises:
        SlabotError: there is none.
    """
    open_numbers = [str(each.number) for each in excuses if each.withdrawn is None]
    remedy = f"withdraw one of no. {', '.join(open_numbers)}" if open_numbers else "the ticket has none to withdraw"
    found = next((each for each in excuses if each.number == number), None)
    if found is None:
        raise SlabotError(f"the ticket has no excuse no. {number}", remedy)
    if found.withdrawn is not None:
        raise SlabotError(f"excuse no. {number} was withdrawn before", remedy)
    return found


def label_words(label: str) -> str:
    """A clock's label as a sentence has it."""
    return label.replace("_", " ")
