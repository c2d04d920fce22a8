"""What is wrong with a policy file, where, and how is it mended?

Promise: a problem can be read without the file at hand: it names the place, shows the line, and ends with
what to write instead. What looks like a secret is not shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from slabot.policy.paths import Path

SHOWN = 110  # characters of a source line that are shown; of a longer one, those around the place


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about a file.

    Attributes:
        code: the check's name, a heading of docs/checks.md: ``unknown-severity``.
        severity: an error makes the file unusable; a warning does not.
        line: counted from 1; 0 where the finding is about the file as a whole.
        column: counted from 1, in characters; 0 with line 0.
        path: the setting in words: ``escalate[0].severity``; empty for the file as a whole.
        source_line: the line as it may be shown: secrets masked, of a long line the part around the place.
        source_column: the column in `source_line`.
        width: characters to underline.
    """

    code: str
    severity: Literal["error", "warning"]
    file: str
    line: int
    column: int
    path: str
    message: str
    fix: str
    source_line: str
    source_column: int = 1
    width: int = 1

    def __str__(self) -> str:
        """The problem in full: place, message, line, fix; several lines."""
        return self.text(f" {self.severity}: ")

    def text(self, mark: str) -> str:
        """The same, with the severity as a terminal shows it."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        lines = [f"{place}:{mark}{self.message}  [{self.code}]"]
        if self.line and self.source_line.strip():
            start = self.source_column - 1
            indent = " " * _cells(self.source_line[:start])
            marks = "^" * (_cells(self.source_line[start : start + self.width]) or 1)
            lines += [f"    {self.source_line}", f"    {indent}{marks}"]
        lines.append(f"  fix: {self.fix}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class PathProblem:
    """What is wrong at a path of the file, before it is looked up where that is.

    Attributes:
        at_key: the key is what is wrong, not its value.
        setting: the setting that is missing at the path, or that was probably meant by the key there; may be empty.
        quote: the part of a value of several lines that is wrong.
    """

    code: str
    path: Path
    message: str
    fix: str
    at_key: bool = False
    setting: str = ""
    quote: str = ""


def in_file_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sorted by place; at one place errors come before warnings; said twice is said once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.line, p.column, p.severity, p.code, p.path)))


def count(problems: Iterable[Problem]) -> str:
    """``3 problems, 1 warning``; empty if there is nothing to count."""
    severities = [problem.severity for problem in problems]
    counts = (("problem", severities.count("error")), ("warning", severities.count("warning")))
    return ", ".join(plural(number, word) for word, number in counts if number)


def plural(number: int, word: str, several: str = "") -> str:
    """``1 warning``, ``2 warnings``, ``2 severities``."""
    return f"{number:,} {word if number == 1 else several or word + 's'}"


def shown(text: str) -> str:
    """A text in quotes, cut where it is long."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}…"'


def window(line: str, column: int, size: int = SHOWN) -> tuple[str, int]:
    """The part of a long line around a column, and the column in that part."""
    if len(line) <= size:
        return line, column
    start = max(0, min(column - 1 - size // 3, len(line) - size))
    left, right = ("…" if start else ""), ("…" if start + size < len(line) else "")
    return f"{left}{line[start : start + size]}{right}", column - start + len(left)


def visible(line: str) -> str:
    """The line with the characters that steer a terminal replaced, one for one."""
    return "".join(map(_visible, line))


def _visible(sign: str) -> str:
    if sign == "\t":
        return "→"
    return "�" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign


def _cells(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
