"""What do the tests of paging stand on? A harness that is closed, and thereby judged, after each of them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.promises.harness import Harness
from tests.promises.scene import Make

FAILED = pytest.StashKey[bool]()

MakeHarness = Callable[..., Harness]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed by itself is not judged a second time at its end."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def store_url(request: pytest.FixtureRequest) -> str:
    """SQLite always, PostgreSQL in the long run: what is promised here hangs on Slack, hardly on the engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def harness(stage: Make, store_url: str, request: pytest.FixtureRequest) -> Iterator[MakeHarness]:
    """Makes a harness whose policy differs in these settings; closed at the end of the test."""
    made: list[Harness] = []

    def make(**changes: Any) -> Harness:
        scene = stage(store_url, **changes)
        scene.sweep_every = timedelta(hours=1)  # Slack is what matters here, and closing takes two days
        made.append(Harness(scene))
        return made[-1]

    yield make
    if not request.node.stash.get(FAILED, True):
        for each in made:
            each.close()


@pytest.fixture
def h(harness: MakeHarness) -> Harness:
    """A harness with the policy of the scene."""
    return harness()
