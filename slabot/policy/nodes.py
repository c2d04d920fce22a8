"""What does the YAML file say, and at which line and column does it say so?

Promise: plain values as YAML 1.2 reads them, and the place of each. Nothing of the file is executed,
multiplied or looked up: tags, anchors, aliases and merge keys are refused, with the way to write it without
them. All such findings come at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from slabot.policy.core_schema import scalar
from slabot.policy.odd_signs import TextSpan, as_seen, in_the_way, odd_signs
from slabot.policy.paths import Path
from slabot.policy.problems import Problem
from slabot.policy.source import SourceText, decode
from slabot.policy.syntax import explained, swallowed_entry

DEEPEST = 24  # levels of mappings and lists; a policy has seven
MOST = 100  # problems after which reading stops: the file is not a policy

# The engine in C reads a file six times as fast; both give the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HARMLESS_TAGS = {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands: line and column from 1, and its width on that line (0 for an empty value)."""

    line: int
    column: int
    width: int

    @property
    def position(self) -> Position:
        """Line and column."""
        return self.line, self.column


@dataclass(slots=True)
class Tree:
    """The values of a file and their places.

    Attributes:
        value: dicts, lists, text, numbers, true, false and null; keys are always text.
        problems: what is wrong with the YAML itself.
        readable: False if reading stopped, so that `value` says nothing.
        spoiled: paths whose value the file gave in a way that is refused; nothing can be said about them.
        incomplete: paths of mappings of which a part was refused; nothing is said to be missing there.
        misnamed: paths of keys that are refused as they are written; nothing more is said about their names.
        plain: paths of values that were written without quotes.
        bare_keys: paths of keys that YAML would read as a number or a flag: ``4:``, ``true:``.
        texts: where text in quotes and blocks of text begin and end, in order; a # in them begins no comment.
    """

    source: SourceText
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True
    spoiled: set[Path] = field(default_factory=set)
    incomplete: set[Path] = field(default_factory=set)
    misnamed: set[Path] = field(default_factory=set)
    plain: set[Path] = field(default_factory=set)
    bare_keys: set[Path] = field(default_factory=set)
    values: dict[Path, Location] = field(default_factory=dict)
    keys: dict[Path, Location] = field(default_factory=dict)
    spans: list[TextSpan] = field(default_factory=list)
    keep_spans: bool = False
    texts: list[tuple[Position, Position]] = field(default_factory=list)

    def position(self, path: Path) -> Position:
        """Line and column of the value at a path, or of the nearest thing above it that exists."""
        return self.place(path).position

    def place(self, path: Path) -> Location:
        """The place of the value at a path; of its key where the value is left empty."""
        while path and path not in self.values:
            path = path[:-1]
        place = self.values.get(path, Location(1, 1, 1))
        return self.key_place(path) if not place.width and path in self.keys else place

    def key_place(self, path: Path) -> Location:
        """The place of the key at a path; for an entry of a list, that of its value."""
        while path and path not in self.keys:
            if path in self.values:
                return self.values[path]
            path = path[:-1]
        return self.keys.get(path) or self.values.get((), Location(1, 1, 1))

    def spoils(self, path: Path) -> bool:
        """True if the path is, or lies under, something whose value is not known."""
        return any(path[:length] in self.spoiled for length in range(len(path) + 1))

    def holds_spoiled(self, path: Path) -> bool:
        """True if something under the path has a value that is not known."""
        return any(spoiled[: len(path)] == path for spoiled in self.spoiled)


def read(text: str | bytes, file: str, free: Callable[[Path], bool] = lambda path: False) -> Tree:
    """Read a file. Never raises: what is wrong stands in the tree's `problems`.

    Args:
        text: the content, as text or as the bytes of the file.
        file: its name, for messages.
        free: True for paths of sentences for people, in which any kind of space may stand.
    """
    source = SourceText(text, file) if isinstance(text, str) else decode(text, file)
    if isinstance(source, Problem):
        return Tree(SourceText("", file), problems=[source], readable=False)
    if problem := source.unreadable():
        return Tree(source, problems=[problem], readable=False)
    signs = [] if source.text.isascii() else odd_signs(source.lines)
    if not signs:
        return _read(source, source.text)
    seen = _read(source.as_read(signs), as_seen(source.text), keep_spans=True)
    found = list(in_the_way(signs, seen.spans, source.lines))
    refused = [sign for sign, path in found if path is None or not free(path)]
    if not refused:
        raw = _read(source, source.text)
        if raw.readable or not seen.readable:
            return raw
        refused = [sign for sign, _ in found]  # what is free text to one reading stands in the way of the other
    if not seen.readable:  # an indentation of such spaces is wrong once more when they are taken for ordinary ones
        beside = {sign.line + offset for sign in refused for offset in (-1, 0, 1)}
        seen.problems = [problem for problem in seen.problems if problem.line not in beside]
    seen.problems += (
        source.problem("odd-space", sign.message, sign.fix, at=(sign.line, sign.column)) for sign in refused[:MOST]
    )
    return seen


def _read(source: SourceText, text: str, *, keep_spans: bool = False) -> Tree:
    """Read a text that stands in the source, but for signs that were left out."""
    tree = Tree(source, keep_spans=keep_spans)
    try:
        _Builder(tree).build(iter(yaml.parse(text, _LOADER)))
    except yaml.YAMLError as error:
        tree.readable = False
        problem = explained(error, source)
        # A value that begins with * or & is refused before it makes its line unreadable: say it once.
        if all(problem.line != known.line for known in tree.problems):
            tree.problems.append(problem)
    except _Stop:
        tree.readable = False
    return tree


class _Stop(Exception):
    """Reading on would say nothing more of use; the reason is among the problems."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list whose end has not come yet.

    Attributes:
        path: where it stands; None inside something that was refused, whose places are not kept.
        key: of a mapping, the key that waits for its value; None if a key comes next.
    """

    path: Path | None
    container: dict[str, Any] | list[Any]
    key: str | None = None
    keep: bool = True  # whether the value of `key` is kept
    is_key: bool = False  # this is itself (wrongly) a key


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.stack: list[_Frame] = []

    def build(self, events: Iterator[yaml.Event]) -> None:
        documents = 0
        for event in events:
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self.report(
                            "several-documents",
                            event,
                            "a second document begins here; a policy is one",
                            "delete this line, or keep the second part in a file of its own",
                        )
                        return
                case yaml.MappingStartEvent():
                    self.open(event, {})
                case yaml.SequenceStartEvent():
                    self.open(event, [])
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.close()
                case yaml.ScalarEvent():
                    self.scalar(event)
                case yaml.AliasEvent():
                    self.alias(event)
                case _:
                    pass

    def report(self, code: str, event: yaml.Event, message: str, fix: str) -> None:
        place = _place(event)
        self.tree.problems.append(
            self.tree.source.problem(code, message, fix, at=place.position, width=place.width or 1)
        )
        if len(self.tree.problems) >= MOST:
            raise _Stop

    def open(self, event: yaml.CollectionStartEvent, container: dict[str, Any] | list[Any]) -> None:
        if len(self.stack) >= DEEPEST:
            self.report(
                "nested-too-deep",
                event,
                f"this is nested more than {DEEPEST} levels deep, so it is not read on",
                "a policy needs seven levels; look for brackets or indentation that went wrong",
            )
            raise _Stop
        self.refuse_marks(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self.report(
                "key-not-text",
                event,
                "a key should be a word, not a list or braces",
                'put quotes around a value such as "{placeholder}" or "[text]"',
            )
            self.stack.append(_Frame(None, container, is_key=True))
            return
        path = self.place_value(event, container)
        self.stack.append(_Frame(path, container))

    def close(self) -> None:
        frame = self.stack.pop()
        if frame.is_key:
            above = self.stack[-1]
            above.key, above.keep = "", False
            self.spoil(above.path)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        self.refuse_marks(event)
        if event.style:
            self.tree.texts.append(_span(event))
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self.begin_key(frame, event)
            return
        plain = event.implicit[0] and event.tag is None and not event.style
        path = self.place_value(event, scalar(event.value) if plain else event.value)
        self.note_span(event, path)
        if plain and " - " in event.value:
            (first, _), (last, _) = _begin_and_end(event)
            if swallowed := swallowed_entry(first, last, self.tree.source):
                self.tree.problems.append(swallowed)
                self.spoil(path)
        if plain and path is not None:
            self.tree.plain.add(path)
        if event.tag is not None and event.tag not in _HARMLESS_TAGS:
            self.spoil(path)

    def note_span(self, event: yaml.ScalarEvent, path: Path | None, *, is_key: bool = False) -> None:
        if self.tree.keep_spans:
            self.tree.spans.append(TextSpan(*_begin_and_end(event), path, is_key))

    def alias(self, event: yaml.AliasEvent) -> None:
        self.report(
            "alias",
            event,
            f'a value that begins with "*" is a reference in YAML, and "*{event.anchor}" is not followed',
            "write the value out; if the star is meant, put quotes around the value",
        )
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            frame.key, frame.keep = "", False
            return
        self.spoil(self.place_value(event, None))

    def begin_key(self, frame: _Frame, event: yaml.ScalarEvent) -> None:
        key, place = event.value, _place(event)
        self.note_span(event, None, is_key=True)
        frame.key, frame.keep = key, True
        if key == "<<" and not event.style:
            self.report(
                "merge-key",
                event,
                'the merge key "<<" is not followed',
                "write the keys out where they belong",
            )
            frame.keep = False
            if frame.path is not None:
                self.tree.incomplete.add(frame.path)
            return
        if key in frame.container:
            frame.keep = False
            first = self.tree.keys.get((*frame.path, key)) if frame.path is not None else None
            before = f" in line {first.line}" if first else ""
            self.report(
                "duplicate-key",
                event,
                f'"{key}" stands here for the second time; the first is{before or " above"}',
                "keep one of the two",
            )
        elif frame.path is not None:
            self.tree.keys[*frame.path, key] = place
            if not event.style and not isinstance(scalar(key), str):
                self.tree.bare_keys.add((*frame.path, key))

    def place_value(self, event: yaml.Event, value: Any) -> Path | None:
        """Put a value where it belongs; its path, or None if it is not kept."""
        if not self.stack:
            self.tree.value = value
            self.tree.values[()] = _place(event)
            return ()
        frame = self.stack[-1]
        step: str | int
        if isinstance(frame.container, dict):
            step, keep = frame.key or "", frame.keep
            frame.key = None
            if keep:
                frame.container[step] = value
        else:
            step, keep = len(frame.container), True
            frame.container.append(value)
        if frame.path is None or not keep:
            return None
        path = (*frame.path, step)
        self.tree.values[path] = _place(event)
        return path

    def spoil(self, path: Path | None) -> None:
        if path is not None:
            self.tree.spoiled.add(path)

    def refuse_marks(self, event: yaml.CollectionStartEvent | yaml.ScalarEvent) -> None:
        if event.anchor is not None:
            self.report(
                "alias",
                event,
                f'a value that begins with "&" is a label in YAML, and "&{event.anchor}" is not used',
                "take the label out; if the sign is meant, put quotes around the value",
            )
        if event.tag is not None and event.tag not in _HARMLESS_TAGS:
            name = event.tag.replace("tag:yaml.org,2002:", "!!", 1)
            self.report(
                "unknown-tag",
                event,
                f'the type "{name}" is not accepted',
                "write the value without it; if the exclamation mark is meant, put quotes around the value",
            )


def _span(event: yaml.ScalarEvent) -> tuple[Position, Position]:
    """Where a text begins and ends; a block of text begins in the line below its | or >."""
    begins, ends = _begin_and_end(event)
    return ((begins[0] + 1, 1) if event.style in ("|", ">") else begins), ends


def _place(event: yaml.Event) -> Location:
    (line, column), end = _begin_and_end(event)
    if end[0] == line and not isinstance(event, yaml.CollectionStartEvent):
        return Location(line, column, end[1] - column)
    return Location(line, column, 1)


def _begin_and_end(event: yaml.Event) -> tuple[Position, Position]:
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    return (start.line + 1, start.column + 1), (end.line + 1, end.column + 1)
