"""Each kind of write has its own name in the ledger, and each that is done is ``write.done`` as well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.base import Done
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.runtime.delivery.writes import WriteDone, Writes
from slabot.store import LedgerEvent, OutboxState, Store, ledger, outbox
from slabot.store.work import FollowUp, InternalNote, Move, Prioritise, Solve, Work
from tests.fixtures.stored import a_row

from .conftest import MONDAY, World

KEY = "acme/1/something"


def by_a_rule(kind: Kind) -> Action:
    return Action(kind=kind, mode=Mode.ACT, at=MONDAY, key=KEY, because="nobody answered")


DONE: list[tuple[Work, LedgerEvent]] = [
    (FollowUp(by_a_rule(Kind.FOLLOW_UP)), LedgerEvent.TICKET_FOLLOWED_UP),
    (Solve(by_a_rule(Kind.AUTO_SOLVE)), LedgerEvent.TICKET_AUTO_SOLVED),
    (Move(by_a_rule(Kind.AUTO_CLOSE)), LedgerEvent.TICKET_AUTO_CLOSED),
    (Move(by_a_rule(Kind.REOPEN)), LedgerEvent.TICKET_REOPENED),
    (Move(by_a_rule(Kind.SET_CATEGORY)), LedgerEvent.TICKET_CATEGORY_SET),
    (Prioritise(by_a_rule(Kind.SET_SEVERITY)), LedgerEvent.TICKET_SEVERITY_SET),
    (InternalNote("a page could not leave"), LedgerEvent.TICKET_NOTED),
]


@pytest.mark.parametrize(("work", "event"), DONE, ids=[event.value for _, event in DONE])
def test_what_is_written_is_told_by_its_name_and_as_done(world: World, work: Work, event: LedgerEvent) -> None:
    store: Store = world.parts.store
    row = a_row(KEY, ticket_id="1", work=work, urgency=MONDAY, not_before=MONDAY, created_at=MONDAY)
    store.write(lambda conn: outbox.put(conn, row))
    writes = Writes(world.parts)

    writes.save(row, WriteDone(Done(words="status set to pending")), was_unknown=False)
    world.later(timedelta(minutes=1))
    writes.save(row, WriteDone(Done(words="status set to pending")), was_unknown=False)  # another worker's, too late

    rows = store.read(lambda conn: ledger.of_ticket(conn, "acme", "1"))
    assert [(told.event, told.key, told.at) for told in rows] == [
        (event, KEY, MONDAY),
        (LedgerEvent.WRITE_DONE, KEY, MONDAY),
    ]
    assert rows[1].text == "acme has it: status set to pending."
    settled = store.read(lambda conn: outbox.get(conn, KEY))
    assert settled is not None
    assert settled.state is OutboxState.SENT
