"""At Zendesk, which dates what happens, a verdict depends neither on when nor on how often slabot looked.

People act at random on the stand-in: they write, chat, copy others in, hide answers, change requester and organisation,
delete and restore. One slabot reads the ticket after each act, by webhook or by sweep; another once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.policy.connections import ZENDESK_STATUSES
from slabot.rules import Decision, decide
from slabot.store import Store, open_store, tickets
from slabot_sandbox import ActError, Sandbox, ZendeskLimits
from slabot_sandbox.zendesk.people import ZendeskPeople
from tests.fixtures.policies import the_policy

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
ANA, CARL, DORA, BOB = "ana@customer.example", "carl@customer.example", "dora@elsewhere.example", "bob@acme.example"
LIMITS = ZendeskLimits(account=None, incremental=None, ticket_updates=None, per_ticket_updates=None)

Act = Callable[[ZendeskPeople, int], Any]
ACTS: dict[str, Act] = {
    "the customer writes": lambda people, own: people.customer_replies(own, "Anybody?"),
    "an agent answers": lambda people, own: people.agent_replies(own, BOB, "Which version?"),
    "an agent waits": lambda people, own: people.agent_replies(own, BOB, "Which version?", status="pending"),
    "an agent notes": lambda people, own: people.agent_replies(own, BOB, "Strange", public=False),
    "Carl is copied in": lambda people, own: people.add_cc(own, BOB, CARL),
    "Bob is copied in": lambda people, own: people.add_cc(own, BOB, BOB),
    "Carl is taken out": lambda people, own: people.remove_cc(own, BOB, CARL),
    "Carl writes": lambda people, own: people.customer_replies(own, "It is 4.2", author=CARL, public=False),
    "a stranger writes": lambda people, own: people.stranger_writes(own, DORA, "I can help"),
    "an answer is hidden": lambda people, own: people.hide_comment(own, BOB),
    "a note is shown": lambda people, own: people.show_comment(own, BOB),
    "Bob becomes the requester": lambda people, own: people.change_requester(own, BOB, BOB),
    "Ana becomes the requester": lambda people, own: people.change_requester(own, BOB, ANA),
    "the organisation changes": lambda people, own: people.agent_sets_organization(own, BOB, "Gold Ltd"),
    "a chat begins": lambda people, own: people.start_chat(ANA, "Hello?", ticket=own),
    "an agent says": lambda people, own: people.say_in_chat(own, "I am looking", agent=BOB),
    "the customer says": lambda people, own: people.say_in_chat(own, "Thanks"),
    "the chat ends": lambda people, own: people.end_chat(own),
    "it is solved": lambda people, own: people.solve(own, BOB, "Fixed"),
    "it is rated": lambda people, own: people.rate(own, "bad", "It is not"),
    "it is deleted": lambda people, own: people.delete(own, BOB),
    "it is restored": lambda people, own: people.restore(own, BOB),
}


@contextmanager
def reading(sandbox: Sandbox, clock: SteppedClock, folder: str, name: str) -> Iterator[tuple[ZendeskAdapter, Store]]:
    """An adapter with memory of its own, and a store."""
    desk = sandbox.zendesk
    adapter = ZendeskAdapter(
        name="acme", url=desk.url, email=desk.email, token=desk.token, statuses=ZENDESK_STATUSES, clock=clock
    )
    try:
        with open_store(f"sqlite:///{Path(folder) / name}.db") as store:
            yield adapter, store
    finally:
        adapter.close()


def look(adapter: ZendeskAdapter, store: Store, own: int, now: datetime) -> None:
    snapshot = adapter.fetch(str(own))
    store.write(lambda conn: tickets.merge(conn, snapshot.ticket, snapshot.events, snapshot.version, now))


def decided(store: Store, own: int, now: datetime) -> Decision:
    stored = store.read(lambda conn: tickets.load(conn, "acme", str(own)))
    assert stored is not None
    return decide(stored.ticket, stored.timeline, the_policy(), now)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    played=st.lists(
        st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from([0, 1, 40, 90, 400]), st.booleans()),
        min_size=1,
        max_size=12,
    ),
    by_chat=st.booleans(),
)
def test_the_verdict_is_the_same_however_often_slabot_looked(
    played: list[tuple[str, int, bool]], by_chat: bool
) -> None:
    clock = SteppedClock(MONDAY)
    with (
        TemporaryDirectory() as folder,
        Sandbox(clock=clock, zendesk_limits=LIMITS) as sandbox,
        reading(sandbox, clock, folder, "often") as (often, watched),
        reading(sandbox, clock, folder, "once") as (once, surprised),
    ):
        desk = sandbox.zendesk
        if by_chat:
            own = desk.people.start_chat(ANA, "It is down", priority="urgent")
        else:
            own = desk.people.create_ticket(ANA, "Help", "It is down", priority="urgent", organization="Customer Ltd")
        look(often, watched, own, clock.now())
        for name, seconds, by_sweep in played:
            clock.elapse(timedelta(seconds=seconds))
            try:
                ACTS[name](desk.people, own)
            except ActError as error:
                note(f"{name}: {error}")
                continue
            note(f"{clock.now()}: {name}")
            if by_sweep:
                list(often.sweep(None, since=MONDAY - timedelta(minutes=5)))
            if not desk.account.ticket(own).gone:
                look(often, watched, own, clock.now())
        if desk.account.ticket(own).gone:
            desk.people.restore(own, BOB)
        clock.elapse(timedelta(hours=1))
        for adapter, store in ((often, watched), (once, surprised)):
            look(adapter, store, own, clock.now())
        now = clock.now()
        assert decided(watched, own, now).as_json() == decided(surprised, own, now).as_json()
