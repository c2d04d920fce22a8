"""Replay the lines of a ticket file through one policy or two, in this process.

Promise: a line is read, replayed, counted and forgotten. What is kept is counts, the weightiest differences, and, under
a policy with a rule in ``act`` alone, when which ticket would be written to: 16 bytes a write.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from slabot.domain import TicketFileError, TicketRecord, read_tickets
from slabot.policy import Mode, Policy, load_policy
from slabot.reports.backtest.differences import TicketDifference, difference
from slabot.reports.backtest.replay import Replayed, end_of, replay
from slabot.reports.backtest.tally import MINUTE, Counting, PolicySide, Tally, TallyFigure

MOST = 10_000  # differences that are kept; the others are counted

Line = tuple[int, str]
"""The number of a line, from 1 on, and what stands in it."""


class PolicyText(NamedTuple):
    """A policy file as it was read; each process loads it by itself."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestTask:
    """What is to be replayed.

    Attributes:
        new: the policy that is tried.
        old: the one that it is compared with; None for none.
        now: nothing is played beyond it.
        name: of the ticket file, for errors.
        first: tickets created before it are left out, and those created at `last` or later; None for no bound.
        watched: references of tickets of which all that came is kept.
    """

    new: PolicyText
    old: PolicyText | None
    now: datetime
    name: str
    first: datetime | None = None
    last: datetime | None = None
    watched: frozenset[str] = frozenset()


@dataclass(slots=True)
class Yield:
    """What came of some lines.

    Attributes:
        writes: by side, minute and line, one after the other.
        moves: by side and minute: how many more tickets were open from then on.
        lines: how many were read.
        watched: all that came of the tickets that are watched.
    """

    tally: Tally = field(default_factory=Counter)
    differences: list[TicketDifference] = field(default_factory=list)
    writes: dict[PolicySide, array[int]] = field(default_factory=dict)
    moves: dict[PolicySide, Counter[int]] = field(default_factory=dict)
    lines: int = 0
    watched: dict[str, dict[PolicySide, Replayed]] = field(default_factory=dict)

    def take(self, other: Yield) -> None:
        """Add what came of other lines."""
        self.tally.update(other.tally)
        self.differences += other.differences
        if len(self.differences) > 2 * MOST:
            self.keep_the_weightiest()
        self.lines += other.lines
        self.watched |= other.watched
        for side, writes in other.writes.items():
            self.writes.setdefault(side, array("q")).extend(writes)
        for side, moves in other.moves.items():
            self.moves.setdefault(side, Counter()).update(moves)

    def keep_the_weightiest(self) -> None:
        """Those with more missed verdicts first, then the earliest."""
        self.differences = sorted(self.differences, key=weight)[:MOST]


class Bench:
    """Policies that are loaded, and a way to replay lines through them."""

    def __init__(self, task: BacktestTask) -> None:
        """Load the policies.

        Raises:
            PolicyError: one of them is wrong.
        """
        self.task = task
        self.policies = {PolicySide.NEW: _replaying(task.new)}
        if task.old is not None:
            self.policies[PolicySide.OLD] = _replaying(task.old)
        new = self.policies[PolicySide.NEW]
        self._severities = tuple(dict.fromkeys(name for each in self.policies.values() for name in each.severities))
        self._counting = Counting(new.display_zone)
        self._reads_words = not _same_reading(list(self.policies.values()))
        self._writing = {side for side, policy in self.policies.items() if _writes(policy)}

    def records(self, lines: Iterable[Line]) -> Iterator[tuple[int, TicketRecord]]:
        """The tickets of lines that are to be replayed.

        Raises:
            TicketFileError: names the file, the line, the event and the field.
        """
        task = self.task
        for number, text in lines:
            if not text.strip():
                continue
            try:
                [record] = read_tickets(text, severities=self._severities)
            except TicketFileError as error:
                raise TicketFileError(str(error), place=f"{task.name}:{number}") from None
            created = record.ticket.created_at
            if (task.first is None or created >= task.first) and (task.last is None or created < task.last):
                yield number, record

    def run(self, lines: Sequence[Line]) -> Yield:
        """Replay, each ticket by itself."""
        found = Yield()
        for number, record in self.records(lines):
            sides = self.sides(record)
            self.count(found, number, sides)
            for side in self._writing:
                self._note_writes(found, number, side, sides[side])
        found.lines = len(lines)
        return found

    def sides(self, record: TicketRecord) -> dict[PolicySide, Replayed]:
        """A ticket under each policy, by itself."""
        until = end_of(record, self.task.now)
        return {
            side: replay(record, policy, until, reads_words=self._reads_words) for side, policy in self.policies.items()
        }

    @property
    def reads_words(self) -> bool:
        """True where the policies may find other severities in words, so that those that are gone are missed."""
        return self._reads_words

    def count(self, found: Yield, number: int, sides: dict[PolicySide, Replayed]) -> None:
        """Count a ticket, and note how its sides differ."""
        if (reference := sides[PolicySide.NEW].reference) in self.task.watched:
            found.watched[reference] = sides
        for side, replayed in sides.items():
            found.tally.update(self._counting.count(side, replayed))
        if (
            PolicySide.OLD in sides
            and (other := difference(number, sides[PolicySide.OLD], sides[PolicySide.NEW])) is not None
        ):
            found.differences.append(other)
            found.tally.update(_changes(other))

    def take_out(self, found: Yield, sides: dict[PolicySide, Replayed]) -> None:
        """Take the counts of a ticket out again; its difference is the caller's matter."""
        for side, replayed in sides.items():
            found.tally.subtract(self._counting.count(side, replayed))
        if (
            PolicySide.OLD in sides
            and (other := difference(0, sides[PolicySide.OLD], sides[PolicySide.NEW])) is not None
        ):
            found.tally.subtract(_changes(other))

    def _note_writes(self, found: Yield, number: int, side: PolicySide, replayed: Replayed) -> None:
        writes = found.writes.setdefault(side, array("q"))
        for act in replayed.acts:
            if act.kind.writes and act.mode is Mode.ACT:
                writes.extend((act.at // MINUTE, number))
        moves = found.moves.setdefault(side, Counter())
        for at, more in replayed.moves:
            moves[at // MINUTE] += more


def weight(each: TicketDifference) -> tuple[int, int, str]:
    """By which differences are ordered."""
    return -each.worse, each.at, each.reference


def _changes(each: TicketDifference) -> Tally:
    found: Tally = Counter({(PolicySide.NEW.value, TallyFigure.DIFFER): 1})
    if each.verdicts:
        found[PolicySide.NEW.value, TallyFigure.DIFFER_IN_VERDICT] = 1
    return found


def _replaying(text: PolicyText) -> Policy:
    """The policy without ``start_from``: a replay asks what the rules do, whenever slabot was installed."""
    policy = load_policy(text.content, text.name)
    if policy.start_from is None:
        return policy
    return policy.model_copy(update={"start_from": None}).with_specs(policy.specs)


def _same_reading(policies: list[Policy]) -> bool:
    """True for two policies that find the same in words."""
    if len(policies) < 2:
        return False
    one, other = policies
    return (one.classify, one.waiting.not_feedback, one.automatic_replies.words) == (
        *(other.classify, other.waiting.not_feedback),
        other.automatic_replies.words,
    )


def _writes(policy: Policy) -> bool:
    """True where a rule of the policy, or of an agreement, is in ``act``."""
    for each in (policy, *(policy.under(agreement.name) for agreement in policy.agreements)):
        modes = [each.waiting.mode, each.solved.mode, each.classify.mode, each.automatic_replies.mode]
        modes += [clock.mode for clock in each.clocks]
        if any(mode is Mode.ACT for mode in modes):
            return True
    return False
