"""What do the tests of promises stand on? A scene of their own (see `tests.promises.scene`), on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox
from tests.fixtures.stores import postgres_url, sqlite_url, store_url
from tests.promises.scene import CHANNEL, Make, Scene

__all__ = ["postgres_url", "sqlite_url", "store_url"]

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)

# What hangs on Slack or on the auditor's questions, hardly on the engine: PostgreSQL's share is left to the long run.
HARDLY_ON_THE_ENGINE = frozenset(
    {"test_auditor", "test_commands_and_home", "test_dialogs", "test_permissions", "test_socket_mode"}
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the suite short."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here and item.path.stem in HARDLY_ON_THE_ENGINE and "postgresql" in item.name:
            item.add_marker(pytest.mark.long)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(MONDAY)


@pytest.fixture
def sandbox(clock: SteppedClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        yield sandbox


@pytest.fixture
def stage(clock: SteppedClock, sandbox: Sandbox) -> Iterator[Make]:
    """Makes a scene on a store of the test's choice; slabot is not started yet."""
    made: list[Scene] = []

    def make(url: str, **changes: object) -> Scene:
        scene = Scene(clock, sandbox, url, {"acme": sandbox}, dict(changes))
        made.append(scene)
        return scene

    yield make
    for scene in made:
        scene.stop()


@pytest.fixture
def scene(stage: Make, store_url: str) -> Scene:
    """A scene on each engine, with slabot running."""
    made = stage(store_url)
    made.start()
    return made
