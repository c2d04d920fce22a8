"""Which warnings does the author of the file ignore, and for what reason?

Promise: a comment ``# slabot: ignore[code] reason`` takes away warnings of that code whose line it ends, or stands
directly above. Errors are never ignored. An ignore without a reason, of an error, of an unknown code or of nothing is
a finding itself, and such findings cannot be ignored.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from slabot.domain.suggestions import suggestion
from slabot.policy.codes import CODES
from slabot.policy.nodes import Position, Tree
from slabot.policy.problems import Problem

FORM = "# slabot: ignore[code] reason"

_MARK = re.compile(r"#\s*slabot\s*:\s*ignore\b", re.IGNORECASE)
_CODES = re.compile(r"\s*\[([^\]]*)\]")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")
_ABOUT_IGNORES = "ignore-"  # how the codes of findings about ignores begin


@dataclass(frozen=True, slots=True)
class Ignored:
    """A warning that the file's author ignores.

    Attributes:
        reason: as the comment gives it; empty where it gives none.
    """

    problem: Problem
    reason: str


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One code of a comment.

    Attributes:
        at: where the code stands.
        begins: where the comment's mark stands.
        line: whose findings are ignored; 0 for a comment with no setting below it.
    """

    code: str
    reason: str
    at: Position
    begins: Position
    line: int


@dataclass(slots=True)
class Ignores:
    """The ignores of a file.

    Attributes:
        usable: those that name a warning, in the order of the file.
        problems: what is wrong with them, whatever is found in the file.
    """

    tree: Tree
    usable: list[_Ignore] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def split(self, warnings: tuple[Problem, ...]) -> tuple[list[Problem], tuple[Ignored, ...]]:
        """The warnings that stay, those about ignores among them; and the ignored ones."""
        by_place = {(ignore.line, ignore.code): ignore for ignore in reversed(self.usable)}
        stay: list[Problem] = []
        ignored: list[Ignored] = []
        for problem in warnings:
            if ignore := by_place.get((problem.line, problem.code)):
                ignored.append(Ignored(problem, self.tree.source.shown(ignore.reason)))
            else:
                stay.append(problem)
        found = {(one.problem.line, one.problem.code) for one in ignored}
        unused = [self._unused(one, warnings) for one in self.usable if (one.line, one.code) not in found]
        return [*stay, *self.problems, *unused], tuple(ignored)

    def _unused(self, ignore: _Ignore, warnings: tuple[Problem, ...]) -> Problem:
        elsewhere = next((problem for problem in warnings if problem.code == ignore.code), None)
        where = f"line {ignore.line}" if ignore.line else "a line below it"
        return _problem(
            self.tree,
            "ignore-unused",
            ignore,
            f'there is no finding "{ignore.code}" about {where}, so this ignores nothing',
            f"write it at the end of line {elsewhere.line}, where such a finding is" if elsewhere else "delete it",
        )


def ignores_of(tree: Tree) -> Ignores:
    """The ignores in the comments of a file that could be read as YAML."""
    ignores = Ignores(tree)
    for ignore in _ignores(tree) if tree.readable else ():
        check = CODES.get(ignore.code)
        if not ignore.code:
            _add(ignores, "ignore-unreadable", ignore, "this ignore names no code in brackets", f"write {FORM}")
        elif check is None:
            _add(
                ignores,
                "ignore-unknown-code",
                ignore,
                f'there is no finding "{ignore.code}"',
                f"write the code that slabot check shows in brackets{suggestion(ignore.code, CODES)}",
            )
        elif not check.warning or ignore.code.startswith(_ABOUT_IGNORES):
            _add(
                ignores,
                "ignore-of-an-error",
                ignore,
                f'"{ignore.code}" is {"about ignores" if check.warning else "an error"} and cannot be ignored',
                "delete this ignore, and mend what it is about",
            )
        else:
            ignores.usable.append(ignore)
            if not ignore.reason:
                # Of several codes in one bracket this is said once: equal problems are one.
                ignores.problems.append(
                    tree.source.problem(
                        "ignore-without-reason",
                        "this ignore gives no reason",
                        f"say behind the bracket why the file is right here: {FORM}",
                        at=ignore.begins,
                        severity="warning",
                    )
                )
    return ignores


def _add(ignores: Ignores, code: str, ignore: _Ignore, message: str, fix: str) -> None:
    ignores.problems.append(_problem(ignores.tree, code, ignore, message, fix))


def _problem(tree: Tree, code: str, ignore: _Ignore, message: str, fix: str) -> Problem:
    return tree.source.problem(code, message, fix, at=ignore.at, width=len(ignore.code) or 1, severity="warning")


def _ignores(tree: Tree) -> Iterator[_Ignore]:
    for number, line in enumerate(tree.source.lines, 1):
        if _MARK.search(line) is None or (start := _comment_start(tree, number, line)) is None:
            continue
        about = number if line[:start].strip() else _setting_below(tree, number)
        marks = list(_MARK.finditer(line, start))
        ends = [mark.start() for mark in marks[1:]] + [len(line)]
        for mark, end in zip(marks, ends, strict=True):
            yield from _of_mark(line[:end], mark, number, about)


def _of_mark(line: str, mark: re.Match[str], number: int, about: int) -> Iterator[_Ignore]:
    """The codes behind one ``# slabot: ignore``; one without a code where they cannot be read."""
    begins = number, mark.start() + 1
    codes = _CODES.match(line, mark.end())
    if codes is None or not codes[1].strip(", "):
        yield _Ignore("", "", begins, begins, about)
        return
    reason = line[codes.end() :].strip(" \t:-–—")
    for code in re.finditer(r"[^,\s][^,]*", codes[1]):
        column = codes.start(1) + code.start() + 1
        yield _Ignore(code[0].strip(), reason if re.search(r"\w", reason) else "", (number, column), begins, about)


def _comment_start(tree: Tree, number: int, line: str) -> int | None:
    """Where the comment of a line begins, from 0; a # in quotes or in a block of text begins none."""
    starts = (found.start() for found in _COMMENT.finditer(line))
    return next((start for start in starts if not _in_text(tree, (number, start + 1))), None)


def _in_text(tree: Tree, at: Position) -> bool:
    place = bisect_right(tree.texts, at, key=lambda span: span[0]) - 1
    return place >= 0 and at < tree.texts[place][1]


def _setting_below(tree: Tree, number: int) -> int:
    """The first line below a comment that is no comment; 0 if that is empty or the end of the file."""
    lines = tree.source.lines
    while number < len(lines):
        text = lines[number].strip()
        number += 1
        if not text.startswith("#"):
            return number if text else 0
    return 0
