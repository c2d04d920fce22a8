"""Why is this not YAML, in words for somebody who does not know YAML's grammar?

Promise: every error of the YAML reader, whichever of its two engines found it, becomes one problem with its
place and fix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from slabot.policy.problems import Problem
from slabot.policy.source import Source


@dataclass(frozen=True, slots=True)
class _Case:
    """What a reader's words mean.

    Attributes:
        said: a pattern of the reader's own "context | problem".
        message: for people; {line} is where the thing began, {sign} the character at the place.
        from_start: the place shown is where the thing began, not where the reader gave up.
    """

    said: str
    message: str
    fix: str
    from_start: bool = False


_QUOTES = "put quotes around the value"

_CASES = (
    _Case(
        "found unexpected ':'",
        "in braces a colon is followed by a space and a value",
        "write {key: value}",
    ),
    _Case(
        r"\| mapping values are not allowed",
        "a second colon stands here",
        'put quotes around a value that holds ": ", or give this key its own line, indented like its fellows',
    ),
    _Case(
        "quoted scalar \\| found unexpected end|quoted scalar \\| found unexpected document",
        "this quote is never closed",
        "close it at the end of the value",
        from_start=True,
    ),
    _Case(
        "found unknown escape",
        "this backslash means nothing in double quotes",
        "use single quotes, or double the backslash",
    ),
    _Case(
        "flow sequence \\|",
        "this list is not closed, or lacks a comma",
        "write [one, two, three]",
        from_start=True,
    ),
    _Case(
        "flow mapping \\|",
        "these braces are not closed, or lack a comma",
        "write {key: value, other: value}",
        from_start=True,
    ),
    _Case("scanning an alias", 'a value that begins with "*" is a reference in YAML', _QUOTES, from_start=True),
    _Case("scanning an anchor", 'a value that begins with "&" is a label in YAML', _QUOTES, from_start=True),
    _Case("a tag \\|", 'a value that begins with "!" is a type in YAML', _QUOTES, from_start=True),
    _Case("a directive \\|", 'a line that begins with "%" is an instruction to YAML', _QUOTES, from_start=True),
    _Case("cannot start any token", 'a value may not begin with "{sign}"', _QUOTES),
    _Case(
        "could not find expected ':'",
        "this line is neither a key with its value nor a part of a list",
        'write "key: value", with a space after the colon; or begin a list\'s entry with "- "',
        from_start=True,
    ),
    _Case(
        "block scalar",
        "after | or > the text begins on the next line",
        "start a new line, indented by two spaces",
        from_start=True,
    ),
    _Case(
        "block mapping \\|",
        "this does not fit after the key or the value before it",
        "indent the keys of one part by the same number of spaces; put quotes around such a value",
    ),
    _Case(
        r"block collection \||block sequence \|",
        "this does not line up with the list before it",
        'begin each entry with "- ", all indented by the same number of spaces',
    ),
    _Case(
        "document start|incompatible|directive",
        "there is more text after the end of the document",
        "delete the lines that begin with --- , ... or %",
    ),
)


def explained(error: yaml.YAMLError, source: Source) -> Problem:
    """The problem behind an error of the YAML reader."""
    if not isinstance(error, yaml.MarkedYAMLError) or (mark := error.problem_mark or error.context_mark) is None:
        return source.problem("not-yaml", "this is not YAML", "see config.example.yaml for the form", at=(1, 1))
    at = (mark.line + 1, mark.column + 1)
    said = f"{error.context or ''} | {error.problem or ''}"
    if tab := _tab(said, at, source):
        return tab
    begin = error.context_mark or mark
    for case in _CASES:
        if re.search(case.said, said):
            at = (begin.line + 1, begin.column + 1) if case.from_start else at
            at = _on_a_line(at, source)
            sign = source.raw_line(at[0])[at[1] - 1 : at[1]]
            return source.problem("not-yaml", case.message.format(sign=sign), case.fix, at=at)
    return source.problem(
        "not-yaml",
        f"this is not YAML: {error.problem}",
        "compare the line and the ones above it with config.example.yaml",
        at=_on_a_line(at, source),
    )


def _tab(said: str, at: tuple[int, int], source: Source) -> Problem | None:
    line = source.raw_line(at[0])
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent and "tab" not in said and line[at[1] - 1 : at[1]] != "\t":
        return None
    column = line.find("\t") + 1 or at[1]
    return source.problem(
        "tab",
        "a tab stands where YAML wants spaces",
        "replace it by spaces, two for each level; most editors can do so for the whole file",
        at=(at[0], column),
    )


def _on_a_line(at: tuple[int, int], source: Source) -> tuple[int, int]:
    """The reader may give up below the last line; then the last line with something on it is shown."""
    line, column = at
    while line > 1 and not source.raw_line(line).strip():
        line -= 1
        column = len(source.raw_line(line).rstrip()) + 1
    return line, column
