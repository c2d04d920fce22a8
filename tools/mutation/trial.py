"""Does a test fail once a change is made?

Promise: each change is tried in a process of its own, forked from one in which the tests are loaded and nothing has
run; so no change sees another's leavings, and a loop without an end costs one process.

The quick way (`quick`): all of the code and the tests are imported as they are; the fork exchanges the code object of
the altered function and runs the tests that pass through that statement, the fastest first. The thorough way
(`thorough`): the fork imports the altered module in the place of the file and runs everything.
"""

from __future__ import annotations

import builtins
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tools.mutation.alter import altered, nudged
from tools.mutation.change import Change, module_name
from tools.mutation.forks import Job, Tell
from tools.mutation.operators import NUDGED
from tools.mutation.policy_file import altered_policy

EXAMPLES = 20  # of Hypothesis, a test

Limit: TypeAlias = Callable[[str], float]
"""Seconds of processor time that a test may take."""


class Loaded:
    """A pytest plugin: few Hypothesis examples, always the same, and the runs in our hands."""

    def __init__(self, run: Callable[[pytest.Session], None]) -> None:
        self.run = run
        self.fails: Tell = lambda test: None
        self.caches: list[functools._lru_cache_wrapper[Any]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """After tests/conftest.py has chosen its own profile, before a test module is imported."""
        from hypothesis import HealthCheck, Phase, settings

        settings.register_profile(
            "mutation",
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("mutation")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """A test that asks for more examples gets as few as the rest."""
        from hypothesis import settings

        name = "_hypothesis_internal_use_settings"
        for item in items:
            function = getattr(item, "function", None)
            asked = getattr(function, name, None)
            if asked is not None and asked.max_examples > EXAMPLES:
                setattr(function, name, settings(asked, max_examples=EXAMPLES))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own loop."""
        if session.testsfailed:
            return False  # pytest's own way: it says that the tests could not be collected
        self.caches = caches()
        self.run(session)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Something was run."""
        if report.failed:
            self.fails(report.nodeid)


def run_pytest(root: Path, tests: Sequence[str], plugin: Loaded) -> int:
    """Load the tests, and run them as the plugin wants."""
    # Hypothesis is loaded before pytest, for speed; its own asserts are of no interest.
    quiet = [
        "-q",
        "-s",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "--no-header",
        "--no-summary",
        "-p",
        "no:cacheprovider",
        "--tb=no",
        "--rootdir",
        str(root),
    ]
    return int(pytest.main([*quiet, *tests], plugins=[plugin]))


def run_items(items: Sequence[pytest.Item], limit: Limit) -> None:
    """Run these tests, each within its time; a test that takes longer ends the process by SIGPROF."""
    for place, item in enumerate(items):
        signal.setitimer(signal.ITIMER_PROF, limit(item.nodeid))
        following = items[place + 1] if place + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    signal.setitimer(signal.ITIMER_PROF, 0)


# ── The quick way ───────────────────────────────────────────────────────────────────────────────────────────────────


class NotExchangeable(Exception):
    """The change is not in a function that can be reached by its name."""


def quick(root: Path, items: Sequence[pytest.Item], change: Change, plugin: Loaded, limit: Limit) -> Job[Change]:
    """Exchange the function's code and run these tests."""

    def work(tell: Tell) -> None:
        plugin.fails = tell
        if change.file.endswith(".py"):
            exchange(root, change)
        else:
            put_instead(root, change)
        for each in plugin.caches:
            each.cache_clear()
        run_items(items, limit)

    return Job(change, work)


def reachable(change: Change) -> bool:
    """True if the change is in a function that is found by its name."""
    module = sys.modules.get(module_name(change.file))
    if change.scope is None or module is None:
        return False
    try:
        _function(module, change.scope)
    except NotExchangeable:
        return False
    return True


def exchange(root: Path, change: Change) -> None:
    """Give the altered function its altered code, whoever holds the function.

    Raises:
        NotExchangeable: there is no such function.
    """
    path = root / change.file
    module = sys.modules.get(module_name(change.file))
    if change.scope is None or module is None:
        raise NotExchangeable(change.file)
    setattr(builtins, NUDGED, nudged)
    function = _function(module, change.scope)
    tree = altered(path.read_text(encoding="utf-8"), change.number)
    for code in _codes(compile(tree, str(path), "exec")):
        if code.co_qualname == change.scope and code.co_firstlineno == function.__code__.co_firstlineno:
            function.__code__ = code
            return
    raise NotExchangeable(change.scope)


def _function(module: types.ModuleType, scope: str) -> types.FunctionType:
    found: Any = module
    for name in scope.split("."):
        found = vars(found).get(name)
    while found is not None and not isinstance(found, types.FunctionType):
        found = getattr(found, "__wrapped__", None) or getattr(found, "__func__", None) or getattr(found, "fget", None)
    if not isinstance(found, types.FunctionType):
        raise NotExchangeable(scope)
    function = inspect.unwrap(found)
    if not isinstance(function, types.FunctionType):
        raise NotExchangeable(scope)
    return function


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield each
            yield from _codes(each)


def caches() -> list[functools._lru_cache_wrapper[Any]]:
    """Every cache of ours and of the tests: what they hold by now was made without a change."""
    found = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
    return [each for each in found if not each.__module__.startswith(("_pytest", "hypothesis"))]


# ── The thorough way ────────────────────────────────────────────────────────────────────────────────────────────────


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs other code than that of the file."""

    def __init__(self, name: str, path: Path, code: types.CodeType) -> None:
        super().__init__(name, str(path))
        self._code = code

    def get_code(self, fullname: str) -> types.CodeType:
        return self._code


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module, and is asked before all others."""

    def __init__(self, loader: _Loader) -> None:
        self._loader = loader

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self._loader.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._loader.path, loader=self._loader)


def put_instead(root: Path, change: Change) -> None:
    """From now on this process finds the altered file in the place of the file."""
    path = root / change.file
    text = path.read_text(encoding="utf-8")
    if change.file.endswith(".py"):
        setattr(builtins, NUDGED, nudged)
        code = compile(altered(text, change.number), str(path), "exec")
        sys.meta_path.insert(0, _Finder(_Loader(module_name(change.file), path, code)))
        return
    other = altered_policy(text, change.number)
    really = io.open

    def instead(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if not isinstance(file, str | os.PathLike) or os.path.abspath(file) != str(path):
            return really(file, mode, *arguments, **named)
        return io.BytesIO(other.encode()) if "b" in mode else io.StringIO(other)

    io.open = builtins.open = instead


def thorough(root: Path, tests: Sequence[str], change: Change, limit: Limit) -> Job[Change]:
    """Everything afresh: for what is altered outside of functions, and for what no test has noticed yet."""

    def work(tell: Tell) -> None:
        put_instead(root, change)
        plugin = Loaded(lambda session: run_items(session.items, limit))
        plugin.fails = tell
        if run_pytest(root, tests, plugin):
            tell("the import of the tests")

    return Job(change, work)
