"""Which reports are there?

Promise: a report is a module of `slabot.reports.kinds` with a ``NAME``, a ``SUMMARY`` in one line, the options that it
``TAKES`` and a function ``build`` of a source and a question; one line here makes it known to the command, its help and
its documentation test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from slabot.domain.suggestions import suggestion
from slabot.reports.errors import UnknownKind
from slabot.reports.kinds import (
    ageing,
    auto_solved,
    availability,
    breaches,
    compliance,
    forgotten,
    pages,
    reconcile,
    response_times,
    severity,
)
from slabot.reports.model import Report
from slabot.reports.question import Option, Question
from slabot.reports.rows import EverySource


class ReportKind(Protocol):
    """A module that makes a report."""

    NAME: str
    SUMMARY: str
    TAKES: frozenset[Option]

    def build(self, source: EverySource, question: Question) -> Report:
        """The report."""


_MODULES: tuple[ReportKind, ...] = (
    *(compliance, response_times, breaches, ageing, forgotten, auto_solved, pages, severity),
    *(availability, reconcile),
)
KINDS: Mapping[str, ReportKind] = {kind.NAME: kind for kind in _MODULES}


def kind(name: str) -> ReportKind:
    """The report of a name.

    Raises:
        UnknownKind: there is none.
    """
    found = KINDS.get(name)
    if found is None:
        raise UnknownKind(name, f"there are {', '.join(KINDS)}{suggestion(name, list(KINDS))}")
    return found
