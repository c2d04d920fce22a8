"""One peer misbehaves, and everybody else is served.

Promise: whatever a helpdesk or a channel does to slabot at the level of bytes, good tickets are paged in time, the
health page and the heartbeat say the truth within two minutes, all goes on by itself afterwards, and slabot ends when
it is told to.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from slabot_sandbox import Did, Misbehaviour, Rule, Sandbox
from tests.fixtures.ports import free_port
from tests.fixtures.waits import until
from tests.promises.desks import DESKS, both
from tests.promises.half_broken import play
from tests.promises.matrix import ALL, CELLS, FAULTS, QUICK, SCOPES, WITHOUT_A_WAY, Cell, Peer, Scope
from tests.promises.paced import PACE
from tests.promises.scene import CHANNEL, environment_of, policy_text
from tests.promises.test_restart_and_stop import running


def test_the_matrix_is_whole_and_few_cells_are_without_a_way() -> None:
    assert {cell.peer for cell in CELLS} == set(Peer)
    assert {(cell.peer, cell.scope) for cell in CELLS} == {(peer, scope) for peer in Peer for scope in SCOPES[peer]}
    assert {cell.fault.name for cell in CELLS} == {fault.name for fault in FAULTS}
    assert len(WITHOUT_A_WAY) * 20 <= len(ALL)


def test_the_cells_of_the_quick_part_differ_in_everything() -> None:
    quick = [cell for cell in CELLS if cell.name in QUICK]
    assert len(quick) == len(QUICK)
    assert len({cell.peer for cell in quick}) == len({cell.fault.kind for cell in quick}) == len(QUICK)
    places = {(cell.peer.is_helpdesk, cell.scope) for cell in quick}
    assert places == {(is_helpdesk, scope) for is_helpdesk in (True, False) for scope in (Scope.TICKETS, Scope.ALL)}


def shown(cell: Cell) -> ParameterSet:
    """A cell as pytest's parameter; most of them belong to the long run."""
    return pytest.param(cell, id=cell.name, marks=() if cell.name in QUICK else pytest.mark.long)


@pytest.mark.parametrize("cell", [shown(cell) for cell in CELLS])
def test_a_half_broken_world_silences_nobody(cell: Cell, sqlite_url: str) -> None:
    """A busy machine is late by itself, and has four times as long in a second try; whoever is late then is late."""
    if (problems := play(cell, f"{sqlite_url}.first").problems) != []:
        problems = play(cell, sqlite_url, PACE / 4).problems
    assert problems == []


@pytest.mark.long
@pytest.mark.parametrize("how", [Misbehaviour.HANG, Misbehaviour.DRIP])
@pytest.mark.parametrize("service", ["zendesk", "freshdesk", "slack"])
def test_sigterm_ends_a_real_process_within_ten_seconds_whatever_hangs(
    tmp_path: Path, sqlite_url: str, service: str, how: Misbehaviour
) -> None:
    with Sandbox(proxied=True) as sandbox:  # on the clock of the wall, with the deadlines of earnest
        sandbox.slack.workspace.add_channel(CHANNEL)
        port, policy = free_port(), tmp_path / "config.yaml"
        text = policy_text(
            {},
            sandbox,
            sqlite_url,
            helpdesks=both(sandbox),
            web={"listen": f"127.0.0.1:{port}"},
            severities={"critical": {"means": "x", "respond_within": "1s", "calendar": "around_the_clock"}},
            classify={"otherwise": "critical"},
            escalate=[{"severity": "critical", "rungs": [{"at": "breach"}]}],
        )
        policy.write_text(text)
        sandbox.connect(f"http://127.0.0.1:{port}")
        with running(policy, {**environment_of(sandbox), "PORT": str(port)}) as process:
            sandbox.misbehave(Rule(kind=how, service=service))
            for desk in DESKS.values():
                desk(sandbox).ask()
            until(lambda: sandbox.journal.effects(kind=Did.PROXY_STRUCK), "the fault")
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0
            assert time.monotonic() - began < 10
