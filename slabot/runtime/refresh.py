"""Update posted pages that no longer show the present state.

Promise: the latest state wins and nobody is notified; where nothing visible has changed, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from adapters.base import READ_BEFORE_ACTING
from slabot.messages.compose import compose, compose_ended
from slabot.messages.naming import agents_in, named
from slabot.messages.question_view import QuestionView, compose_question, named_question
from slabot.messages.view import Late, PageView, Superseded
from slabot.policy import Way
from slabot.rules import Action, ClockState, Decision
from slabot.rules.questions import TicketQuestion, Topic, dropped, topic_of
from slabot.rules.replies import questions_of
from slabot.runtime.parts import Parts, brings_work
from slabot.store import OutboxRow, PostedPage, StoredTicket, messages, outbox, tickets
from slabot.store.work import Update, Work

PAGE_EVENT = "page:"  # how the id of the event begins that a page leaves behind; its key follows
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def refresh_messages(conn: Connection, parts: Parts, stored: StoredTicket, decision: Decision, now: datetime) -> None:
    """Put an update into the outbox for each posted page that is outdated; the ticket is locked.

    As after an evaluation, the generation goes up with it: the key of the next update is another one, even if the page
    is to show once more what it shows now.
    """
    ticket = stored.ticket
    about = (ticket.helpdesk, ticket.id)
    outdated = outdated_messages(parts, stored, decision, messages.of_ticket(conn, *about))
    if not outdated:
        return
    updates = updates_of(stored, outdated, outbox.waiting_updates(conn, [about]), now)
    if updates:
        outbox.put_all(conn, updates)
        tickets.next_generation(conn, *about)
        brings_work(conn)


def outdated_messages(
    parts: Parts, stored: StoredTicket, decision: Decision, posted: Iterable[PostedPage]
) -> list[tuple[PostedPage, str]]:
    """The posted pages that are outdated, each with the digest of what it should show."""
    outdated = []
    for message in posted:
        shown = digest(view_in_place(parts, stored, decision, message))
        if shown != message.digest:
            outdated.append((message, shown))
    return outdated


def updates_of(
    stored: StoredTicket, outdated: Iterable[tuple[PostedPage, str]], waiting: Collection[Work | None], now: datetime
) -> list[OutboxRow]:
    """The updates for messages that are outdated.

    One that waits already will show the latest state, so while Slack is down there is no second one beside it; one
    that is under way may show what is no longer true.
    """
    ticket = stored.ticket
    updates = []
    for message, shown in outdated:
        work = Update(message.clock, str(message.way), message.address, message.ref)
        if work in waiting:
            continue
        about = f"{message_key(ticket.reference, message.clock)}/update/{message.address}/{message.ref}"
        row = OutboxRow(
            key=f"{about}/{shown}/{stored.generation}",
            work=work,
            helpdesk=ticket.helpdesk,
            ticket_id=ticket.id,
            channel=_named(message),
            urgency=now,
            not_before=now,
            created_at=now,
        )
        updates.append(row)
    return updates


def _named(message: PostedPage) -> str:
    """Where a message is, as the policy writes destinations."""
    return message.address if message.way == Way.SLACK else f"{message.way}:{message.address}"


def clock_of(decision: Decision, label: str) -> ClockState | None:
    """The clock of that label."""
    return next((clock for clock in decision.clocks if clock.label == label), None)


def message_key(reference: str, label: str) -> str:
    """What the buttons of a page carry: ``acme/4711/first_response``."""
    return f"{reference}/{label}"


def view_of(
    parts: Parts,
    stored: StoredTicket,
    decision: Decision,
    clock: ClockState,
    *,
    action: Action | None = None,
    late: Late | None = None,
    repeat: bool = False,
    unchecked_since: datetime | None = None,
) -> PageView:
    """The page as it should read now; agents are not named yet. The rest is as for `slabot.messages.compose`."""
    return compose(
        ticket=stored.ticket,
        timeline=stored.timeline,
        policy=parts.policy,
        decision=decision,
        clock=clock,
        key=message_key(stored.ticket.reference, clock.label),
        generation=stored.generation,
        action=action,
        assignee=assignee_of(stored),
        late=late,
        repeat=repeat,
        unchecked_since=unchecked_since,
    )


def question_of(decision: Decision, label: str) -> TicketQuestion | None:
    """The question of that label."""
    topic = topic_of(label)
    asked = decision.asked if topic is Topic.SEVERITY else questions_of(decision)
    return next((question for question in asked if question.label == label), None)


def question_view(parts: Parts, stored: StoredTicket, decision: Decision, label: str) -> QuestionView:
    """A question as it should read now; agents are not named yet."""
    topic, question = topic_of(label), question_of(decision, label)
    assert topic is not None, f"{label} is no question"
    if question is None:
        question = dropped(label, topic, decision.severity.severity)
    return compose_question(
        ticket=stored.ticket,
        timeline=stored.timeline,
        policy=parts.policy,
        decision=decision,
        question=question,
        generation=stored.generation,
    )


def view_in_place(
    parts: Parts, stored: StoredTicket, decision: Decision, message: PostedPage
) -> PageView | QuestionView:
    """A posted page or question as it should read now.

    Where each page stands alone, one of a higher severity than the present one may have ended before its clock.
    """
    if topic_of(message.clock) is not None:
        return question_view(parts, stored, decision, message.clock)
    clock = clock_of(decision, message.clock)
    if clock is None:
        return compose_ended(
            ticket=stored.ticket,
            timeline=stored.timeline,
            policy=parts.policy,
            decision=decision,
            clock=message.clock,
            key=message_key(stored.ticket.reference, message.clock),
            generation=stored.generation,
            assignee=assignee_of(stored),
        )
    view, channel = view_of(parts, stored, decision, clock), parts.channels.get(message.way)
    if channel is None or not channel.can.each_page_stands_alone:
        return view
    page = next((page for page in decision.lapsed if page.id == f"{PAGE_EVENT}{message.ref}"), None)
    if page is None:
        return view
    why = f"the severity was lowered from {page.severity or 'a higher one'} to {clock.terms.severity}"
    return replace(view, state=Superseded(why, clock.in_force_since), next_steps=())


def with_names(parts: Parts, views: Sequence[PageView], *, timeout: float = READ_BEFORE_ACTING) -> list[PageView]:
    """Pages as people read them; each helpdesk is asked once for the names that are not known, for so many seconds."""
    names = {
        helpdesk: parts.agent_names.read(adapter, ids, parts.now(), timeout=timeout)
        for helpdesk, adapter in parts.adapters.items()
        if (ids := frozenset().union(*(agents_in(view) for view in views if view.helpdesk == helpdesk)))
    }
    return [named(view, names.get(view.helpdesk, {})) for view in views]


def with_name(parts: Parts, view: QuestionView, *, timeout: float = READ_BEFORE_ACTING) -> QuestionView:
    """A question as people read it; the helpdesk is asked once for a name that is not known."""
    adapter, who = parts.adapters.get(view.helpdesk), view.who
    if adapter is None or who is None or who.agent_id is None:
        return view
    names = parts.agent_names.read(adapter, frozenset({who.agent_id}), parts.now(), timeout=timeout)
    return named_question(view, names)


def assignee_of(stored: StoredTicket) -> str | None:
    """Who has the ticket in the helpdesk."""
    return stored.record.timeline.assignee(stored.ticket.assignee)


def digest(view: PageView | QuestionView) -> str:
    """The same for two views that differ in nothing but the time at which they were written."""
    if isinstance(view, QuestionView):
        asked = replace(view, generation=0, at=_NEVER, repeat=False, reminder=0, mentions=(), off_call=())
        return sha256(repr(asked).encode()).hexdigest()[:24]
    timeless = replace(
        view,
        generation=0,
        left=timedelta(),
        overdue=timedelta(seconds=1) if view.past else timedelta(),
        at=_NEVER,
        why_now="",
        rung=None,
        late=None,
        repeat=False,
        last=False,
        unchecked_since=None,
        mentions=(),
        off_call=(),
    )
    written = repr(timeless)
    declared = (view.asks_reason, view.reason, view.excused)
    if any(declared):  # on most pages nothing is
        written += repr(declared)
    return sha256(written.encode()).hexdigest()[:24]


def shown(message: PostedPage, view: PageView | QuestionView, now: datetime) -> PostedPage:
    """The message after it was brought up to date."""
    return replace(message, digest=digest(view), state=state_name(view), updated_at=now)


def state_name(view: PageView | QuestionView) -> str:
    """The state that a message shows, in a word."""
    if isinstance(view, PageView):
        return type(view.state).__name__
    outcome = view.question.outcome
    return "Waits" if outcome is None else outcome.end.value
