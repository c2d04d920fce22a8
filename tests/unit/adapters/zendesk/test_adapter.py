"""How does slabot read and write tickets at Zendesk? Over HTTP, judged by the stand-in's journal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from adapters.base import Adapter, Snapshot, Write
from adapters.errors import (
    AdapterError,
    BadAnswer,
    BadSignature,
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    UnmappedStatus,
    Unreachable,
)
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Actor, Category, Merged, Message, StatusChanged, Timeline
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import ME, SATURDAY, STATUSES, Answer, Opens, Scripted

ANA, BOB = "ana@customer.example", "bob@acme.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def number(sandbox: Sandbox, clock: SteppedClock) -> int:
    """A ticket of Ana's, a minute old."""
    made = sandbox.zendesk.people.create_ticket(ANA, "Help", "It is down", organization="Customer Ltd", tags=["vip"])
    clock.elapse(MINUTE)
    return made


def puts(sandbox: Sandbox) -> list[Any]:
    return [call.body["ticket"] for call in sandbox.journal.calls(method="PUT")]


def shown(sandbox: Sandbox, number: int) -> dict[str, Any]:
    return sandbox.zendesk.account.ticket(number).shown


def messages(snapshot: Snapshot) -> list[tuple[Actor, bool]]:
    return [(event.by, event.public) for event in snapshot.events if isinstance(event, Message)]


def test_it_is_an_adapter(acme: ZendeskAdapter) -> None:
    adapter: Adapter = acme
    assert adapter.kind == "zendesk"


# -- who am I ------------------------------------------------------------------------------------------------------


def test_whoami_names_the_account(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    account = acme.whoami()
    assert (account.email, account.role) == (sandbox.zendesk.email, "admin")


def test_a_wrong_token_is_said_to_be_although_zendesk_answers_200(opened: Opens, sandbox: Sandbox) -> None:
    with pytest.raises(NotAllowed, match="check both"):
        opened(sandbox.zendesk.url, token="wrong").whoami()


def test_an_end_user_is_no_account_to_work_with(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", "/users/me.json", Answer(body={"user": {**ME["user"], "role": "end-user"}}))
    with pytest.raises(NotAllowed, match="is an end user there; make it an agent"):
        hostile.whoami()


def test_agents_are_found_by_their_exact_address(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Hello")
    assert acme.agent_id_by_email("BOB@acme.example ") == str(sandbox.zendesk.account.add_agent(BOB)["id"])
    assert acme.agent_id_by_email("ob@acme.example") is None
    assert acme.agent_id_by_email(ANA) is None  # a customer
    assert acme.agent_id_by_email('bob"') is None
    assert acme.agent_id_by_email("") is None


def test_an_agent_is_asked_for_once_an_hour(acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock) -> None:
    bob = str(sandbox.zendesk.account.add_agent(BOB)["id"])
    for calls in (1, 2):
        assert [acme.agent_id_by_email(BOB) for _ in range(3)] == [bob] * 3
        assert len(sandbox.journal.calls(endpoint="/users")) == calls
        clock.elapse(60 * MINUTE)


# -- reading -------------------------------------------------------------------------------------------------------


def test_a_conversation_is_read_as_it_happened(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    people = sandbox.zendesk.people
    people.agent_replies(number, BOB, "note", public=False)
    clock.elapse(MINUTE)
    people.agent_replies(number, BOB, "Which version?", status="pending")
    clock.elapse(MINUTE)
    people.customer_replies(number, "1.2")
    clock.elapse(MINUTE)
    people.system_line(number, "The chat has ended")
    snapshot = acme.fetch(str(number))
    ticket = snapshot.ticket
    assert (ticket.reference, ticket.subject, ticket.channel) == ("acme/1", "Help", "email")
    assert ticket.requester is not None
    assert (ticket.requester.email, ticket.requester.organization) == (ANA, "Customer Ltd")
    assert (ticket.status, ticket.tags, ticket.history_complete) == (Category.OPEN, ("vip",), True)
    assert ticket.created_at == SATURDAY
    assert messages(snapshot) == [
        (Actor.CUSTOMER, True),
        (Actor.AGENT, False),
        (Actor.AGENT, True),
        (Actor.CUSTOMER, True),
        (Actor.SYSTEM, True),
    ]
    moves = [(event.to, event.by) for event in Timeline.of(snapshot.events) if isinstance(event, StatusChanged)]
    assert moves[-2:] == [(Category.WAITING_ON_CUSTOMER, Actor.AGENT), (Category.PENDING, Actor.CUSTOMER)]
    assert snapshot.status_now is Category.PENDING


def test_an_ordinary_fetch_takes_three_calls_once_everybody_is_known(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    acme.fetch(str(number))
    before = len(sandbox.journal.calls())
    acme.fetch(str(number))
    assert len(sandbox.journal.calls()) - before == 3


def test_the_ticket_is_read_before_its_history(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    # The other way round a message could come in between, and safe_update would let a write pass that overlooked it.
    acme.fetch(str(number))
    order = [
        call.endpoint.removeprefix("GET /api/v2/tickets/{id}") for call in sandbox.journal.calls(endpoint="tickets")
    ]
    assert order == ["", "/audits", "/comments"]


def test_long_histories_are_read_to_the_end(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    for turn in range(120):
        sandbox.zendesk.people.customer_replies(number, f"and {turn}")
        clock.elapse(timedelta(seconds=1))
    snapshot = acme.fetch(str(number))
    assert len(messages(snapshot)) == 121
    assert snapshot.ticket.history_complete


def test_a_merged_ticket_says_into_which(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    other = sandbox.zendesk.people.create_ticket(ANA, "Help again", "Still down")
    clock.elapse(MINUTE)
    sandbox.zendesk.people.merge(number, other, BOB)
    merged = acme.fetch(str(number))
    assert [event.into for event in merged.events if isinstance(event, Merged)] == [str(other)]
    assert merged.status_now is Category.CLOSED
    assert not any(isinstance(event, Merged) for event in acme.fetch(str(other)).events)


def test_a_deleted_ticket_is_gone_until_it_is_restored(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.delete(number, BOB)
    with pytest.raises(Gone, match="Ticket 1 is not there") as caught:
        acme.fetch(str(number))
    assert caught.value.ticket == "1"
    clock.elapse(MINUTE)
    sandbox.zendesk.people.restore(number, BOB)
    assert acme.fetch(str(number)).gone is None


def test_a_follow_up_is_a_ticket_of_its_own(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.solve(number, BOB)
    seen = acme.fetch(str(number)).version
    acme.set_category(str(number), Category.CLOSED, seen=seen, marker="close")
    clock.elapse(MINUTE)
    follow_up = sandbox.zendesk.people.customer_replies(number, "It is back")
    assert follow_up != number
    snapshot = acme.fetch(str(follow_up))
    assert snapshot.ticket.status is Category.OPEN
    assert messages(snapshot) == [(Actor.CUSTOMER, True)]
    assert snapshot.ticket.follows == str(number)
    assert acme.fetch(str(number)).ticket.follows is None


def test_custom_statuses_are_read_by_the_name_that_agents_see(
    sandbox: Sandbox, opened: Opens, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.account.add_custom_status("open", label="With vendor")
    statuses = {**STATUSES, "with vendor": Category.WAITING_ON_THIRD_PARTY}
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses=statuses)
    sandbox.zendesk.people.agent_sets_status(number, BOB, "With vendor")
    snapshot = adapter.fetch(str(number))
    assert snapshot.status_now is Category.WAITING_ON_THIRD_PARTY
    assert snapshot.ticket.status is Category.OPEN
    adapter.fetch(str(number))
    assert len(sandbox.journal.calls(endpoint="custom_statuses")) == 1


def test_an_unmapped_status_is_named(sandbox: Sandbox, opened: Opens, number: int) -> None:
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses={"open": Category.PENDING})
    with pytest.raises(UnmappedStatus, match='"new" of helpdesk acme stands for no category'):
        adapter.fetch(str(number))


@pytest.mark.parametrize("what", ["comments", "audits"])
@pytest.mark.parametrize("status", [403, 404])
def test_where_comments_or_audits_are_refused_the_history_is_incomplete(
    scripted: Scripted, hostile: ZendeskAdapter, what: str, status: int
) -> None:
    ticket = {"id": 7, "status": "open", "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    scripted.on("GET", "/tickets/7.json", Answer(body={"ticket": ticket}))
    for each in ("comments", "audits"):
        scripted.on("GET", f"/tickets/7/{each}.json", Answer(body={each: [], "meta": {"has_more": False}}))
    scripted.on("GET", f"/tickets/7/{what}.json", Answer(status))
    assert not hostile.fetch("7").ticket.history_complete


@pytest.mark.parametrize(
    "answer",
    [
        {"comments": None},
        {"error": "x"},
        {"comments": [None]},
        {"comments": [{"id": 1}]},
        {"comments": [], "meta": {"has_more": True}},
        {"comments": [], "meta": {"has_more": True, "after_cursor": ""}},
        {"comments": [], "next_page": "https://x/2"},
        b"<html>",
    ],
)
def test_broken_comments_are_an_error_and_never_read_as_none(
    scripted: Scripted, hostile: ZendeskAdapter, answer: Any
) -> None:
    # "No comments" would mean "the customer is silent", and silence solves tickets.
    ticket = {"id": 7, "status": "open", "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    scripted.on("GET", "/tickets/7.json", Answer(body={"ticket": ticket}))
    scripted.on("GET", "/tickets/7/audits.json", Answer(body={"audits": [], "meta": {"has_more": False}}))
    scripted.on("GET", "/tickets/7/comments.json", Answer(body=answer))
    with pytest.raises(BadAnswer, match=r"/api/v2/tickets/7"):
        hostile.fetch("7")


@pytest.mark.parametrize("ticket_id", ["", "x", "7/../8", "-1", "٧"])
def test_what_is_no_ticket_number_is_asked_of_nobody(acme: ZendeskAdapter, sandbox: Sandbox, ticket_id: str) -> None:
    for act in (
        lambda: acme.fetch(ticket_id),
        lambda: acme.find_marker(ticket_id, "m"),
        lambda: acme.add_note(ticket_id, "x", marker="m"),
    ):
        with pytest.raises(Gone):
            act()
    assert sandbox.journal.calls() == ()


# -- writing -------------------------------------------------------------------------------------------------------


def test_a_public_message_says_so_carries_our_mark_and_rests_on_what_was_seen(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    seen = acme.fetch(str(number)).version
    done = acme.send_public(str(number), "Hello Ana", seen=seen, marker="acme/1/follow_up/1")
    assert puts(sandbox) == [
        {
            "comment": {"body": "Hello Ana", "public": True},
            "metadata": {"slabot": "acme/1/follow_up/1"},
            "safe_update": True,
            "updated_stamp": seen,
        }
    ]
    assert (done.words, done.undoable) == ("message sent to the customer", False)
    assert done.version is not None
    assert done.version > seen
    assert messages(acme.fetch(str(number)))[-1] == (Actor.SLABOT, True)
    assert not Write.PUBLIC_MESSAGE.undoable


def test_a_note_is_never_public_whatever_came_before(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    acme.add_note(str(number), "For agents", marker="note")
    assert puts(sandbox)[0]["comment"] == {"body": "For agents", "public": False}
    assert messages(acme.fetch(str(number)))[-1] == (Actor.SLABOT, False)


def test_a_message_and_a_move_go_together(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    seen = acme.fetch(str(number)).version
    done = acme.send_public(str(number), "Are you there?", seen=seen, marker="m", category=Category.WAITING_ON_CUSTOMER)
    assert done.words == "message sent to the customer, status set to pending"
    assert (len(puts(sandbox)), shown(sandbox, number)["status"]) == (1, "pending")
    ours = [event for event in acme.fetch(str(number)).events if isinstance(event, StatusChanged)][-1]
    assert (ours.to, ours.by) == (Category.WAITING_ON_CUSTOMER, Actor.SLABOT)


@pytest.mark.parametrize(
    ("category", "status"),
    [
        (Category.PENDING, "open"),
        (Category.WAITING_ON_CUSTOMER, "pending"),
        (Category.WAITING_ON_THIRD_PARTY, "hold"),
    ],
)
def test_a_category_is_set_by_its_status(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, category: Category, status: str
) -> None:
    done = acme.set_category(str(number), category, seen=acme.fetch(str(number)).version, marker="m")
    assert (done.words, done.undoable, shown(sandbox, number)["status"]) == (f"status set to {status}", True, status)


def test_nobody_goes_back_to_new(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    with pytest.raises(Refused, match="never goes back to New"):
        acme.set_category(str(number), Category.OPEN, seen="x", marker="m")
    assert puts(sandbox) == []


def test_a_solve_without_an_assignee_is_given_to_slabot_and_says_so(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    done = acme.set_category(str(number), Category.SOLVED, seen=acme.fetch(str(number)).version, marker="m")
    assert "assigned to slabot, since a solved ticket needs an assignee" in done.words
    assert len(puts(sandbox)) == 1
    assert shown(sandbox, number)["assignee_id"] == sandbox.zendesk.account.bot["id"]


def test_a_solve_leaves_the_assignee_alone(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Hello")
    done = acme.set_category(str(number), Category.SOLVED, seen=acme.fetch(str(number)).version, marker="m")
    assert done.words == "status set to solved"
    assert "assignee_id" not in puts(sandbox)[0]


def test_solving_twice_sends_nothing_the_second_time(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    first = acme.set_category(str(number), Category.SOLVED, seen=acme.fetch(str(number)).version, marker="m")
    assert first.version is not None
    second = acme.set_category(str(number), Category.SOLVED, seen=first.version, marker="m")
    assert (first.changed, second.changed, len(puts(sandbox))) == (True, False, 1)


def test_a_close_cannot_be_undone_and_a_closed_ticket_refuses_for_good(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    sandbox.zendesk.people.solve(number, BOB)
    done = acme.set_category(str(number), Category.CLOSED, seen=acme.fetch(str(number)).version, marker="m")
    assert not done.undoable
    seen = acme.fetch(str(number)).version
    with pytest.raises(Refused, match="closed prevents ticket update") as caught:
        acme.send_public(str(number), "Hello", seen=seen, marker="n")
    assert caught.value.field == "status"
    assert not acme.find_marker(str(number), "n")


def test_priority_and_assignee_are_set(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    agent = str(sandbox.zendesk.account.add_agent(BOB)["id"])
    first = acme.set_priority(str(number), "urgent", seen=acme.fetch(str(number)).version, marker="p")
    assert first.version is not None
    acme.assign(str(number), agent, seen=first.version, marker="a")
    assert shown(sandbox, number)["priority"] == "urgent"
    assert shown(sandbox, number)["assignee_id"] == int(agent)


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda z: z.set_priority("1", "critical", seen="x", marker="m"), "priority"),
        (lambda z: z.assign("1", "bob", seen="x", marker="m"), "assignee_id"),
        (lambda z: z.send_public("1", "  ", seen="x", marker="m"), "comment"),
        (lambda z: z.add_note("1", "a" * 70_000, marker="m"), "comment"),
        (lambda z: z.add_note("1", "a", marker=""), "marker"),
    ],
)
def test_what_cannot_be_written_is_refused_before_a_call(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, act: Callable[[ZendeskAdapter], object], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        act(acme)
    assert caught.value.field == field
    assert puts(sandbox) == []


# -- conflicts, lost answers ---------------------------------------------------------------------------------------

ACTS: list[Callable[[ZendeskAdapter, str], object]] = [
    lambda z, seen: z.send_public("1", "Hello", seen=seen, marker="m"),
    lambda z, seen: z.send_public("1", "Hello", seen=seen, marker="m", category=Category.SOLVED),
    lambda z, seen: z.set_category("1", Category.WAITING_ON_CUSTOMER, seen=seen, marker="m"),
    lambda z, seen: z.set_category("1", Category.SOLVED, seen=seen, marker="m"),
    lambda z, seen: z.set_priority("1", "high", seen=seen, marker="m"),
    lambda z, seen: z.assign("1", str(z.whoami().id), seen=seen, marker="m"),
]
ACT_NAMES = ["public", "public+solve", "status", "solve", "priority", "assign"]
NOTE: list[Callable[[ZendeskAdapter, str], object]] = [lambda z, seen: z.add_note("1", "Hello", marker="m")]


@pytest.mark.parametrize("act", ACTS, ids=ACT_NAMES)
def test_a_ticket_that_changed_since_is_left_alone(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int, act: Callable[..., object]
) -> None:
    seen = acme.fetch(str(number)).version
    clock.elapse(MINUTE)
    sandbox.zendesk.people.customer_replies(number, "never mind")
    before = dict(shown(sandbox, number))
    with pytest.raises(Conflict, match="read it again and decide again"):
        act(acme, seen)
    assert shown(sandbox, number) == before
    assert not acme.find_marker(str(number), "m")


@pytest.mark.parametrize("act", ACTS + NOTE, ids=[*ACT_NAMES, "note"])
@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.TRUNCATED])
def test_a_lost_answer_is_settled_by_the_mark_in_the_audits(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, act: Callable[..., object], kind: FaultKind
) -> None:
    seen = acme.fetch(str(number)).version
    sandbox.faults.add(kind, method="PUT", times=1)
    with pytest.raises(OutcomeUnknown):
        act(acme, seen)
    assert len(sandbox.journal.calls(method="PUT")) == 1
    happened = kind is not FaultKind.DROP_BEFORE
    assert acme.find_marker(str(number), "m") is happened
    assert bool(sandbox.journal.effects(by="api")) is happened


def test_a_mark_is_found_behind_a_hundred_other_audits(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    for turn in range(120):
        sandbox.zendesk.people.customer_replies(number, f"and {turn}")
    acme.add_note(str(number), "Hello", marker="needle")
    assert acme.find_marker(str(number), "needle")
    assert not acme.find_marker(str(number), "need")


def test_a_mark_that_cannot_be_looked_for_is_an_error_not_a_no(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", "/tickets/7/audits.json", Answer(403))
    with pytest.raises(NotAllowed):
        hostile.find_marker("7", "m")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.DROP_BEFORE, Unreachable),
        (FaultKind.DOWN, Unreachable),
        (FaultKind.RATE_LIMIT, RateLimited),
        (FaultKind.RATE_LIMIT_TEXT, RateLimited),
        (FaultKind.UNAVAILABLE, Unreachable),
        (FaultKind.ERROR, Unreachable),
        (FaultKind.HTML, BadAnswer),
        (FaultKind.TRUNCATED, BadAnswer),
    ],
)
def test_every_fault_of_a_read_is_one_clear_error_and_passes(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, kind: FaultKind, error: type[AdapterError]
) -> None:
    fault = sandbox.faults.add(kind, method="GET", seconds=5)
    with pytest.raises(error):
        acme.fetch(str(number))
    sandbox.faults.clear(fault.number)
    assert acme.fetch(str(number)).ticket.id == "1"


# -- webhooks ------------------------------------------------------------------------------------------------------


@pytest.fixture
def received() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An address that takes deliveries, and what it took."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/acme", got
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("trigger", [False, True])
def test_what_zendesk_sends_is_believed_and_only_if_it_is_zendesk(
    sandbox: Sandbox,
    opened: Opens,
    clock: SteppedClock,
    received: tuple[str, list[tuple[dict[str, str], bytes]]],
    trigger: bool,
) -> None:
    url, got = received
    secret = sandbox.zendesk.webhook_secret
    sandbox.zendesk.webhooks.subscribe(url, secret=secret, trigger=trigger)
    number = sandbox.zendesk.people.create_ticket(ANA, "Help", "It is down")
    sandbox.scheduler.run_due()
    assert got
    ours = opened(sandbox.zendesk.url, secret=secret)
    others = opened(sandbox.zendesk.url, secret="another webhook's secret")
    for headers, body in got:
        hint = ours.read_hint(headers, body, clock.now())
        assert (hint.ticket_id, bool(hint.delivery_id)) == (str(number), True)
        with pytest.raises(BadSignature):
            others.read_hint(headers, body, clock.now())
        with pytest.raises(BadSignature):
            ours.read_hint(headers, body + b" ", clock.now())
        with pytest.raises(BadSignature):
            ours.read_hint(headers, body, clock.now() + timedelta(minutes=6))
