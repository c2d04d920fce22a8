"""Which test passes through which line, and how long does it take?

Promise: a test file that has not changed, with code that has not changed, is not run again for this.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tools.mutation.change import Change
from tools.mutation.trial import Loaded

PATIENCE = 2.0  # seconds of processor time that any test may take, and …
SLOWER = 5.0  # … how many times longer than without a change


@dataclass(slots=True)
class Passage:
    """One test: seconds of processor time, and the lines of each file that it passes through."""

    seconds: float
    lines: dict[str, list[int]]


@dataclass(slots=True)
class Coverage:
    """All tests of a run."""

    passages: dict[str, Passage] = field(default_factory=dict)
    patience: float = PATIENCE

    def limit(self, test: str) -> float:
        """Seconds of processor time after which a test counts as one that runs on without an end."""
        return self.patience + SLOWER * self.seconds(test)

    def seconds(self, test: str) -> float:
        """How long a test takes without a change."""
        passage = self.passages.get(test)
        return 1.0 if passage is None else passage.seconds

    def tests_of(self, change: Change) -> list[str]:
        """The tests that pass through the altered statement, the fastest first."""
        first, last = change.lines
        tests = []
        for test, passage in self.passages.items():
            lines = passage.lines.get(change.file)
            if lines is not None and (not lines or any(first <= line <= last for line in lines)):
                tests.append(test)  # a file without lines was read as text
        return sorted(tests, key=self.seconds)


def read_coverage(folder: Path, patience: float = PATIENCE) -> tuple[Coverage, set[str]]:
    """All passages that are known, and the tests that failed on the way."""
    coverage, failed = Coverage(patience=patience), set[str]()
    for path in sorted(folder.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        failed.update(known["failed"])
        for test, passage in known["passages"].items():
            coverage.passages[test] = Passage(passage["seconds"], passage["lines"])
    return coverage, failed


def stamp(root: Path, sources: Sequence[Path], test_file: Path) -> str:
    """What the passages of one test file depend on."""
    shared = [*sources, *sorted(root.glob("tests/*.py")), *sorted(test_file.parent.glob("conftest.py")), test_file]
    digest = hashlib.sha256()
    for path in shared:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def traced(root: Path, items: Sequence[pytest.Item], plugin: Loaded, folders: Sequence[str]) -> tuple[str, set[str]]:
    """Run tests and watch them: the passages as JSON, and the tests that failed."""
    prefixes = tuple(f"{root / folder}/" for folder in folders)
    failed: set[str] = set()
    plugin.fails = failed.add
    passages: dict[str, Any] = {}
    lines: dict[str, set[int]] = {}

    def local(frame: FrameType, event: str, argument: object) -> Any:
        lines[frame.f_code.co_filename].add(frame.f_lineno)
        return local

    def watch(frame: FrameType, event: str, argument: object) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(prefixes):
            return None
        lines.setdefault(name, set()).add(frame.f_lineno)
        return local

    really = io.open

    def noted(file: Any, *arguments: Any, **named: Any) -> Any:
        if isinstance(file, str | os.PathLike):
            lines.setdefault(os.path.abspath(file), set())
        return really(file, *arguments, **named)

    io.open = noted
    for place, item in enumerate(items):
        for each in plugin.caches:
            each.cache_clear()  # what an earlier test has left there would hide the way to it
        lines.clear()
        following = items[place + 1] if place + 1 < len(items) else None
        began = time.process_time()
        sys.settrace(watch)
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            sys.settrace(None)
        passages[item.nodeid] = {
            "seconds": round(time.process_time() - began, 4),
            "lines": {
                os.path.relpath(name, root): sorted(each) for name, each in lines.items() if name.startswith(f"{root}/")
            },
        }
    return json.dumps({"passages": passages, "failed": sorted(failed)}), failed
