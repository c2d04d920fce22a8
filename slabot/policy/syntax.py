"""Why is this not YAML, in words for somebody who does not know YAML's grammar?

Promise: every error of the YAML reader, whichever of its two engines found it, becomes one problem with its
place and fix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from slabot.policy.problems import Problem, plural
from slabot.policy.source import SourceText
from slabot.policy.written import quoted


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


# A key with its value behind a colon without a space, or behind a colon of Chinese and Japanese keyboards.
KEY_AND_VALUE = re.compile(
    r"""\s*(?:- +)?(?P<key>[A-Za-z_][\w-]*)\s*(?::(?=[^\s/:])|：\s*(?=\S))(?P<value>"[^"]*"|#[^\s#]+|[^#]*[^#\s])"""
)
_OF_DESTINATIONS = ("user", "group", "rota", "pagerduty", "webhook")

LONGEST = 400  # characters of a line that may be such a key with its value

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


def explained(error: yaml.YAMLError, source: SourceText) -> Problem:
    """The problem behind an error of the YAML reader."""
    if not isinstance(error, yaml.MarkedYAMLError) or (mark := error.problem_mark or error.context_mark) is None:
        return source.problem("not-yaml", "this is not YAML", "see config.example.yaml for the form", at=(1, 1))
    at = (mark.line + 1, mark.column + 1)
    said = f"{error.context or ''} | {error.problem or ''}"
    begin = error.context_mark or mark
    first = min(begin.line, mark.line) + 1
    for look in (_tab, _comment_in_brackets, _no_space_after_colon, _indentation):
        if problem := look(said, at, first, source):
            return problem
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


def _tab(said: str, at: tuple[int, int], _first: int, source: SourceText) -> Problem | None:
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


def _comment_in_brackets(_said: str, at: tuple[int, int], first: int, source: SourceText) -> Problem | None:
    """``[#sev3]``: the bracket's end is part of the comment."""
    for line in sorted(_text_lines(at[0], source, back_to=first, at_least=3)):
        text = source.raw_line(line)
        for match in re.finditer(r"(?<=[\[{,:\s])#[^\s#\]},]+", text):
            before = re.sub(r"\"[^\"]*\"|'[^']*'", "", text[: match.start()])
            if len(re.findall(r"[\[{]", before)) > len(re.findall(r"[\]}]", before)):
                return source.problem(
                    "comment-for-value",
                    f'"#" begins a comment, so "{match[0]}" and the rest of the line are not read',
                    f'quote it: "{match[0]}"',
                    at=(line, match.start() + 1),
                    width=len(match[0]),
                )
    return None


def _no_space_after_colon(_said: str, at: tuple[int, int], first: int, source: SourceText) -> Problem | None:
    """``kind:zendesk`` is one word, which takes the next line for its end."""
    for line in _text_lines(at[0], source, back_to=min(first, at[0]) - 1, at_least=2):
        text = source.raw_line(line)
        if len(text) <= LONGEST and (match := KEY_AND_VALUE.match(text)) and match["key"] not in _OF_DESTINATIONS:
            return source.problem(
                "no-space-after-colon",
                "there is no space after the colon, so this is one word to YAML",
                f"write {spaced(match)}",
                at=(line, match.start("key") + 1),
                width=len(match["key"]) + 1,
            )
    return None


def spaced(match: re.Match[str]) -> str:
    """The key and the value of `KEY_AND_VALUE` as they should be written."""
    value = match["value"].strip()
    return f"{match['key']}: {quoted(value) if value.startswith('#') else value}"


def _indentation(said: str, at: tuple[int, int], _first: int, source: SourceText) -> Problem | None:
    """A line that stands a little to the left or right of those that it belongs to."""
    if not re.search(r"mapping values are not|block (?:mapping|collection|sequence) \||could not find expected", said):
        return None
    indent = _indent(source.raw_line(at[0]))
    above = next(_text_lines(at[0] - 1, source), 0)
    if indent > _indent(source.raw_line(above)) and re.search(r":\s*(?:\s#.*)?$", source.raw_line(above)):
        return None  # the first line of a part may be indented as it likes
    lines: dict[int, int] = {}  # indentation to the last line that has it
    bound = indent + 100
    for line in _text_lines(at[0] - 1, source):
        text = source.raw_line(line)
        entry = re.match(r"\s*(?:- +)+", text)
        for level in (len(entry[0]) if entry else -1, _indent(text)):
            if 0 <= level < bound:
                lines.setdefault(level, line)
                bound = level
        if bound == 0:
            break
    if not lines or indent in lines:
        return None
    near = min(abs(level - indent) for level in lines)
    fitting = sorted(level for level in lines if abs(level - indent) == near)
    where = " or ".join(f"{level} spaces, as line {lines[level]}" for level in fitting)
    return source.problem(
        "wrong-indentation",
        f"this line is indented by {plural(indent, 'space')}, which fits no line above it",
        f"indent it by {where}",
        at=(at[0], indent + 1),
    )


def swallowed_entry(first: int, last: int, source: SourceText) -> Problem | None:
    """The problem of a list's entry that is indented more than its fellows, and so is part of the text above it.

    Args:
        first: the line on which an unquoted text begins.
        last: the line on which it ends.
        source: the file.
    """
    for line in range(first + 1, last + 1):
        text = source.raw_line(line)
        if text.lstrip().startswith("- "):
            above = _indent(source.raw_line(first))
            return source.problem(
                "wrong-indentation",
                f"this line is indented by {plural(_indent(text), 'space')}, so it is part of the text above it",
                f"indent it by {above} spaces, as line {first}",
                at=(line, _indent(text) + 1),
            )
    return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _text_lines(line: int, source: SourceText, *, back_to: int = 0, at_least: int = 0) -> Iterator[int]:
    """The lines with something on them from one upwards: down to `back_to`, or `at_least` so many."""
    seen = 0
    for number in range(line, 0, -1):
        if source.raw_line(number).strip() and not source.raw_line(number).lstrip().startswith("#"):
            if number < back_to and seen >= at_least:
                return
            seen += 1
            yield number


def _on_a_line(at: tuple[int, int], source: SourceText) -> tuple[int, int]:
    """The reader may give up below the last line; then the last line with something on it is shown."""
    line, column = at
    while line > 1 and not source.raw_line(line).strip():
        line -= 1
        column = len(source.raw_line(line).rstrip()) + 1
    return line, column
