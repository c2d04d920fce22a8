"""Which targets does the default policy state, and how might each be mistyped?

Promise: every number of a target, rung, count, share and limit is altered by one, up and down; every calendar, mode
and severity that is named is exchanged for another; opening hours and weekdays lose or gain some. All else in the
file stays as it is, to the character.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import yaml

from tools.mutation.change import Change

# Sections that hold no promise about time: names, secrets, addresses, words.
_SKIPPED = {"version", "helpdesks", "slack", "store", "web", "templates", "name", "means", "text", "subject"}
_NUMBER = re.compile(r"\d+")
_SPAN = re.compile(r"\d\d:\d\d-\d\d:\d\d")
_SPANS = ("00:01-24:00", "00:00-23:59")  # of 00:00-24:00
_DAYS = {"mon-fri": ("tue-fri", "mon-thu", "mon-sat", "sun-fri")}
_WORDS = {
    "around_the_clock": ("support_week",),
    "support_week": ("around_the_clock",),
    "end_of_next_working_day": ("as_usual",),
    "off": ("observe", "act"),
    "observe": ("off", "act"),
    "act": ("off", "observe"),
    "critical": ("high",),
    "high": ("critical", "medium"),
    "medium": ("high", "low"),
    "low": ("medium",),
    "waiting_on_third_party": ("waiting_on_customer",),
    "Asia/Kolkata": ("Asia/Karachi",),
    "IN": ("US",),
}


def changes_of_policy(text: str, file: str) -> list[Change]:
    """Every change of a policy file."""
    lines = text.splitlines()
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for number, (start, end, other) in enumerate(_alterations(text)):
        line = text.count("\n", 0, start) + 1
        before = lines[line - 1]
        column = start - text.rfind("\n", 0, start) - 1
        after = before[:column] + other + before[column + end - start :]
        shown, change = before.strip(), after.split(" #")[0].strip()
        found.append(
            Change(
                file=file,
                number=number,
                line=line,
                text=shown,
                change=f"→ {change}",
                place=seen[shown, change],
                scope=None,
                lines=(line, line),
            )
        )
        seen[shown, change] += 1
    return found


def altered_policy(text: str, number: int) -> str:
    """The file with the one change of that number."""
    start, end, other = list(_alterations(text))[number]
    return text[:start] + other + text[end:]


def _alterations(text: str) -> Iterator[tuple[int, int, str]]:
    """From, to, and what stands there instead."""
    for node in _scalars(yaml.compose(text, yaml.SafeLoader)):
        start, end = node.start_mark.index, node.end_mark.index
        said = text[start:end].strip("\"'")
        start += text[start:end].index(said)
        if node.style in ("|", ">"):
            continue
        if said in _DAYS or said in _WORDS:
            for other in (_DAYS.get(said) or ()) + (_WORDS.get(said) or ()):
                yield start, start + len(said), other
        elif _SPAN.fullmatch(said):
            for other in _SPANS:
                yield start, start + len(said), other
        else:
            for match in _NUMBER.finditer(said):
                for count in (int(match[0]) + 1, int(match[0]) - 1):
                    if count >= 0:
                        yield start + match.start(), start + match.end(), str(count)


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                if key.value in _SKIPPED:
                    continue
                if key.value in _DAYS:
                    yield key
                yield from _scalars(value)
        case yaml.SequenceNode():
            for member in node.value:
                yield from _scalars(member)
        case yaml.ScalarNode():
            yield node
        case _:
            pass
