"""One peer misbehaves, and everybody else is served.

Promise: whatever a helpdesk or a channel does to slabot at the level of bytes, good tickets are paged in time, the
health page and the heartbeat say the truth within two minutes, all goes on by itself afterwards, and slabot ends when
it is told to.
"""

from __future__ import annotations

import pytest

from tests.promises.half_broken import play
from tests.promises.matrix import ALL, CELLS, FAULTS, QUICK, SCOPES, WITHOUT_A_WAY, Cell, Peer


def test_the_matrix_is_whole_and_few_cells_are_without_a_way() -> None:
    assert {cell.peer for cell in CELLS} == set(Peer)
    assert {(cell.peer, cell.scope) for cell in CELLS} == {(peer, scope) for peer in Peer for scope in SCOPES[peer]}
    assert {cell.fault.name for cell in CELLS} == {fault.name for fault in FAULTS}
    assert len(WITHOUT_A_WAY) * 20 <= len(ALL)


def test_the_quick_part_has_every_kind_of_fault_and_every_peer() -> None:
    quick = [cell for cell in CELLS if cell.name in QUICK]
    assert len(quick) == len(QUICK)
    assert {cell.peer for cell in quick} == set(Peer)
    assert {cell.fault.kind for cell in quick} == {fault.kind for fault in FAULTS}


def shown(cell: Cell) -> object:
    """A cell as pytest's parameter; most of them belong to the long run."""
    return pytest.param(cell, id=cell.name, marks=() if cell.name in QUICK else pytest.mark.long)


@pytest.mark.parametrize("cell", map(shown, CELLS))
def test_a_half_broken_world_silences_nobody(cell: Cell, sqlite_url: str) -> None:
    assert play(cell, sqlite_url).problems == []
