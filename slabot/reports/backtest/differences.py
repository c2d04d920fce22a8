"""Find in what a ticket comes out otherwise under another policy.

Promise: a ticket stands in the list once, with its first difference and all that changes for it; one that comes out
the same in every page, act and verdict does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from slabot.policy import Mode
from slabot.reports.backtest.replay import Replayed, ReplayedAct
from slabot.rules import Kind

NAMES = {
    Kind.FOLLOW_UP: "follow-ups",
    Kind.AUTO_SOLVE: "solves",
    Kind.AUTO_CLOSE: "closes",
    Kind.REOPEN: "reopenings",
    Kind.SET_CATEGORY: "statuses set",
    Kind.SET_BACK: "statuses set back",
    Kind.SET_SEVERITY: "priorities set",
    Kind.NUDGE: "reminders to assignees",
    Kind.NOTE: "notes",
    Kind.ASK: "questions",
    Kind.PAGE: "pages",
}


class TicketDifference(NamedTuple):
    """A ticket that comes out otherwise.

    Attributes:
        line: of the ticket among those that were replayed.
        at: the first difference between the two, seconds since 1970 UTC.
        verdicts: ``first_response missed → met``.
        acts: ``pages 3 → 5; solves 0 → 1``.
        diverged: from when on what people did need not be what they would have done; None where it is.
        worse: how many more verdicts are missed.
    """

    line: int
    reference: str
    at: int
    verdicts: str
    acts: str
    pages: int
    diverged: int | None
    worse: int


def difference(line: int, old: Replayed, new: Replayed) -> TicketDifference | None:
    """In what a ticket differs; None where it comes out the same."""
    acts = list(_acts(old, new))
    clocks = list(_clocks(old, new))
    if not acts and not clocks:
        return None
    counts = [Counter(_named(act) for act in side.acts) for side in (old, new)]
    changed = [
        f"{name} {counts[0][name]} → {counts[1][name]}"
        for name in sorted(counts[0].keys() | counts[1].keys())
        if counts[0][name] != counts[1][name]
    ]
    if acts and not changed:
        changed = ["the same acts at other times or for others"]
    diverged = [at for at in (*acts, old.diverged, new.diverged) if at is not None]
    return TicketDifference(
        line=line,
        reference=new.reference,
        at=min([*acts, *(at for at, _, _ in clocks)]),
        verdicts="; ".join(words for _, words, _ in clocks),
        acts="; ".join(changed),
        pages=_pages(new) - _pages(old),
        diverged=min(diverged, default=None),
        worse=sum(worse for _, _, worse in clocks),
    )


def _pages(side: Replayed) -> int:
    return sum(act.kind is Kind.PAGE for act in side.acts)


def _named(act: ReplayedAct) -> str:
    return NAMES[act.kind] if act.mode is Mode.ACT else f"{NAMES[act.kind]} (observe)"


def _acts(old: Replayed, new: Replayed) -> Iterator[int]:
    """When acts are done that the other side has not, or not then."""
    sides = [
        Counter((act.at, act.kind, act.mode, act.clock, act.rung, act.person) for act in s.acts) for s in (old, new)
    ]
    yield from (act[0] for act in ((sides[0] - sides[1]) + (sides[1] - sides[0])))


def _clocks(old: Replayed, new: Replayed) -> Iterator[tuple[int, str, int]]:
    """When and how verdicts differ, and whether the new one is missed (1) or the old one was (-1)."""
    before = {clock.label: clock for clock in old.clocks}
    after = {clock.label: clock for clock in new.clocks}
    for label in dict.fromkeys((*before, *after)):
        first, second = before.get(label), after.get(label)
        was, is_now = (None if each is None else each.outcome for each in (first, second))
        if was is is_now:
            continue
        instants = [each.settled or each.started for each in (first, second) if each is not None]
        words = f"{label} {_word(was)} → {_word(is_now)}"
        yield min(instants), words, (is_now == "missed") - (was == "missed")


def _word(outcome: str | None) -> str:
    return "no clock" if outcome is None else outcome.replace("_", " ")
