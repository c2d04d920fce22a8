"""What do the tests of promises stand on? A scene of their own (see `tests.promises.scene`), on each engine.

Most promises are tested on both engines, some on SQLite alone, since what they say hangs on no engine.
``SLABOT_TEST_STORE=postgresql`` plays those on PostgreSQL instead, and leaves out the others: ``make test-long``
does that after the whole suite.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox
from tests.fixtures.stores import empty_postgres_url, migrated_file, postgres_url, store_url
from tests.promises.scene import CHANNEL, Make, Scene

__all__ = ["empty_postgres_url", "postgres_url", "sqlite_url", "store_url"]

INSTEAD = os.environ.get("SLABOT_TEST_STORE") == "postgresql"  # of SQLite, where a test names that alone

# Their promise is about SQLite, or about its file.
ABOUT_THE_FILE = frozenset(
    {
        "test_store_replaced",
        "test_half_broken_world",
    }
)

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)

# What hangs on peers, on people or on the rules, hardly on the engine: PostgreSQL's share is left to the long run. The
# statements themselves run on both engines in every run, in tests/unit/store and tests/unit/runtime.
HARDLY_ON_THE_ENGINE = frozenset(
    {
        "test_a_language_model",
        "test_agreements",
        "test_auditor",
        "test_backtest_equals_life",
        "test_brakes_hold",
        "test_changed_secrets",
        "test_commands_and_home",
        "test_customers_are_written_to_in_their_language",
        "test_dialogs",
        "test_diff_tells_what_moves",
        "test_exempt_alone",
        "test_first_start_on_a_backlog",
        "test_new_release_of_holidays",
        "test_observe_writes_nothing",
        "test_other_workspaces",
        "test_page_within_a_second",
        "test_pages_arrive",
        "test_permissions",
        "test_reconciled",
        "test_rejudged",
        "test_simulate_writes_nothing",
        "test_socket_mode",
        "test_status_tells_who_runs",
        "test_store_of_before_frozen_terms",
        "test_summaries_arrive",
        "test_terms_without_their_evidence",
        "test_two_helpdesks",
        "test_unreadable_history",
        "test_verdicts_stay",
        "test_writes_happen_once",
    }
)

# Of these modules, what hangs on who claims or locks a row first.
BUT_ON_THE_ENGINE = frozenset(
    {
        "test_a_crash_between_claiming_and_braking_lets_nothing_slip_through",
        "test_the_budget_of_a_run_lets_the_rest_wait_for_the_next",
        "test_a_follow_up_whose_answer_was_lost_is_found_by_its_mark",
        "test_a_conflict_is_decided_again_and_the_customers_word_wins",
        "test_what_reports_need_is_filled_in_while_slabot_runs",
    }
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the suite short; where PostgreSQL is to be used instead, leave the rest out."""
    here = Path(__file__).parent
    if INSTEAD:
        chosen = [item for item in items if _names_sqlite(item) and item.path.stem not in ABOUT_THE_FILE]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
    for item in items:
        on_postgres = item.path.parent == here and "postgresql" in item.name
        hardly = item.path.stem in HARDLY_ON_THE_ENGINE and item.name.partition("[")[0] not in BUT_ON_THE_ENGINE
        if on_postgres and hardly:
            item.add_marker(pytest.mark.long)


def _names_sqlite(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents and "sqlite_url" in getattr(item, "fixturenames", ())


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A SQLite file of the test's own; a database of PostgreSQL where that is to be used instead."""
    if not INSTEAD:
        return migrated_file(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


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
