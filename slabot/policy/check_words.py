"""Does the file use the helpdesks' own words as they use them, and may its names be names?

Promise: a priority that no helpdesk of the file has, and a status that is nearly one of its own, are told with the word
that was meant; words that the accounts' owners chose are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slabot.domain.suggestions import did_you_mean, nearest
from slabot.policy.nodes import Tree
from slabot.policy.paths import Path, value_at
from slabot.policy.problems import PathProblem, shown
from slabot.policy.walk import SchemaMark, Spot

PRIORITIES: Mapping[str, tuple[str, ...]] = {
    "zendesk": ("urgent", "high", "normal", "low"),
    "freshdesk": ("urgent", "high", "medium", "low"),
}
_OF_THE_OTHER = {"normal": "medium", "medium": "normal"}  # what one helpdesk calls it and what the other does
_PRIORITY_MEANT = {
    **dict.fromkeys(("critical", "blocker", "emergency", "highest", "p0", "p1"), "urgent"),
    **dict.fromkeys(("major", "important", "p2"), "high"),
    **dict.fromkeys(("standard", "default", "average", "p3"), "normal"),
    **dict.fromkeys(("minor", "lowest", "trivial", "p4"), "low"),
}

# The statuses that every account has, each with the other ways to map it.
_STATUSES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "zendesk": dict.fromkeys(("new", "open", "pending", "hold", "solved", "closed"), ()),
    "freshdesk": {
        "Open": ("2",),
        "Pending": ("3",),
        "Resolved": ("4",),
        "Closed": ("5",),
        "Waiting on Customer": ("6",),
        "Waiting on Third Party": ("7",),
    },
}
_STATUS_MEANT = dict.fromkeys(("on-hold", "on hold", "on_hold", "onhold"), "hold")


def word_slips(tree: Tree, spots: Iterable[Spot]) -> Iterator[PathProblem]:
    """What is refused in words of the helpdesks, and in names that the file gives."""
    kinds = _kinds(tree.value)
    for spot in spots:
        if SchemaMark.PRIORITY in spot.marks and isinstance(spot.value, str) and (spot.is_key or spot.value.strip()):
            yield from _priority(spot, kinds, tree.value)
        if SchemaMark.NEW_NAME in spot.marks and spot.is_key and spot.path in tree.bare_keys:
            yield PathProblem(
                "bad-name",
                spot.path,
                f"the name {spot.value} is no text to YAML",
                f'quote the name, here and wherever it is used: "{spot.value}"',
                at_key=True,
            )
    for path, kind, statuses in _status_maps(tree.value):
        yield from _statuses(path, kind, statuses)


def _helpdesks(value: Any) -> Iterator[tuple[str, str, Any]]:
    named = value_at(value, ("helpdesks",))
    for name, entry in named.items() if isinstance(named, dict) else ():
        if (kind := value_at(entry, ("kind",))) in PRIORITIES:
            yield name, kind, entry


def _kinds(value: Any) -> tuple[str, ...]:
    """The kinds of the file's helpdesks; all where one of them says none that there is."""
    kinds = tuple(dict.fromkeys(kind for _, kind, _ in _helpdesks(value)))
    named = value_at(value, ("helpdesks",))
    unknown = isinstance(named, dict) and len(list(_helpdesks(value))) < len(named)
    return tuple(PRIORITIES) if unknown else kinds


def _priority(spot: Spot, kinds: tuple[str, ...], value: Any) -> Iterator[PathProblem]:
    known = tuple(dict.fromkeys(word for kind in kinds or PRIORITIES for word in PRIORITIES[kind]))
    word = spot.value.strip().casefold()
    one_to_write = isinstance(spot.path[-1], str) and not spot.is_key and not spot.is_list
    if word in known:
        if one_to_write and kinds == ("zendesk",) and spot.value != word:
            yield PathProblem(
                "unknown-priority", spot.path, f"{shown(spot.value)} is not how Zendesk writes it", f"write {word}"
            )
        return
    if not spot.is_list and not one_to_write and _OF_THE_OTHER.get(word) in _beside(spot, value):
        return  # a row for the other kind of helpdesk, beside the one for this kind
    meant = _OF_THE_OTHER.get(word) or _PRIORITY_MEANT.get(word, "")
    meant = meant if meant in known else _OF_THE_OTHER.get(meant, "")
    close = nearest(word, known)
    if not kinds and not close:
        return  # tickets of a file without helpdesks come from elsewhere, with priorities of their own
    if one_to_write and "freshdesk" in kinds and not (meant or close):
        return  # a priority may be written to Freshdesk by the account's own word as well
    fix = "; ".join(filter(None, [f"use one of {', '.join(known)}", did_you_mean([meant] if meant else close)]))
    whose = "that no helpdesk of this file has" if kinds else "that no helpdesk has"
    yield PathProblem(
        "unknown-priority",
        spot.path,
        f"{shown(spot.value)} is a priority {whose}",
        fix,
        at_key=spot.is_key,
    )


def _beside(spot: Spot, value: Any) -> set[str]:
    """The priorities that stand in the same list or mapping."""
    siblings = value_at(value, spot.path[:-1])
    return {item.strip().casefold() for item in siblings or () if isinstance(item, str)}


def _status_maps(value: Any) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    for name, kind, entry in _helpdesks(value):
        statuses = value_at(entry, ("statuses",))
        if isinstance(statuses, dict):
            yield ("helpdesks", name, "statuses"), kind, statuses


def _statuses(path: Path, kind: str, statuses: dict[str, Any]) -> Iterator[PathProblem]:
    mapped = {status.strip().casefold() for status in statuses}
    missing = {
        native.casefold(): native
        for native, others in _STATUSES[kind].items()
        if mapped.isdisjoint((native.casefold(), *others))
    }
    own = {native.casefold() for native in _STATUSES[kind]}
    for status, category in statuses.items():
        word = status.strip().casefold()
        native = missing.get(_near(word, list(missing)))
        if word in own or native is None:
            continue
        yield PathProblem(
            "near-status",
            (*path, status),
            f'{shown(status)} is nearly {kind.capitalize()}\'s own status "{native}", which is not mapped then',
            f"write {native}: {category}; if {shown(status)} is a status of your own, map {native} too",
            at_key=True,
        )


def _near(word: str, natives: list[str]) -> str:
    if word in _STATUS_MEANT:
        return _STATUS_MEANT[word]
    turned = [native for native in natives if sorted(native) == sorted(word)]
    return next(iter(turned or nearest(word, natives)), "")
