"""How is a place in the file named, and what stands there?

Promise: a path is the steps from the top of the file; asking for what is not there gives nothing, never an error.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


def words(path: Path) -> str:
    """A path as people write it: ``escalate[0].rungs[2].at``."""
    said = ""
    for step in path:
        said += f"[{step}]" if isinstance(step, int) else f".{step}" if said else step
    return said


def holds(value: Any, step: str | int) -> bool:
    """True if a mapping has this key, or a list this index."""
    match value:
        case dict():
            return step in value
        case list():
            return isinstance(step, int) and 0 <= step < len(value)
        case _:
            return False


def value_at(value: Any, path: Path) -> Any:
    """What stands at a path under a value; None where nothing does."""
    for step in path:
        value = value[step] if holds(value, step) else None
    return value


def as_written(value: Any, path: Path) -> Path:
    """The path in a file that writes a list of one without its brackets: that has no step for the entry's place."""
    written: list[str | int] = []
    for step in path:
        if isinstance(step, int) and not isinstance(value, list):
            continue
        written.append(step)
        value = value_at(value, (step,))
    return tuple(written)
