"""Which changes make no difference that anybody could see, and why?

Promise: every exemption gives its reason and still fits a change; one that fits nothing is an error, so that the list
never outlives the code that it speaks of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.mutation.change import Change

FIELDS = {"file", "line", "changes", "reason"}
MORE_FIELDS = {"scope"}  # the outermost function, where the same line stands in several


class ExemptionError(Exception):
    """An entry of the list that is wrong; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One line of code, and the changes of it that are equivalent."""

    file: str
    line: str
    changes: tuple[str, ...]
    reason: str
    scope: str | None = None

    def fits(self, change: Change) -> bool:
        """Does it speak of this change?"""
        same_line = (self.file, self.line) == (change.file, change.text) and self.scope in (None, change.scope)
        return same_line and change.change in self.changes


def read_exemptions(path: Path) -> list[Exemption]:
    """The list as it is written.

    Raises:
        ExemptionError: a field is missing, unknown or empty.
    """
    if not path.is_file():
        return []
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", []):
        if entry.keys() - MORE_FIELDS != FIELDS or not all(entry.values()):
            raise ExemptionError(f"{path.name}: {entry} must have {', '.join(sorted(FIELDS))}, and none empty")
        found.append(Exemption(**{**entry, "changes": tuple(entry["changes"])}))
    return found


def exempted(exemptions: Sequence[Exemption], changes: Sequence[Change]) -> list[Change]:
    """The changes that are exempt.

    Raises:
        ExemptionError: an exemption fits no change.
    """
    stale = [
        f"{exemption.file}: {change}    in: {exemption.line}"
        for exemption in exemptions
        for change in exemption.changes
        if not any(change == each.change and exemption.fits(each) for each in changes)
    ]
    if stale:
        listed = "\n  ".join(stale)
        raise ExemptionError(f"these exemptions fit no change any more; take them out or mend them:\n  {listed}")
    return [change for change in changes if any(exemption.fits(change) for exemption in exemptions)]
