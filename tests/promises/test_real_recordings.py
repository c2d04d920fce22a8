"""Real Zendesk traffic, swept by the real path: every live ticket gets a clock, a severity and a ledger; a deleted one
gets none. What was not recorded is said, and nothing is planned to be written there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import main
from slabot.clock import SteppedClock
from slabot.composition import stepped_app
from slabot.demo.stage import CHANNEL, environment_of, policy_of
from slabot.policy import load_policy
from slabot.reports import explanation
from slabot.rules import decide
from slabot.runtime import Parts
from slabot.store import LedgerEvent, ledger, tickets
from slabot.store.status import status
from slabot_sandbox import Sandbox, ZendeskLimits

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LIVE, DELETED = 277, 1  # tickets in the recordings


@dataclass(frozen=True, slots=True)
class Swept:
    """What is there after one sweep of the recordings."""

    sandbox: Sandbox
    parts: Parts
    config: Path

    @property
    def live(self) -> list[str]:
        """The numbers of tickets that are not deleted."""
        return [str(n) for n, ticket in self.sandbox.zendesk.account.tickets.items() if not ticket.gone]


@pytest.fixture(scope="module")
def swept(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    clock = SteppedClock(NOW)
    sandbox = Sandbox(clock=clock, zendesk_limits=ZendeskLimits(account=None, incremental=None))
    sandbox.load(shared_dir / "recorded" / "zendesk-recordings")
    sandbox.slack.workspace.add_channel(CHANNEL)
    folder = tmp_path_factory.mktemp("recordings")
    with sandbox:
        text = policy_of(sandbox, folder / "slabot.db").replace("start_from: 2026-01-23", "start_from: 2010-01-01")
        config = folder / "config.yaml"
        config.write_text(text, encoding="utf-8")
        app = stepped_app(load_policy(text), text, clock=clock, environment=environment_of(sandbox))
        app.engine.settle()
        yield Swept(sandbox, app.parts, config)
        app.stop()


def test_every_live_ticket_gets_a_clock_a_severity_and_a_ledger(swept: Swept) -> None:
    assert len(swept.live) == LIVE
    state = swept.parts.store.read(lambda conn: status(conn, NOW))
    assert state.tickets == LIVE
    for number in swept.live:
        stored = swept.parts.store.read(lambda conn, n=number: tickets.load(conn, "acme", n))  # type: ignore[misc]
        assert stored is not None
        assert stored.severity is not None
        decision = decide(stored.ticket, stored.timeline, swept.parts.policy, NOW)
        assert decision.clock("first_response") is not None
        rows = swept.parts.store.read(lambda conn, n=number: ledger.of_ticket(conn, "acme", n))  # type: ignore[misc]
        told = Counter(row.event for row in rows)
        assert told[LedgerEvent.TICKET_SEEN] == told[LedgerEvent.SEVERITY_SET] == 1
        assert told[LedgerEvent.CLOCK_STARTED] >= 1


def test_a_deleted_ticket_gets_none(swept: Swept) -> None:
    gone = [str(n) for n, ticket in swept.sandbox.zendesk.account.tickets.items() if ticket.gone]
    assert len(gone) == DELETED
    for number in gone:
        assert swept.parts.store.read(lambda conn, n=number: tickets.load(conn, "acme", n)) is None  # type: ignore[misc]


def test_explain_answers_for_every_ticket(swept: Swept) -> None:
    for number in swept.live:
        stored = swept.parts.store.read(lambda conn, n=number: tickets.load(conn, "acme", n))  # type: ignore[misc]
        assert stored is not None
        policy = swept.parts.policy
        said = explanation.text(stored.ticket, decide(stored.ticket, stored.timeline, policy, NOW), policy)
        assert f"acme/{number}" in said
        assert "First response" in said
    for number in swept.live[:3]:
        command = ["explain", "-c", str(swept.config), "acme", number, "--now", NOW.isoformat()]
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, f"acme/{number}" in result.output) == (0, True), result.output


def test_where_messages_were_not_recorded_the_ledger_says_so_and_no_write_is_planned(swept: Swept) -> None:
    rows = swept.parts.store.read(lambda conn: ledger.since(conn, LONG_AGO))
    said = {row.ticket_id for row in rows if row.event is LedgerEvent.TICKET_HISTORY_INCOMPLETE}
    unrecorded = {
        str(number) for number, ticket in swept.sandbox.zendesk.account.tickets.items() if ticket.comments is None
    }
    assert len(unrecorded) == 190  # the deleted one among them
    assert unrecorded & set(swept.live) <= said
    planned = {row.ticket_id for row in rows if row.event is LedgerEvent.WRITE_PLANNED}
    assert planned & said == set()
    assert swept.sandbox.journal.effects(kind="ticket.updated", by="api") == ()
    assert swept.sandbox.journal.effects(kind="comment.public", by="api") == ()
