"""slabot dies between every two effects of a ticket's life, and is started anew.

Promise: wherever it dies, no page is lost, one is doubled only if it says that it may be a repeat, no word to a
customer is said twice, each status is set once, the page ends as it should, and the ledger tells of all of it. The
places are counted in an undisturbed run and tried one by one; none is left out.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.points import Points, changes_the_world
from tests.crash.scenarios import LONG, SHORT, WEEKS, Outcome, Scenario, play
from tests.fixtures.stores import create_database, drop_database, postgres_address

Stores = Callable[[], str]


@pytest.fixture
def fresh_sqlite(sqlite_url: str, tmp_path: Path) -> Stores:
    """Empty stores, one for each run."""
    template = tmp_path / "empty.db"
    shutil.copyfile(tmp_path / "slabot.db", template)
    file = tmp_path / "run.db"

    def make() -> str:
        for left in tmp_path.glob("run.db*"):
            left.unlink()
        shutil.copyfile(template, file)
        return f"sqlite:///{file}"

    assert sqlite_url
    return make


@pytest.fixture
def fresh_postgres() -> Iterator[Stores]:
    """The same on PostgreSQL."""
    made: list[str] = []

    def make() -> str:
        while made:
            drop_database(made.pop())
        made.append(create_database(migrated=True))
        return postgres_address(made[-1])

    yield make
    while made:
        drop_database(made.pop())


def complaints(undisturbed: Outcome, disturbed: Outcome) -> list[str]:
    """What the death has changed, beyond what the delivery contract allows."""
    said = []
    if lost := undisturbed.pages.keys() - disturbed.pages.keys():
        said.append(f"pages were lost: {sorted(lost)}")
    if more := disturbed.pages.keys() - undisturbed.pages.keys():
        said.append(f"pages that nobody else would have got: {sorted(more)}")
    if doubled := [key for key, times in disturbed.unmarked.items() if times > 1]:
        said.append(f"pages were doubled without saying so: {doubled}")
    if disturbed.words != undisturbed.words:
        said.append(f"words to the customer: {_difference(undisturbed.words, disturbed.words)}")
    if disturbed.changes != undisturbed.changes:
        said.append(f"changes of the ticket: {disturbed.changes}, undisturbed {undisturbed.changes}")
    if (disturbed.status, disturbed.shown) != (undisturbed.status, undisturbed.shown):
        said.append(f"it ends as {disturbed.status!r}, {disturbed.shown!r}; undisturbed {undisturbed.shown!r}")
    if disturbed.ledger != undisturbed.ledger:
        said.append(f"the ledger: {_difference(undisturbed.ledger, disturbed.ledger)}")
    if disturbed.unsettled:
        said.append(f"nobody brought to an end: {disturbed.unsettled}")
    return said


def _difference(undisturbed: Counter[str], disturbed: Counter[str]) -> str:
    return f"missing {dict(undisturbed - disturbed)}, too many {dict(disturbed - undisturbed)}"


SHARES = 6  # of one campaign, so that several workers can take part in it


def die_everywhere(
    scenario: Scenario, fresh: Stores, at: Callable[[str], bool] = lambda place: True, *, share: int, of: int
) -> None:
    """Die at each of the places that `at` names, in a run of its own; every so many of them make a share."""
    counted = Points()
    undisturbed = play(scenario, fresh(), counted)
    assert undisturbed.unsettled == ()
    assert undisturbed.pages == undisturbed.unmarked
    places, wrong, repeated = list(counted.names), [], 0
    chosen = [(number, place) for number, place in enumerate(places) if at(place)][share::of]
    assert chosen
    for number, place in chosen:
        points = Points(die_at=number)
        disturbed = play(scenario, fresh(), points)
        assert points.names[number] == place, "two runs of one scenario came to different places"
        assert points.deaths == 1
        repeated += disturbed.pages != disturbed.unmarked
        wrong += [f"{number} {place}: {complaint}" for complaint in complaints(undisturbed, disturbed)]
    print(f"{scenario.name}: died at {len(chosen)} of {len(places)} places; {repeated} led to a marked repeat")
    print("\n".join(f"  {many:4} {name}" for name, many in sorted(Counter(place for _, place in chosen).items())))
    assert not wrong, "\n".join(wrong)
    assert any("chat.postMessage: before the answer is read" in place for place in places) or not undisturbed.pages


@pytest.mark.parametrize("share", range(SHARES))
def test_a_page_and_its_answer_survive_a_death_in_any_state_of_the_world(fresh_sqlite: Stores, share: int) -> None:
    die_everywhere(SHORT, fresh_sqlite, changes_the_world, share=share, of=SHARES)


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("scenario", [SHORT, *LONG], ids=lambda scenario: scenario.name)
def test_each_life_survives_a_death_at_any_place(scenario: Scenario, fresh_sqlite: Stores, share: int) -> None:
    die_everywhere(scenario, fresh_sqlite, share=share, of=SHARES)


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_weeks_of_silence_survive_a_death_in_any_state_of_the_world(fresh_sqlite: Stores, share: int) -> None:
    die_everywhere(WEEKS, fresh_sqlite, changes_the_world, share=share, of=SHARES)


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("scenario", [SHORT, *LONG, WEEKS], ids=lambda scenario: scenario.name)
def test_on_postgresql_too(scenario: Scenario, fresh_postgres: Stores, share: int) -> None:
    die_everywhere(scenario, fresh_postgres, changes_the_world, share=share, of=SHARES)
