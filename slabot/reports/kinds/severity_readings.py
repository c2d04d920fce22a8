"""Lay what the reader found in a request beside what people chose in the end, and beside what customers claimed.

Promise: what the reader says is counted wherever it was asked, also where something stronger decided, or it only
observes. An undecided reading is both of its severities, and neither right nor wrong by itself.
"""

from __future__ import annotations

from collections import Counter

from slabot.reports.model import NONE, Column, Line, Share, Table, Unit
from slabot.reports.question import Key, Question
from slabot.reports.rows import TicketRow

Rank = dict[str, int]
DECIDED, UNDECIDED = "decided", "undecided"


def reading_text(row: TicketRow) -> str:
    """``high``, or ``critical or high`` where it is undecided."""
    return f"{row.read} or {row.or_else}" if row.or_else is not None else row.read or NONE


class _Cell:
    """Tickets of one part of a cut, whose readings are all decided or all undecided."""

    __slots__ = ("agree", "chosen", "lower", "raised", "read", "tickets")

    def __init__(self, *, tickets: bool) -> None:
        self.read = self.chosen = self.agree = self.raised = self.lower = 0
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def add(self, row: TicketRow, rank: Rank) -> None:
        self.read += 1
        if not row.confirmed:
            return
        self.chosen += 1
        most, least, chosen = (_place(each, rank) for each in (row.read, row.or_else or row.read, row.severity))
        raised, lower = chosen < most, chosen > least
        agree = chosen in (most, least)
        self.agree += agree
        self.raised += raised
        self.lower += lower
        if self.tickets is not None and not agree:
            self.tickets.setdefault("raised" if raised else "lowered", []).append(row.reference)

    def line(self, key: Key) -> Line:
        values = (self.read, self.chosen, Share(self.agree, self.chosen), self.raised, self.lower)
        return Line((*key, *values), self.tickets or {})


class Readings:
    """What the reader said, beside what people chose."""

    COLUMNS = (
        Column("read", "Read", Unit.COUNT),
        Column("confirmed", "People chose", Unit.COUNT),
        Column("agree", "The same", Unit.SHARE),
        Column("raised", "Raised", Unit.COUNT),
        Column("lowered", "Lowered", Unit.COUNT),
    )

    def __init__(self, question: Question, rank: Rank) -> None:
        self._question, self._rank = question, rank
        self._cells: dict[Key, _Cell] = {}
        self._whole = _Cell(tickets=False)
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._named: dict[tuple[str, str], list[str]] = {}
        self._order: dict[str, tuple[int, int]] = {}
        self._not_read = 0

    def add(self, row: TicketRow, key: Key) -> None:
        """Count a ticket."""
        if row.read is None:
            self._not_read += 1
            return
        key = (DECIDED if row.or_else is None else UNDECIDED, *key)
        self._cells.setdefault(key, _Cell(tickets=self._question.tickets)).add(row, self._rank)
        self._whole.add(row, self._rank)
        if row.confirmed:
            pair = (reading_text(row), row.severity)
            self._order[pair[0]] = (_place(row.read, self._rank), _place(row.or_else or row.read, self._rank))
            self._pairs[pair] += 1
            if self._question.tickets:
                self._named.setdefault(pair, []).append(row.reference)

    def tables(self) -> tuple[Table, Table]:
        """How often they agree, and what became of each reading."""
        keys = self._question.ordered(list(self._cells), 1)
        agreement = Table(
            key="reader",
            title="Read in the text, and chosen in the end",
            columns=(Column("reading", "The reader was"), *self._question.columns, *self.COLUMNS),
            lines=[self._cells[key].line(key) for key in keys],
            total=self._whole.line(("all", *("" for _ in self._question.by))) if len(keys) > 1 else None,
            notes=(
                "Read: the reader found a severity in the words of the request, whatever decided in the end. The "
                "same: of those of which people chose one; where it was undecided, one of the two. Raised and lowered: "
                "people chose more than the more severe, or less than the less severe, that it found.",
                f"Not read: {self._not_read:,}, since the reader is off, there was nothing to read, or the words were "
                "gone before they were read.",
            ),
        )
        order = sorted(self._pairs, key=lambda pair: (*self._order[pair[0]], _place(pair[1], self._rank), pair))
        pairs = Table(
            key="readings",
            title="What was read, and what people made of it",
            columns=(
                Column("read", "Read"),
                Column("chosen", "Chosen"),
                Column("tickets", "Tickets", Unit.COUNT),
                Column("share", "Of those with a choice", Unit.SHARE),
            ),
            lines=[
                Line((*pair, self._pairs[pair], Share(self._pairs[pair], self._whole.chosen)), self._tickets(pair))
                for pair in order
            ],
        )
        return agreement, pairs

    def _tickets(self, pair: tuple[str, str]) -> dict[str, list[str]]:
        return {"tickets": self._named[pair]} if pair in self._named else {}


class Inflation:
    """What customers claimed, beside what was found, for each organisation."""

    def __init__(self, question: Question, rank: Rank) -> None:
        self._question, self._rank = question, rank
        self._counts: dict[str, Counter[str]] = {}
        self._named: dict[str, dict[str, list[str]]] = {}

    def add(self, row: TicketRow) -> None:
        """Count a ticket that was read."""
        if row.read is None:
            return
        of = row.organization or NONE
        counts = self._counts.setdefault(of, Counter())
        counts["read"] += 1
        if row.claimed is None:
            return
        claimed, most, least = (_place(each, self._rank) for each in (row.claimed, row.read, row.or_else or row.read))
        how = "more" if claimed < most else "less" if claimed > least else "same"
        counts["claims"] += 1
        counts[how] += 1
        if self._question.tickets:
            self._named.setdefault(of, {}).setdefault(how, []).append(row.reference)

    def table(self) -> Table:
        """The organisations of which somebody claimed something, the most inflated first."""
        claiming = [name for name, counts in self._counts.items() if counts["claims"]]
        claiming.sort(key=lambda name: (-self._counts[name]["more"], name == NONE, name.casefold()))
        whole: Counter[str] = Counter()
        for counts in self._counts.values():
            whole += counts
        return Table(
            key="inflation",
            title="Claimed and found, by organisation",
            columns=(
                Column("organization", "Organization"),
                Column("read", "Read", Unit.COUNT),
                Column("claims", "Claim a severity", Unit.SHARE),
                Column("more", "More than was found", Unit.SHARE),
                Column("same", "As it was found", Unit.COUNT),
                Column("less", "Less than was found", Unit.COUNT),
            ),
            lines=[_claims(name, self._counts[name], self._named.get(name, {})) for name in claiming],
            total=_claims("all", whole, {}) if claiming else None,
            notes=(
                'A claim is what the text says of itself ("URGENT", "no rush"); it is never evidence. More: it claims '
                "more than the most severe that was found. Organisations without a claim are in the total only.",
            ),
        )


def _claims(name: str, counts: Counter[str], tickets: dict[str, list[str]]) -> Line:
    values = (
        counts["read"],
        Share(counts["claims"], counts["read"]),
        Share(counts["more"], counts["claims"]),
        counts["same"],
        counts["less"],
    )
    return Line((name, *values), tickets)


def _place(severity: str | None, rank: Rank) -> int:
    """Where a severity stands; 0 is the most severe, names that the policy does not have come last."""
    return rank.get(severity or "", len(rank))
