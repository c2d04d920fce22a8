"""In which order are many changes tried, and what is kept of the answers?

Promise: a run that was stopped goes on where it was; a change that a test noticed is asked about again only after its
file was edited, and one that none noticed is asked about each time.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tools.mutation.change import Change
from tools.mutation.coverage import Coverage, read_coverage, stamp, traced
from tools.mutation.forks import Job, Verdict, try_all
from tools.mutation.trial import Loaded, NotExchangeable, quick, reachable, run_pytest, thorough

EVERY = 5.0  # seconds between two savings of the results, and between two words about the progress
# What every trial needs and no change is in.
PRELOADED = ("hypothesis.strategies", "pydantic", "yaml", "holidays", "zoneinfo", "tzdata")


@dataclass(slots=True)
class Results:
    """What is known of each change, by its key; kept in a file."""

    path: Path
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    _saved: float = 0.0

    def read(self) -> None:
        """Take what an earlier run has found."""
        if self.path.is_file():
            self.known = json.loads(self.path.read_text(encoding="utf-8"))

    def noticed(self, change: Change, digest: str) -> bool:
        """True if a test noticed the change in this very file."""
        found = self.known.get(change.key)
        return found is not None and found["noticed_by"] is not None and found["digest"] == digest

    def add(self, change: Change, verdict: Verdict, digest: str) -> None:
        """One more is known."""
        self.known[change.key] = {"noticed_by": verdict.noticed_by, "digest": digest}
        if time.monotonic() - self._saved > EVERY:
            self.save()

    def save(self) -> None:
        """Write the file whole, or not at all."""
        self._saved = time.monotonic()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        other = self.path.with_suffix(".new")
        other.write_text(json.dumps(self.known, indent=1, ensure_ascii=False), encoding="utf-8")
        other.replace(self.path)


@dataclass(slots=True)
class Progress:
    """A line on the terminal now and then: how many are done, and how long the rest may take."""

    what: str
    total: int
    done: int = 0
    unnoticed: int = 0
    _began: float = field(default_factory=time.monotonic)
    _said: float = 0.0
    _into: int = field(default_factory=lambda: os.dup(2))  # what tests do with their standard error is not ours

    def add(self, verdict: Verdict) -> None:
        """One more is done."""
        self.done += 1
        self.unnoticed += verdict.noticed_by is None
        now = time.monotonic()
        if now - self._said > EVERY or self.done == self.total:
            self._said = now
            left = (now - self._began) / self.done * (self.total - self.done)
            self.say(f"{self.done} of {self.total}, {self.unnoticed} not noticed, about {left / 60:.0f} min left")

    def say(self, words: str) -> None:
        """A line for the person who waits."""
        os.write(self._into, f"{self.what}: {words}\n".encode())


@dataclass(slots=True, kw_only=True)
class Session:
    """One run over many changes."""

    root: Path
    sources: Sequence[Path]  # every file of the folders
    folders: Sequence[str]
    tests: Sequence[str]
    build: Path
    jobs: int
    patience: float  # seconds of processor time beyond what a test usually takes
    results: Results

    @property
    def passages(self) -> Path:
        """Where the passages of the tests are kept."""
        return self.build / "mutation-passages"

    def digest(self, file: str) -> str:
        """What a file holds, in short."""
        return hashlib.sha256((self.root / file).read_bytes()).hexdigest()[:16]

    def run(self, changes: Sequence[Change], *, only_quick: bool) -> list[str]:
        """Try these; the verdicts are in the results.

        Returns:
            the tests that fail without any change; then nothing was tried.
        """
        for name in PRELOADED:
            try:
                importlib.import_module(name)
            except ImportError:
                continue  # then no test needs it
        sys.stderr.flush()
        quickly = Progress("the tests of a line", len(changes))
        self._apart(lambda: self._quickly(changes, quickly))
        coverage, failed = read_coverage(self.passages, self.patience)
        self.results.read()
        if failed or only_quick:
            return sorted(failed)
        left = [change for change in changes if not self.results.noticed(change, self.digest(change.file))]
        progress = Progress("all tests", len(left))
        silenced = _Silence()
        for change, verdict in try_all((self._thoroughly(change, coverage) for change in left), self.jobs):
            self.results.add(change, verdict, self.digest(change.file))
            progress.add(verdict)
        silenced.end()
        self.results.save()
        return []

    def _thoroughly(self, change: Change, coverage: Coverage) -> Job[Change]:
        own = [test for test in self.tests if Path(change.file).parent.name in test]
        return thorough(self.root, [*own, *(test for test in self.tests if test not in own)], change, coverage.limit)

    def _apart(self, work: Callable[[], None]) -> None:
        """In another process, so that this one never imports what is altered."""
        pid = os.fork()
        if not pid:
            silenced, code = _Silence(), 0
            try:
                work()
            except BaseException:
                silenced.end()
                traceback.print_exc()
                code = 1
            finally:
                os._exit(code)
        if os.waitpid(pid, 0)[1]:
            raise SystemExit(2)

    def _quickly(self, changes: Sequence[Change], progress: Progress) -> None:
        plugin = Loaded(lambda session: None)
        plugin.run = lambda session: self._with(session, plugin, changes, progress)
        code = run_pytest(self.root, self.tests, plugin)
        if code:
            progress.say(f"pytest could not load the tests (it ended with {code})")

    def _with(self, session: pytest.Session, plugin: Loaded, changes: Sequence[Change], progress: Progress) -> None:
        self._trace(session.items, plugin, progress)
        coverage, failed = read_coverage(self.passages, self.patience)
        if failed:
            return
        gc.freeze()
        items = {item.nodeid: item for item in session.items}
        progress.total = len(changes)
        jobs = (
            quick(self.root, [items[test] for test in tests], change, plugin, coverage.limit)
            for change in changes
            if (not change.file.endswith(".py") or reachable(change)) and (tests := coverage.tests_of(change))
        )
        for change, verdict in try_all(jobs, self.jobs):
            if verdict.noticed_by is not None and verdict.noticed_by.startswith(NotExchangeable.__name__):
                continue
            self.results.add(change, verdict, self.digest(change.file))
            progress.add(verdict)
        progress.say(f"{progress.done} tried, {progress.unnoticed} not noticed")
        self.results.save()

    def _trace(self, items: Sequence[pytest.Item], plugin: Loaded, progress: Progress) -> None:
        """Know anew the passages of every test file that is not known as it is."""
        by_file: dict[Path, list[pytest.Item]] = {}
        for item in items:
            by_file.setdefault(item.path, []).append(item)
        self.passages.mkdir(parents=True, exist_ok=True)
        wanted = {self._kept(path): path for path in by_file}
        for old in set(self.passages.glob("*.json")) - wanted.keys():
            old.unlink()
        missing = {kept: by_file[path] for kept, path in wanted.items() if not kept.is_file()}
        if not missing:
            return
        progress.say(f"first {sum(map(len, missing.values()))} tests are watched on their way through the code")
        for kept, verdict in try_all((self._tracing(kept, own, plugin) for kept, own in missing.items()), self.jobs):
            if verdict.noticed_by is not None:
                progress.say(f"{kept.name}: {verdict.noticed_by}")

    def _kept(self, test_file: Path) -> Path:
        name = "-".join(test_file.relative_to(self.root).with_suffix("").parts)
        return self.passages / f"{name}-{stamp(self.root, self.sources, test_file)[:16]}.json"

    def _tracing(self, kept: Path, items: Sequence[pytest.Item], plugin: Loaded) -> Job[Path]:
        def work(tell: object) -> None:
            text, failed = traced(self.root, items, plugin, self.folders)
            # A file with a test that fails is kept under another name, so that it is run again the next time.
            (kept.with_name(f"failed-{kept.name}") if failed else kept).write_text(text, encoding="utf-8")

        return Job(kept, work)


class _Silence:
    """What tests print goes nowhere."""

    def __init__(self) -> None:
        sys.stdout.flush()
        self._kept = (os.dup(1), os.dup(2))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)

    def end(self) -> None:
        sys.stdout.flush()
        for kept, number in zip(self._kept, (1, 2), strict=True):
            os.dup2(kept, number)
