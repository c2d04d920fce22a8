"""What is one alteration, and by what is it known again?

Promise: a change keeps its name when lines are added or removed elsewhere in its file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One alteration of one file; nothing else in it differs.

    Attributes:
        file: relative to the checkout.
        number: its place among the changes of the file; by it the change is made again.
        line: where it begins, counted from 1.
        text: that line as it stands in the file, without its indentation.
        change: the altered part, before and after.
        place: 0 for the first change of that line text and those words in the file, 1 for the next, …
        scope: the outermost function that holds it (``Calendar.add``); None outside of functions.
        lines: the first and the last line of the statement up to the altered part.
    """

    file: str
    number: int
    line: int
    text: str
    change: str
    place: int
    scope: str | None
    lines: tuple[int, int]

    @property
    def key(self) -> str:
        """What it is called among the results."""
        return f"{self.file}\t{self.text}\t{self.change}\t{self.place}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.change}    in: {self.text}"


def module_name(file: str) -> str:
    """``slabot/rules/ladder.py`` is imported as ``slabot.rules.ladder``."""
    parts = Path(file).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
