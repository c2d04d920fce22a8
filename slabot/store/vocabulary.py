"""The names of ledger events, and of kinds, lanes and states of outbox rows.

Promise: one name for one thing, in the ledger, in logs and in metrics. The names are part of the compatibility promise:
they are added to, never changed.
"""

from __future__ import annotations

from enum import StrEnum


class LedgerEvent(StrEnum):
    """The event of a ledger row; docs/ledger.md says when each is written."""

    TICKET_SEEN = "ticket.seen"
    TICKET_GONE = "ticket.gone"
    TICKET_HISTORY_INCOMPLETE = "ticket.history_incomplete"
    TICKET_GAP = "ticket.gap"
    TICKET_GAP_OVER = "ticket.gap_over"
    TICKET_REQUESTER_CHANGED = "ticket.requester_changed"
    TICKET_ORGANIZATION_CHANGED = "ticket.organization_changed"
    TICKET_PRIVACY_CHANGED = "ticket.privacy_changed"
    TICKET_RATED = "ticket.rated"
    TICKET_WRITTEN_AFTER_MERGE = "ticket.written_after_merge"
    TICKET_FOLLOWED_UP = "ticket.followed_up"
    TICKET_AUTO_SOLVED = "ticket.auto_solved"
    TICKET_AUTO_CLOSED = "ticket.auto_closed"
    TICKET_REOPENED = "ticket.reopened"
    TICKET_CATEGORY_SET = "ticket.category_set"
    TICKET_SEVERITY_SET = "ticket.severity_set"
    TICKET_ASSIGNED = "ticket.assigned"
    TICKET_NUDGED = "ticket.nudged"
    TICKET_NOTED = "ticket.noted"
    TICKET_DECISION_FAILED = "ticket.decision_failed"
    TICKET_UNREADABLE = "ticket.unreadable"
    TICKET_READABLE = "ticket.readable"
    SEVERITY_SET = "severity.set"
    MODEL_ANSWERED = "model.answered"
    MODEL_DROPPED = "model.dropped"
    MODEL_NOT_ASKED = "model.not_asked"
    AGREEMENT_SET = "agreement.set"
    CLOCK_STARTED = "clock.started"
    CLOCK_MET = "clock.met"
    CLOCK_MISSED = "clock.missed"
    CLOCK_ENDED = "clock.ended"
    CLOCK_MOVED = "clock.moved"
    CLOCK_TERMS_KEPT = "clock.terms_kept"
    CLOCK_TERMS_ADOPTED = "clock.terms_adopted"
    CLOCK_REJUDGED = "clock.rejudged"
    CLOCK_REASON_GIVEN = "clock.reason_given"
    CLOCK_EXCUSED = "clock.excused"
    CLOCK_EXCUSE_WITHDRAWN = "clock.excuse_withdrawn"
    PAGE_PLANNED = "page.planned"
    PAGE_SENT = "page.sent"
    PAGE_REPEATED = "page.repeated"
    PAGE_SUPERSEDED = "page.superseded"
    PAGE_HELD = "page.held"
    PAGE_BUNDLED = "page.bundled"
    PAGE_FELL_BACK = "page.fell_back"
    PAGE_REFUSED = "page.refused"
    PAGE_FAILED = "page.failed"
    PAGE_ACKNOWLEDGED = "page.acknowledged"
    PAGE_UNACKNOWLEDGED = "page.unacknowledged"
    PAGE_SNOOZED = "page.snoozed"
    PAGE_CLAIMED = "page.claimed"
    PAGE_ESCALATED = "page.escalated"
    PAGE_SEVERITY_CHOSEN = "page.severity_chosen"
    PAGE_CLICK_WAITS = "page.click_waits"
    PAGE_CLICK_REFUSED = "page.click_refused"
    PAGE_CLICK_UNANSWERED = "page.click_unanswered"
    NOTE_PLANNED = "note.planned"
    TRIAGE_ASKED = "triage.asked"
    TRIAGE_REMINDED = "triage.reminded"
    TRIAGE_ANSWERED = "triage.answered"
    TRIAGE_ENDED = "triage.ended"
    REPLY_DECLARED = "reply.declared"
    WRITE_PLANNED = "write.planned"
    WRITE_OBSERVED = "write.observed"
    WRITE_HELD = "write.held"
    WRITE_REFUSED = "write.refused"
    WRITE_SUPERSEDED = "write.superseded"
    WRITE_APPROVED = "write.approved"
    WRITE_DONE = "write.done"
    WRITE_FAILED = "write.failed"
    FEED_STALE = "feed.stale"
    FEED_FAILED = "feed.failed"
    FEED_RECOVERED = "feed.recovered"
    FEED_BACKLOG = "feed.backlog"
    AUDIT_DIFFERED = "audit.differed"
    AUDIT_AGREED = "audit.agreed"
    ALERT_RAISED = "alert.raised"
    ALERT_SENT = "alert.sent"
    SUMMARY_SENT = "summary.sent"
    SUMMARY_SKIPPED = "summary.skipped"
    HEARTBEAT_FAILED = "heartbeat.failed"
    HEARTBEAT_RECOVERED = "heartbeat.recovered"
    POLICY_CHANGED = "policy.changed"
    SLABOT_STARTED = "slabot.started"
    SLABOT_STOPPED = "slabot.stopped"
    PROCESS_LOST = "process.lost"
    PROCESS_STANDS_BACK = "process.stands_back"
    WALL_CLOCK_SET = "wall_clock.set"
    OUTAGE_BEGUN = "outage.begun"
    OUTAGE_ENDED = "outage.ended"
    OUTAGE_WITHDRAWN = "outage.withdrawn"
    OUTAGE_REFUSED = "outage.refused"
    TEXT_SCRUBBED = "text.scrubbed"
    REQUESTER_ERASED = "requester.erased"


OF_DECISIONS = (
    LedgerEvent.TICKET_SEEN,
    LedgerEvent.TICKET_HISTORY_INCOMPLETE,
    LedgerEvent.TICKET_GAP,
    LedgerEvent.TICKET_GAP_OVER,
    LedgerEvent.TICKET_REQUESTER_CHANGED,
    LedgerEvent.TICKET_ORGANIZATION_CHANGED,
    LedgerEvent.TICKET_PRIVACY_CHANGED,
    LedgerEvent.TICKET_RATED,
    LedgerEvent.SEVERITY_SET,
    LedgerEvent.AGREEMENT_SET,
    LedgerEvent.CLOCK_STARTED,
    LedgerEvent.CLOCK_MET,
    LedgerEvent.CLOCK_MISSED,
    LedgerEvent.CLOCK_ENDED,
    LedgerEvent.CLOCK_MOVED,
    LedgerEvent.CLOCK_TERMS_KEPT,
    LedgerEvent.CLOCK_TERMS_ADOPTED,
    LedgerEvent.PAGE_REFUSED,
    LedgerEvent.TRIAGE_ENDED,
    LedgerEvent.WRITE_OBSERVED,
    LedgerEvent.WRITE_REFUSED,
)
"""The events that every decision would write again, and that are written once."""

FAILURES = (
    LedgerEvent.AUDIT_DIFFERED,
    LedgerEvent.FEED_FAILED,
    LedgerEvent.FEED_STALE,
    LedgerEvent.HEARTBEAT_FAILED,
    LedgerEvent.PAGE_FAILED,
    LedgerEvent.TICKET_DECISION_FAILED,
    LedgerEvent.TICKET_UNREADABLE,
    LedgerEvent.WRITE_FAILED,
)


class OutboxKind(StrEnum):
    """What is to be sent."""

    PAGE = "page"
    UPDATE = "update"
    WRITE = "write"
    NOTE = "note"
    ASK = "ask"
    """A question to people, or a reminder of one."""
    BUNDLE = "bundle"
    """One message over many pages that wait for the same channel."""
    ALERT = "alert"
    """To people, about slabot itself."""
    SUMMARY = "summary"
    """The figures of a week or a month."""
    MODEL = "model"
    """To a language model, about one request."""


class Lane(StrEnum):
    """Who queues behind whom: each lane is worked off by itself, so an update never holds up a page."""

    PAGE = "page"
    WRITE = "write"
    UPDATE = "update"
    ALERT = "alert"
    SUMMARY = "summary"
    MODEL = "model"


class OutboxState(StrEnum):
    """How far a row of the outbox has come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"
    FAILED = "failed"

    @property
    def settled(self) -> bool:
        """True once nothing more will be done about it."""
        return self not in (OutboxState.PENDING, OutboxState.SENDING)
