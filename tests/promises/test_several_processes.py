"""Several processes on one PostgreSQL do together what one does alone, and go on when one of them ends.

Promise: a web takes in and does nothing else; what there is only one of is done by one worker at a time, and by another
one within ten seconds of its death; no page is lost, and none comes twice but where nobody can know.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.composition.several import web_app, worker_app
from slabot.policy import load_policy
from slabot.runtime.app import App
from slabot.runtime.distributed import Distributed
from slabot.runtime.engine import reads_of
from slabot.runtime.leases import WHOLE, Leases, LivingProcesses
from slabot.runtime.receiving import Receiving
from slabot.store import Lane, OutboxState, Store, open_store, outbox, processes, socket_mode
from slabot.store.processes import ProcessKind
from slabot.store.socket_mode import SocketState
from slabot_sandbox import Sandbox
from tests.fixtures.several import Running, Several
from tests.fixtures.waits import comes, until
from tests.promises.scene import CHANNEL, environment_of, policy_text

TARGET = 1  # seconds from a request to its page
WITHIN = 10.0  # seconds
PAGES = ("message.posted", "reply.posted")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        made.slack.workspace.add_channel(CHANNEL)
        made.slack.api.limits.posts = None
        yield made


@pytest.fixture
def text(sandbox: Sandbox, postgres_url: str) -> str:
    severities = {"critical": {"means": "x", "respond_within": f"{TARGET}s", "calendar": "around_the_clock"}}
    return policy_text(
        {"acme": sandbox},
        sandbox,
        postgres_url,
        severities=severities,
        classify={"otherwise": "critical"},
        escalate=[{"severity": "critical", "rungs": [{"at": "breach"}]}],
        store={"url_env": "DATABASE_URL"},
    )


@pytest.fixture
def environment(sandbox: Sandbox, postgres_url: str) -> dict[str, str]:
    return environment_of(sandbox) | {"DATABASE_URL": postgres_url}


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with open_store(postgres_url) as opened:
        yield opened


def asks(sandbox: Sandbox, number: int = 1) -> set[str]:
    """Requests come in; the numbers of the tickets."""
    people = sandbox.zendesk.people
    return {str(people.create_ticket(f"c{each}@contoso.example", "Help", "It is down")) for each in range(number)}


def paged(sandbox: Sandbox) -> Counter[str]:
    """How often each ticket was paged."""
    pages = [effect for effect in sandbox.journal.effects(by="api") if str(effect.kind) in PAGES]
    return Counter(page["metadata"]["event_payload"]["key"].split("/")[1] for page in pages)


def holders(store: Store) -> dict[str, str]:
    """The place of the process that holds each lease; those of the dead are left out."""
    places = {each.name: each.place for each in store.read(processes.everyone)}
    held = store.read(processes.holders)
    return {lease: places[holder] for lease, holder in held.items() if holder in places}


class Crew:
    """A web and workers in this process."""

    def __init__(self, text: str, environment: dict[str, str]) -> None:
        self._text, self._environment = text, environment
        self._policy = load_policy(text, "the test's policy")
        self.ending = ExitStack()

    def web(self) -> App[Receiving]:
        app = web_app(self._policy, self._text, clock=SystemClock(), environment=self._environment)
        self.ending.callback(app.stop)
        app.start()
        return app

    def worker(self) -> App[Distributed]:
        app = worker_app(self._policy, self._text, clock=SystemClock(), environment=self._environment)
        self.ending.callback(app.stop)
        app.start()
        return app


@pytest.fixture
def crew(text: str, environment: dict[str, str]) -> Iterator[Crew]:
    made = Crew(text, environment)
    with made.ending:
        yield made


def test_a_web_takes_in_and_workers_do_the_rest_also_when_one_of_them_ends(
    crew: Crew, sandbox: Sandbox, store: Store
) -> None:
    web = crew.web()
    sandbox.connect(web.url)
    until(lambda: len(store.read(processes.everyone)) == 1)
    alone = asks(sandbox)
    until(lambda: requests.get(f"{web.url}/readyz", timeout=9).json()["findings"][:1] == [NO_WORKER])
    assert paged(sandbox) == Counter()

    first = crew.worker()
    until(lambda: set(paged(sandbox)) == alone, "the page of what came in before any worker was there")
    crew.worker()
    every = {*holders(store)}
    assert {"alarm", "pages", "writes", "helpdesk acme", "audit"} <= every
    until(lambda: _shares(store) == [len(every) // 2, len(every) - len(every) // 2], "an even share")
    assert {*holders(store)} == every

    together = asks(sandbox, 3)
    until(lambda: set(paged(sandbox)) == alone | together)
    first.stop()
    until(lambda: _shares(store) == [len(every)], "the other one's holding every lease")
    last = asks(sandbox)
    until(lambda: set(paged(sandbox)) == alone | together | last)
    assert set(paged(sandbox).values()) == {1}
    until(lambda: (Lane.PAGE, OutboxState.SENDING) not in store.read(outbox.counts))
    kinds = Counter(each.kind for each in store.read(processes.everyone))
    assert kinds == {ProcessKind.WEB: 1, ProcessKind.WORKER: 1}


def test_a_web_says_that_the_worker_which_keeps_slacks_connection_has_lost_it(crew: Crew, store: Store) -> None:
    web = crew.web()
    crew.worker()
    until(lambda: requests.get(f"{web.url}/readyz", timeout=9).json()["findings"] == [])
    lost = SocketState(SystemClock().now() - timedelta(minutes=3), "Slack did not answer")
    store.write(lambda conn: socket_mode.note(conn, lost))
    (finding,) = requests.get(f"{web.url}/readyz", timeout=9).json()["findings"]
    assert finding.startswith("Slack has not reached slabot over Socket Mode since ")
    assert finding.endswith("Slack did not answer")


def test_a_run_does_everything_that_a_web_beside_it_takes_in(
    crew: Crew, sandbox: Sandbox, text: str, environment: dict[str, str], store: Store
) -> None:
    web = crew.web()
    sandbox.connect(web.url)
    run = embedded_app(load_policy(text, "the test's policy"), text, clock=SystemClock(), environment=environment)
    crew.ending.callback(run.stop)
    run.start()
    until(lambda: _company(web).whole() is not None, "the web's knowing of it")
    asked = asks(sandbox, 2)
    assert comes(lambda: set(paged(sandbox)) == asked, WITHIN), "the web's notification wakes it"
    assert set(paged(sandbox).values()) == {1}
    assert store.read(lambda conn: web.parts.hints.waiting(conn, reads_of("acme"))) == 0, "hints would pile up"
    until(lambda: requests.get(f"{web.url}/readyz", timeout=9).json()["findings"] == [])


def _company(app: App[Receiving]) -> LivingProcesses:
    """What a process knows of the others."""
    assert isinstance(app.parts.company, Leases)
    return app.parts.company.company


def _shares(store: Store) -> list[int]:
    """How many leases each process holds, the smallest number first. In one process all have one place."""
    return sorted(Counter(store.read(processes.holders).values()).values())


NO_WORKER = "no worker runs, so nothing is read, decided or sent; start one with slabot worker"


@pytest.fixture
def several(tmp_path: Path, text: str, environment: dict[str, str]) -> Iterator[Several]:
    made = Several(tmp_path, environment)
    made.policy(text)
    yield made
    made.stop()


@pytest.mark.long
def test_killed_again_and_again_workers_lose_no_page_and_tickets_move_again_within_ten_seconds(
    several: Several, sandbox: Sandbox, store: Store
) -> None:
    web = several.wait(several.start("web"))
    sandbox.connect(web.url)
    workers = [several.start("worker") for _ in range(2)]
    for each in workers:
        several.wait(each)
    until(lambda: "pages" in holders(store))
    asked: set[str] = set()
    for lease in ("pages", "alarm", "helpdesk acme", "pages"):
        asked |= asks(sandbox, 3)
        time.sleep(TARGET)  # some are due, some on their way
        victim = next(each for each in workers if holders(store).get(lease, "").endswith(each.place))
        victim.kill()
        began = time.monotonic()
        workers.remove(victim)
        asked |= asks(sandbox, 2)
        assert comes(lambda: set(paged(sandbox)) >= asked, WITHIN + TARGET), _logs(several)  # noqa: B023
        assert time.monotonic() - began < WITHIN + TARGET
        workers.append(several.wait(several.start("worker")))
        until(lambda: len(set(holders(store).values())) == 2, "both workers' holding leases")
    assert set(paged(sandbox)) == asked
    assert [ticket for ticket, times in paged(sandbox).items() if times > 1] == []


def _logs(several: Several) -> str:
    return "\n".join(f"== {each.log.name}\n{each.logged()[-3000:]}" for each in several.running)


@pytest.mark.long
def test_with_another_file_a_worker_stands_back_and_the_newest_decides(
    several: Several, sandbox: Sandbox, store: Store, text: str
) -> None:
    old = several.wait(several.start("worker"))
    until(lambda: len(holders(store)) > 5)
    several.policy(text.replace("means: x", "means: y"), "newer.yaml")
    new = several.wait(several.start("worker", "newer.yaml"))
    until(lambda: all(place.endswith(new.place) for place in holders(store).values()), "the newest one's holding all")
    until(lambda: "process.stands_back" in old.logged())
    new.kill()
    until(lambda: _holds_all(store, old), "the old one's going on alone")
    assert "process.works_again" in old.logged()


@pytest.mark.long
def test_a_second_run_is_refused_and_one_that_was_killed_holds_nobody_up(several: Several, store: Store) -> None:
    first = several.wait(several.start("run"))
    second = several.start("run")
    until(lambda: second.process.poll() is not None, "the second one's end")
    assert second.process.returncode == 1
    assert "another slabot run works on the PostgreSQL database" in second.logged()
    assert first.place in second.logged()
    assert "Traceback" not in second.logged()
    first.kill()
    began = time.monotonic()
    third = several.wait(several.start("run"))
    assert time.monotonic() - began < WITHIN
    assert [each.place.endswith(third.place) for each in store.read(processes.everyone)] == [True]


@pytest.mark.long
def test_workers_stand_back_while_a_slabot_run_does_everything(several: Several, store: Store) -> None:
    worker = several.wait(several.start("worker"))
    until(lambda: _holds_all(store, worker))
    run = several.wait(several.start("run"))
    until(lambda: [*holders(store)] == [WHOLE], "the worker's giving everything back")
    assert holders(store)[WHOLE].endswith(run.place)
    assert run.stop() == 0
    until(lambda: _holds_all(store, worker))
    assert worker.stop() == 0
    assert store.read(processes.everyone) == []


def _holds_all(store: Store, one: Running) -> bool:
    held = holders(store)
    return len(held) > 5 and all(place.endswith(one.place) for place in held.values())
