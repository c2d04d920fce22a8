"""Every test of the suite is run once for each helpdesk, on a stepped clock and a helpdesk of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.base import Adapter
from slabot.clock import SteppedClock
from slabot_sandbox import FaultKind
from tests.conformance.house import START, House
from tests.conformance.houses import HOUSES

# What has nothing to do with how slabot signs in: with an API token instead of OAuth it is seen in the long run.
NOT_ABOUT_SIGN_IN = frozenset(
    {"test_hooks", "test_hostile_answers", "test_sweeping", "test_without_an_end", "test_writing"}
)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture(params=list(HOUSES))
def house(request: pytest.FixtureRequest, clock: SteppedClock) -> Iterator[House]:
    house = HOUSES[request.param](clock)
    yield house
    house.close()


@pytest.fixture
def adapter(house: House) -> Adapter:
    return house.open()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the suite short; leave out troubles that a helpdesk has not, and answers over HTTP where there is none."""
    for item in items:
        if "zendesk_by_token" in item.name and item.path.stem in NOT_ABOUT_SIGN_IN:
            item.add_marker(pytest.mark.long)
    apart = [item for item in items if not _can_happen(item)]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in set(apart)]


def _can_happen(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    if callspec is None or callspec.params.get("house") not in HOUSES:
        return True
    house, kind = HOUSES[callspec.params["house"]], callspec.params.get("kind")
    if isinstance(kind, FaultKind) and kind not in house.troubles:
        return False
    told = item.get_closest_marker("tells")
    if told is not None and not house.tells.issuperset(told.args):
        return False
    return house.over_http or item.get_closest_marker("over_http") is None
