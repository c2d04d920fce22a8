"""Where do signs stand that look like a space, or like nothing, and are neither to YAML?

Promise: the file is read as its author sees it, and each such sign is told with its place; within sentences for people,
and in comments, they are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from slabot.policy.paths import Path

# Spaces that YAML takes for letters; signs without width; and joiners, which
# belong to emoji and to some scripts, within ASCII.
_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069"
_ODD = re.compile(f"[{_SPACE}]|[{_NOTHING}]|(?<=[\x00-\x7f])[\u200c\u200d](?=[\x00-\x7f])")
_IS_SPACE = re.compile(f"[{_SPACE}]")


@dataclass(frozen=True, slots=True)
class OddSign:
    """One such sign.

    Attributes:
        line, column: from 1, where it stands in the file.
        read_at: the column in the text that is read, in which signs without width are left out.
    """

    sign: str
    line: int
    column: int
    read_at: int

    @property
    def is_space(self) -> bool:
        """True if it looks like a space."""
        return _IS_SPACE.match(self.sign) is not None

    @property
    def message(self) -> str:
        """What is wrong."""
        name = "a non-breaking space" if self.sign == "\u00a0" else f"a space of another kind (U+{ord(self.sign):04X})"
        if not self.is_space:
            return f"an invisible character (U+{ord(self.sign):04X}) stands here, which is a letter to YAML"
        return f"{name} stands here, which is a letter to YAML"

    @property
    def fix(self) -> str:
        """What to do."""
        if self.is_space:
            return "delete it and type an ordinary space; such ones come with text from web pages and documents"
        return "delete it, best by typing the word anew; such ones come with text from web pages and documents"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Where a key or a value stands, begin and end as (line, column) in the text that is read."""

    begin: tuple[int, int]
    end: tuple[int, int]
    path: Path | None
    is_key: bool

    def holds(self, sign: OddSign) -> bool:
        """True if the sign stands in it."""
        return self.begin <= (sign.line, sign.read_at) < self.end


def odd_signs(lines: list[str]) -> list[OddSign]:
    """All such signs of a file, in its order."""
    found = []
    for number, line in enumerate(lines, start=1):
        left_out = 0
        for match in _ODD.finditer(line) if not line.isascii() else ():
            found.append(OddSign(match[0], number, match.start() + 1, match.start() + 1 - left_out))
            left_out += not found[-1].is_space
    return found


def as_seen(text: str) -> str:
    """The text with ordinary spaces, and without signs that have no width."""
    return _ODD.sub(lambda match: " " if _IS_SPACE.match(match[0]) else "", text)


def in_the_way(signs: list[OddSign], spans: list[TextSpan], lines: list[str]) -> Iterator[tuple[OddSign, Path | None]]:
    """The signs outside of comments, one a line and value, with the path of the value that they stand in, if any."""
    said: set[tuple[int, Path | None]] = set()
    by_line: dict[int, list[TextSpan]] = {}
    for span in spans:
        for line in range(span.begin[0], span.end[0] + 1):
            by_line.setdefault(line, []).append(span)
    for sign in signs:
        here = by_line.get(sign.line, [])
        holder = next((span for span in here if span.holds(sign)), None)
        path = holder.path if holder is not None and not holder.is_key else None
        if (sign.line, path) in said or (holder is None and _in_comment(sign, here, lines[sign.line - 1])):
            continue
        said.add((sign.line, path))
        yield sign, path


def _in_comment(sign: OddSign, spans: list[TextSpan], line: str) -> bool:
    before = as_seen(line[: sign.column - 1])
    return any(
        before[at] == "#" and not any(span.begin <= (sign.line, at + 1) < span.end for span in spans)
        for at in range(len(before))
        if at == 0 or before[at - 1] == " "
    )
