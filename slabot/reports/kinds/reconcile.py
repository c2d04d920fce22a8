"""Where does the helpdesk say something else than slabot, and by which rule of counting?

Promise: each figure of the helpdesk's stands in exactly one of three counts: it agrees, a rule that predicts it is
named, or it is unexplained and listed by itself. There is no rule for the rest.
"""

from __future__ import annotations

from collections import Counter

from slabot.reports.deviations import SENTENCES
from slabot.reports.local_time import seconds
from slabot.reports.model import Column, Line, Report, Share, Table, Unit
from slabot.reports.predictions.history import Rules, Value
from slabot.reports.question import Option, Question
from slabot.reports.reconciling import Comparison, Match
from slabot.reports.rows import EverySource
from slabot.reports.scope import as_of, period_words

NAME = "reconcile"
SUMMARY = "Where does the helpdesk say something else, and by which rule?"
TAKES = frozenset({Option.PERIOD})
FIGURES = (
    Column("helpdesk", "Helpdesk"),
    Column("figure", "Figure"),
    Column("figures", "Figures", Unit.COUNT),
    Column("agree", "Agree", Unit.COUNT),
    Column("explained", "Explained", Unit.COUNT),
    Column("unexplained", "Unexplained", Unit.COUNT),
    Column("accounted", "Accounted for", Unit.SHARE),
)
RULES = (
    Column("rules", "Rule"),
    Column("figure", "Figure"),
    Column("figures", "Figures", Unit.COUNT),
)
EACH = (
    Column("ticket", "Ticket"),
    Column("figure", "Figure"),
    Column("ours_at", "Here", Unit.INSTANT),
    Column("theirs_at", "There", Unit.INSTANT),
    Column("ours_minutes", "Here, min", Unit.COUNT),
    Column("theirs_minutes", "There, min", Unit.COUNT),
    Column("difference", "There less here", Unit.SECONDS),
)
NOTES = (
    "A rule explains a figure only if it predicts it from the ticket's own history, to the second, or to the whole "
    "minute where the helpdesk tells minutes. Of several, the fewest are named.",
)


def build(source: EverySource, question: Question) -> Report:
    """Compare."""
    found = list(source.comparisons(question))
    different = [each for each in found if each.match is not Match.AGREES]
    unexplained = [each for each in different if each.match is Match.UNEXPLAINED]
    return Report(
        kind=NAME,
        title="Reconciliation with the helpdesk's own figures",
        scope=(f"{period_words(question)}, by the creation of the ticket.", as_of(question), *source.read_of_helpdesks),
        tables=(
            Table(key="figures", title="By figure", columns=FIGURES, lines=_figures(found), total=_total(found)),
            Table(
                key="rules",
                title="By which rules they differ",
                columns=RULES,
                lines=_rules(different),
                notes=(*_sentences(different), *NOTES),
            ),
            Table(
                key="unexplained",
                title="Unexplained, one by one",
                columns=EACH,
                lines=[_line(each) for each in unexplained],
                lists=True,
            ),
            Table(
                key="differences",
                title="Explained, one by one",
                columns=(*EACH, Column("rules", "Rule")),
                lines=[_line(each, with_rules=True) for each in different if each.match is Match.EXPLAINED],
                lists=True,
            ),
        ),
        notes=tuple(source.problems),
    )


def _figures(found: list[Comparison]) -> list[Line]:
    cells = dict.fromkeys((_helpdesk(each), each.measure) for each in found)
    return [
        _counted(
            (helpdesk, measure.value),
            [each for each in found if (_helpdesk(each), each.measure) == (helpdesk, measure)],
        )
        for helpdesk, measure in sorted(cells)
    ]


def _total(found: list[Comparison]) -> Line:
    return _counted(("all", ""), found)


def _counted(name: tuple[str, str], some: list[Comparison]) -> Line:
    counts = Counter(each.match for each in some)
    settled = counts[Match.AGREES] + counts[Match.EXPLAINED]
    return Line(
        (
            *name,
            len(some),
            counts[Match.AGREES],
            counts[Match.EXPLAINED],
            counts[Match.UNEXPLAINED],
            Share(settled, len(some)),
        ),
        {"unexplained": [each.reference for each in some if each.match is Match.UNEXPLAINED]},
    )


def _rules(different: list[Comparison]) -> list[Line]:
    counts = Counter((each.rules, each.measure) for each in different if each.match is Match.EXPLAINED)
    lines = [
        Line((_names(rules), measure.value, count))
        for (rules, measure), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    missing = sum(each.match is Match.UNEXPLAINED for each in different)
    return [*lines, *([Line(("unexplained", "", missing))] if missing else [])]


def _sentences(different: list[Comparison]) -> list[str]:
    """What each of the rules says."""
    named = dict.fromkeys(rule for each in different for rule in each.rules)
    return [f"{rule.value.replace('_', ' ').capitalize()}: {SENTENCES[rule]}." for rule in sorted(named)]


def _line(each: Comparison, *, with_rules: bool = False) -> Line:
    values = (
        each.reference,
        each.measure.value,
        _instant(each.ours),
        _instant(each.theirs),
        each.ours if isinstance(each.ours, int) else None,
        each.theirs if isinstance(each.theirs, int) else None,
        each.difference,
    )
    return Line((*values, _names(each.rules)) if with_rules else values, {"ticket": (each.reference,)})


def _instant(value: Value) -> int | None:
    return None if value is None or isinstance(value, int) else seconds(value)


def _names(rules: Rules) -> str:
    return " + ".join(rule.value.replace("_", " ") for rule in rules)


def _helpdesk(each: Comparison) -> str:
    return each.reference.partition("/")[0]
