"""Does a class name stand for one thing?

Promise: two classes of the product bear one name only where they are the same thing of two siblings, or a port and what
fills it; each of these is listed here with its reason.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("slabot", "adapters", "webhooks")

SIBLINGS = {"Client", "Examiner", "Gathered", "StatusMap", "Writer"}
"""Each helpdesk's adapter has one, in the file of the same name."""
PORTS = {"Clock": {"adapters/base.py", "slabot/clock.py"}}
"""What an adapter asks of a clock, which imports nothing of slabot's; and slabot's own, which is more."""


def classes() -> dict[str, list[Path]]:
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(path.relative_to(ROOT))
    return found


def test_two_classes_of_one_name_are_meant_to_be() -> None:
    alike = {name: paths for name, paths in classes().items() if len(paths) > 1}
    assert alike.keys() == SIBLINGS | PORTS.keys()
    for name in SIBLINGS:
        first, *others = alike[name]
        assert all((path.parts[0], path.name) == ("adapters", first.name) for path in (first, *others)), name
    for name, where in PORTS.items():
        assert {path.as_posix() for path in alike[name]} == where
