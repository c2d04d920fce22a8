"""Tell two policies apart by what they mean, and not by how they are written.

Promise: order of keys, comments, spelling of lengths, and what one file says and the other leaves to its default, are
no difference. Each difference names the setting, what it was and what it is; what came or went as a whole is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from pydantic import BaseModel

from slabot.calendars import Worked
from slabot.policy.agreement import Ladder, RungEntry
from slabot.policy.dated import DatedTarget
from slabot.policy.model import Policy

NAME_KEYS = ("name", "date", "text")
"""By which of its settings an entry of a list is known, where it has one."""
ENTRY = "entry"  # what stands for an entry of a list itself
SUMMED_UP = 4  # settings of what came or went as a whole
_FIRST = ("severities", "clocks", "agreements", "classify", "calendars", "escalate")
"""Settings in the order in which people look for them; the others follow as the file has them."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeaningChange:
    """One setting that is another one.

    Attributes:
        path: of the setting, names of entries as they are: ``("severities", "critical", "respond_within")``.
        old, new: as the file would write it; None where the setting, or the entry it belongs to, is not there.
    """

    path: Path
    old: str | None
    new: str | None

    @property
    def words(self) -> str:
        """``critical: respond within 2h → 1h``."""
        *places, last = self.path[1:] if self.path[0] in _FIRST and len(self.path) > 1 else self.path
        place = f"{' / '.join(places)}: " if places else ""
        setting = last.replace("_", " ")
        match self.old, self.new:
            case None, new:
                return f"{place}{setting} added: {new}"
            case old, None:
                return f"{place}{setting} removed (was {old})"
            case old, new:
                return f"{place}{setting} {old} → {new}"


def meaning_changes(old: Policy, new: Policy) -> list[MeaningChange]:
    """All that differs, the agreement's table first."""
    before, after = (dict(_leaves(policy, ())) for policy in (old, new))
    rank = {name: place for place, name in enumerate(dict.fromkeys((*_FIRST, *Policy.model_fields)))}
    order = {path: place for place, path in enumerate((*after, *before))}
    found: dict[Path, MeaningChange] = {}
    for path in sorted(before.keys() | after.keys(), key=lambda path: (rank[path[0]], order[path])):
        if path in before and path in after:
            if before[path] != after[path]:
                found[path] = MeaningChange(path, before[path], after[path])
            continue
        here, there = (before, after) if path in before else (after, before)
        whole = _whole(path, there)
        if whole not in found:
            words = _summary(whole, here)
            found[whole] = MeaningChange(whole, *((words, None) if here is before else (None, words)))
    return list(found.values())


def _whole(path: Path, other: Mapping[Path, str]) -> Path:
    """The largest part around a setting of which the other policy has nothing."""
    for length in range(1, len(path)):
        if not any(each[:length] == path[:length] for each in other):
            return path[:length]
    return path


def _summary(whole: Path, leaves: Mapping[Path, str]) -> str:
    """What a part says, in a line."""
    own = {path[len(whole) :]: value for path, value in leaves.items() if path[: len(whole)] == whole}
    if set(own) == {()}:
        return own[()]
    said = [f"{' '.join(path).replace('_', ' ')} {value}" for path, value in own.items() if path and value != ENTRY]
    more = len(said) - SUMMED_UP
    return "; ".join(said[:SUMMED_UP]) + (f"; and {more} more" if more > 0 else "")


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Each setting with what it says; empty ones say nothing."""
    match value:
        case None:
            return
        case Ladder():
            yield (*path, "rungs"), ", ".join(_rung(entry) for entry in value.rungs)
            if value.after_repeats is not None:
                yield from _leaves(value.after_repeats, (*path, "after_repeats"))
        case BaseModel():
            for name in type(value).model_fields:
                yield from _leaves(getattr(value, name), (*path, name.rstrip("_")))
        case Mapping():
            for name, item in value.items():
                yield from _leaves(item, (*path, str(name)))
        case list() | tuple() if _are_parts(value):
            yield from _entries(value, path)
        case list() | tuple():
            if value:
                yield path, ", ".join(_said(item) for item in value)
        case _:
            yield path, _said(value)


def _are_parts(items: Sequence[Any]) -> bool:
    return bool(items) and all(isinstance(item, BaseModel) for item in items)


def _entries(items: Sequence[Any], path: Path) -> Iterator[tuple[Path, str]]:
    """Entries of a list by their names; those without one by their place."""
    if all(isinstance(item, DatedTarget) for item in items):
        yield path, ", ".join(_target(item) for item in items)
        return
    seen: dict[str, int] = {}
    for item in items:
        name = _name(item)
        seen[name] = seen.get(name, 0) + 1
        unique = name if seen[name] == 1 else f"{name} ({seen[name]})"
        yield (*path, unique), ENTRY
        yield from _leaves(item, (*path, unique))
    if len(items) > 1 and path[-1] in ("rules", "agreements", "escalate"):
        yield (*path, "order"), ", ".join(_name(item) for item in items)  # the first that fits counts


def _name(item: Any) -> str:
    if isinstance(item, Ladder):
        selected = [
            ", ".join(str(each) for each in getattr(item, name))
            for name in type(item).model_fields
            if _selects(item, name)
        ]
        return " and ".join(selected) or "everything"
    for key in NAME_KEYS:
        if (value := getattr(item, key, None)) is not None:
            return str(value)
    return str(type(item).__name__)


def _selects(item: Ladder, name: str) -> bool:
    return name not in ("rungs", "after_repeats") and bool(getattr(item, name))


def _rung(entry: RungEntry) -> str:
    told = ", ".join(str(to) for to in entry.notify)
    return f"{entry.name} to {told}" if told else entry.name


def _target(row: DatedTarget) -> str:
    from_ = "" if row.from_ is None else f" from {row.from_}"
    until = "" if row.until is None else f" until {row.until}"
    return f"{row.within}{from_}{until}"


def _said(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case timedelta():
            return str(Worked(value)) if value > timedelta() else "0s"
        case _ if hasattr(value, "text"):
            return str(value.text)
        case _:
            return str(value)
