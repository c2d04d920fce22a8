"""An hour in which peers misbehave at random, at the level of bytes, beside all else that may happen.

Promise: what holds in any interleaving (`tests/promises/paging/test_any_interleaving.py`) holds beside peers that hang,
drip, break off, answer what cannot be read, or refuse: nothing is doubled without saying so, nobody is paged about what
was answered unless it could not be read, what is due has a row and is heard once the peers are well for a while, and in
the end everything is settled. On either store.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import make_url

from slabot_sandbox.proxy import Misbehaviour
from tests.fixtures.stores import create_database, drop_database, postgres_address
from tests.promises.matrix import FAULTS, SCOPES, Cell, Fault, Peer, Scope
from tests.promises.paced import in_haste
from tests.promises.paging.test_any_interleaving import SPANS, Life, live
from tests.promises.scene import MINUTE

LONGEST_CALL = 0.15  # real seconds, for each that hangs
LONGEST_PAUSE = 10 * MINUTE  # that a peer may ask for
FEW = 2  # misbehaviours at the same time
PEERS = (Peer.ZENDESK, Peer.OAUTH, Peer.SLACK)


def _can_be_played(fault: Fault, peer: Peer) -> bool:
    if fault.is_of_connections or fault.name.startswith("reply "):
        return False
    if fault.kind is Misbehaviour.OVERSIZE and fault.name != "oversize, headers":
        return False  # an endless body costs real seconds to make
    return (
        peer is Peer.SLACK or fault.name != "status 404"
    )  # a helpdesk's word that there is no such ticket is believed


CELLS: Sequence[Cell] = tuple(
    Cell(fault, peer, scope)
    for peer in PEERS
    for scope in SCOPES[peer]
    for fault in FAULTS
    if _can_be_played(fault, peer)
)


class HalfBroken(Life):
    """The same life, beside peers that misbehave."""

    proxied = True

    @precondition(lambda self: self.sandbox.proxy is not None and len(self.sandbox.proxy.rules.on()) < FEW)
    @rule(after=SPANS, cell=st.sampled_from(CELLS), minutes=st.integers(1, 5))
    def a_peer_misbehaves(self, after: timedelta, cell: Cell, minutes: int) -> None:
        """For some minutes."""
        self.pass_time(after)
        assert self.sandbox.proxy is not None
        bad = tuple(self.tickets)[:1] if cell.scope is Scope.TICKETS else ()
        for each in cell.rules(bad):
            self.sandbox.proxy.rules.add(each)
        self._is_unwell(minutes * MINUTE + LONGEST_PAUSE)
        if cell.peer is Peer.OAUTH:
            self.sandbox.zendesk.oauth.revoke_tokens()
        self.pass_time(minutes * MINUTE)
        self.sandbox.proxy.rules.clear()


class HalfBrokenOnPostgres(HalfBroken):
    """The same on the other store."""

    def new_store(self) -> str:
        """A database of its own."""
        name = create_database(migrated=True)
        self.rest.callback(drop_database, name)
        return make_url(postgres_address(name)).render_as_string(hide_password=False)


LIVES = [HalfBroken, HalfBrokenOnPostgres]


def test_an_hour_beside_peers_that_misbehave() -> None:
    with in_haste(LONGEST_CALL):
        live(examples=2, steps=8, shrink=False, life=HalfBroken)


@pytest.mark.long
@pytest.mark.parametrize("life", LIVES)
def test_many_hours_beside_peers_that_misbehave(life: type[Life]) -> None:
    with in_haste(LONGEST_CALL):
        live(examples=100, steps=25, shrink=True, life=life)
