"""Do what a click on a page or a question asks for.

Promise: a click changes what its button says and nothing else. One that comes too late does no harm, and the answer
says why. The same click arriving twice counts once. What the policy restricts to certain people is done only once it
is known that the user is one of them. No outside service is asked here: it is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from slabot.channels.slack import click_texts, modals
from slabot.channels.slack.interactions import Click
from slabot.channels.slack.message import Button, offered, shown_by
from slabot.channels.slack.modals import Origin, ReasonRequest, SeverityRequest, SnoozeRequest
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.domain import (
    Acknowledged,
    Actor,
    AnyEvent,
    BreachReasonGiven,
    Claimed,
    Escalated,
    SeverityChanged,
    Snoozed,
    Unacknowledged,
)
from slabot.messages.naming import named
from slabot.messages.styles import Style
from slabot.messages.view import AcknowledgedBy, ClaimedBy, PageView, SnoozedUntil, Who
from slabot.policy import Permission
from slabot.rules import ClockState
from slabot.rules.words import when
from slabot.runtime.declaring import write_reason
from slabot.runtime.delivery.claims import owe_assignment
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.people.answers import ClickedQuestion, owe_choice
from slabot.runtime.people.outcomes import Answer, Dialog, Outcome, Restricted
from slabot.runtime.refresh import clock_of, view_of
from slabot.store import LedgerEvent, StoredTicket, ledger, tickets

ESCALATED = timedelta(minutes=1)  # for which a second request for the next page counts as the same one

_EVENTS = {
    Button.ACKNOWLEDGE: LedgerEvent.PAGE_ACKNOWLEDGED,
    Button.UNACKNOWLEDGE: LedgerEvent.PAGE_UNACKNOWLEDGED,
    Button.CLAIM: LedgerEvent.PAGE_CLAIMED,
    Button.SNOOZE: LedgerEvent.PAGE_SNOOZED,
    Button.ESCALATE: LedgerEvent.PAGE_ESCALATED,
    Button.SET_SEVERITY: LedgerEvent.PAGE_SEVERITY_CHOSEN,
}


def click(parts: Parts, clicked: Click, cleared: Permission | None = None) -> Outcome:
    """Do what a click asks for, or what a dialog was answered.

    Args:
        parts: of the runtime.
        clicked: what somebody did.
        cleared: the entry of the policy of which is known that it lets the clicker do it.

    Raises:
        StoreUnavailable: nothing was done.
    """
    if clicked.action is Button.OPEN_TICKET or clicked.key is None:
        return Answer()
    helpdesk, ticket_id, label = parts_of(clicked.key)
    if clicked.action.asks:
        now = parts.now()
        return parts.write(
            lambda conn: ClickedQuestion(conn, parts, clicked, helpdesk, ticket_id, label, now).outcome(cleared)
        )
    return parts.write(lambda conn: _Clicked(conn, parts, clicked, helpdesk, ticket_id, label).outcome(cleared))


def parts_of(key: str) -> tuple[str, str, str]:
    """Helpdesk, ticket and clock of what a button carries."""
    helpdesk, _, rest = key.partition("/")
    ticket_id, _, label = rest.partition("/")
    return helpdesk, ticket_id, label


class _Clicked:
    """One click, in one transaction."""

    def __init__(
        self, conn: Connection, parts: Parts, clicked: Click, helpdesk: str, ticket_id: str, label: str
    ) -> None:
        self._conn, self._parts, self._clicked = conn, parts, clicked
        self._helpdesk, self._ticket_id, self._label = helpdesk, ticket_id, label
        self._now = parts.now()

    def outcome(self, cleared: Permission | None) -> Outcome:
        clicked = self._clicked
        tickets.lock(self._conn, self._helpdesk, self._ticket_id)
        stored = tickets.load(self._conn, self._helpdesk, self._ticket_id)
        if stored is None:
            return Answer(click_texts.unknown_page())
        if any(event.id == clicked.id for event in stored.timeline):
            return Answer()  # it came before
        decision = self._parts.decide(stored, self._now)
        clock = clock_of(decision, self._label)
        if clock is None:
            return self._refused(lambda _: click_texts.unknown_page())
        view = view_of(self._parts, stored, decision, clock)
        refusal = self._refusal(stored, clock, view)
        if refusal is not None:
            return refusal
        permission = self._parts.policy.permission_for(clicked.action.act, view.severity)
        if permission is not None and permission != cleared:
            return Restricted(permission, view.severity)
        if clicked.action.opens_dialog and clicked.request is None:
            return Dialog(self._dialog(named(view, self._parts.agent_names.known(view.helpdesk))))
        errors = self._errors(view)
        return Answer(errors=errors) if errors else self._do(view, clock)

    def _refusal(self, stored: StoredTicket, clock: ClockState, view: PageView) -> Answer | None:
        """Why it comes too late, if it does."""
        clicked, severity = self._clicked, view.severity
        now_offered = clicked.action in offered(view.state, reasons=view.asks_reason)
        if not now_offered or not (clock.running or clicked.action is Button.GIVE_REASON):
            return self._taken(view) or self._refused(lambda style: click_texts.stale(view.state, style))
        match clicked.action, clicked.request:
            case ((Button.ACKNOWLEDGE | Button.CLAIM), _):
                return None  # whoever is on it may say so, whatever the page showed
            case ((Button.SNOOZE | Button.SET_SEVERITY | Button.GIVE_REASON), None):
                return None  # the dialog shows what is so
            case Button.GIVE_REASON, _:
                given = view.reason
                if given is None or clicked.shows == given.id:
                    return None
                return self._refused(lambda style: click_texts.reason_given_meanwhile(given, style))
            case Button.SET_SEVERITY, _:
                if clicked.shows == severity:
                    return None
                return self._refused(lambda style: click_texts.severity_moved_on(severity, style))
            case Button.ESCALATE, _ if (already := self._escalated(stored)) is not None:
                return already
            case _ if not self._shows(view):
                return self._refused(lambda style: click_texts.stale(view.state, style))
            case _:
                return None

    def _shows(self, view: PageView) -> bool:
        """True if the page has not changed since the user clicked, or changed only by the user's own last click."""
        clicked = self._clicked
        if clicked.generation == view.generation or clicked.shows in ("", shown_by(view)):
            return True
        match view.state:
            case AcknowledgedBy(who, _) | ClaimedBy(who, _) | SnoozedUntil(who, _):
                return who.slack_id == clicked.user_id
            case _:
                return False

    def _taken(self, view: PageView) -> Answer | None:
        """The answer to the second of two people; empty if the first was the same person."""
        match view.state, self._clicked.action:
            case ClaimedBy(who, _), (Button.CLAIM | Button.ACKNOWLEDGE):
                pass
            case AcknowledgedBy(who, _), Button.ACKNOWLEDGE:
                pass
            case _:
                return None
        if who.slack_id == self._clicked.user_id:
            return Answer()
        return self._refused(lambda style: click_texts.taken(view.state, style))

    def _escalated(self, stored: StoredTicket) -> Answer | None:
        """Pressed twice, or by two people."""
        labels = (None, self._label)
        requests = (event for event in reversed(stored.timeline.events) if isinstance(event, Escalated))
        last = next((event for event in requests if event.clock in labels), None)
        if last is None or self._now - last.at >= ESCALATED:
            return None
        who, at = Who(None, last.by_id), last.at
        return self._refused(lambda style: click_texts.escalated_already(who, at, style))

    def _dialog(self, view: PageView) -> Mapping[str, Any]:
        origin = Origin.of(view, self._clicked.channel, self._clicked.ts)
        if self._clicked.action is Button.SNOOZE:
            return modals.snooze(view, origin)
        if self._clicked.action is Button.GIVE_REASON:
            reasons = {name: reason.means for name, reason in self._parts.policy.breach_reasons.items()}
            given = "" if view.reason is None else view.reason.id
            return modals.give_reason(view, replace(origin, shows=given), reasons)
        severities = {name: terms.means for name, terms in self._parts.policy.severities.items()}
        return modals.set_severity(view, replace(origin, shows=view.severity), severities)

    def _errors(self, view: PageView) -> dict[str, str]:
        """What is wrong with the answer to a dialog."""
        match self._clicked.request:
            case SnoozeRequest() as request:
                end, latest = request.end(self._now), self._now + modals.LONGEST_SNOOZE
                if end <= self._now:
                    return modals.snooze_is_over()
                return modals.snooze_too_long(latest, Plain(view.zone)) if end > latest else {}
            case SeverityRequest(severity, reason):
                if severity not in self._parts.policy.severities:
                    return modals.severity_unknown(severity)
                if severity == view.severity:
                    return modals.severity_is_so_already(severity)
                return {} if reason else modals.no_reason()
            case ReasonRequest(reason, text):
                if reason not in self._parts.policy.breach_reasons:
                    return modals.reason_unknown(reason)
                return {} if text else modals.no_reason()
            case None:
                return {}

    def _do(self, view: PageView, clock: ClockState) -> Answer:
        clicked, now, label = self._clicked, self._now, self._label
        by, who = clicked.user_id, clicked.user_name or clicked.user_id
        event: AnyEvent
        text = ""
        match clicked.action, clicked.request:
            case Button.SNOOZE, SnoozeRequest() as request:
                until = request.end(now)
                event = Snoozed(at=now, by_id=by, id=clicked.id, clock=label, until=until)
                text = click_texts.snoozed(who, when(until, view.zone))
            case Button.SET_SEVERITY, SeverityRequest(severity, reason):
                event = SeverityChanged(at=now, by=Actor.AGENT, by_id=by, id=clicked.id, to=severity, reason=reason)
                text = click_texts.chose(who, severity, view.severity, reason)
            case Button.GIVE_REASON, ReasonRequest(reason, words):
                event = BreachReasonGiven(
                    at=now,
                    by_id=by,
                    id=clicked.id,
                    clock=label,
                    started_at=clock.started_at,
                    reason=reason,
                    text=words,
                )
            case Button.UNACKNOWLEDGE, _:
                event = Unacknowledged(at=now, by_id=by, id=clicked.id, clock=label)
            case Button.CLAIM, _:
                event = Claimed(at=now, by_id=by, id=clicked.id, clock=label)
            case Button.ESCALATE, _:
                event = Escalated(at=now, by_id=by, id=clicked.id, clock=label)
            case _:
                event = Acknowledged(at=now, by_id=by, id=clicked.id, clock=label)
        if not tickets.append_event(self._conn, self._helpdesk, self._ticket_id, event):
            return Answer()
        # Whoever clicks on what was shown before comes too late, even if nothing else follows from this click.
        tickets.next_generation(self._conn, self._helpdesk, self._ticket_id)
        self._owe(event, now)
        if isinstance(event, BreachReasonGiven):
            write_reason(self._conn, self._parts.policy, self._helpdesk, self._ticket_id, event, who)
        else:
            self._write_ledger(_EVENTS[clicked.action], text or click_texts.did(clicked.action.act, who))
        evaluate(self._conn, self._parts, self._helpdesk, self._ticket_id, now=now)
        brings_work(self._conn)
        return Answer()

    def _owe(self, event: AnyEvent, now: datetime) -> None:
        """Put what the helpdesk is to get into the outbox."""
        clicked = self._clicked
        match event:
            case Claimed():
                owe_assignment(
                    self._conn,
                    helpdesk=self._helpdesk,
                    ticket_id=self._ticket_id,
                    clock=self._label,
                    click_id=clicked.id,
                    user_id=clicked.user_id,
                    now=now,
                )
            case SeverityChanged():
                owe_choice(self._conn, clicked, event, self._label, self._helpdesk, self._ticket_id)
            case _:
                pass

    def _refused(self, message: Callable[[Style], str]) -> Answer:
        who, zone = self._clicked.user_name or self._clicked.user_id, self._parts.policy.display_zone
        text = click_texts.changed_nothing(who, self._clicked.action.act, message(Plain(zone)))
        self._write_ledger(LedgerEvent.PAGE_CLICK_REFUSED, text)
        return Answer(message(Mrkdwn(zone)))

    def _write_ledger(self, event: LedgerEvent, text: str) -> None:
        ledger.write(self._conn, self._now, event, text, self._helpdesk, self._ticket_id, self._clicked.id)
