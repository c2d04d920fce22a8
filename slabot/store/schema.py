"""The tables.

Promise: one description for both engines; the migrations build exactly this (a test compares them).

Instants are whole seconds UTC, JSON is text (see `slabot.store.columns`). What is derived can be thrown away: the table
``clock``, the three for reports behind it, and the columns of ``ticket`` after ``seen_at`` are worked out again from
``event``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    literal_column,
)

from slabot.store.columns import NUMBER, Instant, Json, Words

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(referred_table_name)s_fk",
    }
)


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


meta = Table(
    "meta",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

policy_version = Table(
    "policy_version",
    metadata,
    Column("version", NUMBER, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column(
        "dates", Json
    ),  # of public holidays and time zones, as its calendars used them; NULL until a start knows them
    UniqueConstraint("digest"),
)

feed = Table(
    "feed",
    metadata,
    Column("helpdesk", Words, primary_key=True),
    Column("cursor", Words),
    Column("since", Instant),
    Column("swept_at", Instant),
    Column("ok_at", Instant),
    Column("error", Words),
    Column("error_at", Instant),
    Column("resume_at", Instant),
)

ticket = Table(
    "ticket",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("id", Words, nullable=False),
    Column("facts", Words, nullable=False),  # the ticket file's form, without events
    Column(
        "version", Words, nullable=False
    ),  # the helpdesk's mark of the snapshot that the facts are from; empty: older
    Column("created_at", Instant, nullable=False),
    Column("requester_id", Words),
    Column("seen_at", Instant, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("next_look", Instant),
    Column("category", Words),
    Column("severity", Words),
    Column("policy_version", NUMBER),
    PrimaryKeyConstraint("helpdesk", "id"),
)
_LOOKED_AT = ticket.c.next_look.is_not(None)
Index("ticket_next_look", ticket.c.next_look, ticket.c.helpdesk, ticket.c.id, **_where(_LOOKED_AT))
Index("ticket_category", ticket.c.category)
Index("ticket_requester", ticket.c.requester_id)

event = Table(
    "event",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("id", Words, nullable=False),  # the source's own, or "#" and a digest of the event
    Column("at", Instant, nullable=False),
    Column("type", Words, nullable=False),
    Column("author", Words),
    Column("body", Words, nullable=False),  # JSON; everything but the message's text
    Column("text", Words),  # of a message, a rating, a reason or an excuse; NULL once it is scrubbed
    Column("version", Words, nullable=False),  # of the snapshot that tells it so; empty for slabot's own events
    PrimaryKeyConstraint("helpdesk", "ticket_id", "id"),
    ForeignKeyConstraint(["helpdesk", "ticket_id"], ["ticket.helpdesk", "ticket.id"], ondelete="CASCADE"),
)
Index("event_text_kept", event.c.at, **_where(event.c.text.is_not(None)))
EVENT_OF_PAGES = event.c.type.in_([literal_column(f"'{name}'") for name in ("page", "acknowledged", "claimed")])
Index("event_of_pages", event.c.at, **_where(EVENT_OF_PAGES))

clock = Table(
    "clock",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("label", Words, nullable=False),  # the name, and "#2" from the second instance on
    Column("name", Words, nullable=False),
    Column("instance", Integer, nullable=False),
    Column("severity", Words, nullable=False),
    Column("target", Words, nullable=False),
    Column("calendar", Words, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("met_until", Instant),
    Column("stopped_at", Instant),
    Column("paused_since", Instant),
    Column("verdict", Words, nullable=False),
    Column("missed_severity", Words),
    Column("missed_due_at", Instant),
    Column("missed_met_until", Instant),
    PrimaryKeyConstraint("helpdesk", "ticket_id", "label"),
    ForeignKeyConstraint(["helpdesk", "ticket_id"], ["ticket.helpdesk", "ticket.id"], ondelete="CASCADE"),
)
Index("clock_due", clock.c.verdict, clock.c.met_until)

clock_record = Table(
    "clock_record",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("label", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("instance", Integer, nullable=False),
    Column("agreement", Words, nullable=False),
    Column("severity", Words, nullable=False),
    Column("severity_source", Words, nullable=False),
    Column("organization", Words),
    Column("group", Words),
    Column("channel", Words),
    Column("language", Words),
    Column("answered", Boolean, nullable=False),
    Column("answered_by", Words),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("met_until", Instant),
    Column("stopped_at", Instant),
    Column("judged_at", Instant),
    Column("worked_seconds", BigInteger),
    Column("margin_seconds", BigInteger),
    Column("verdict", Words, nullable=False),
    Column("certain", Boolean, nullable=False),
    Column("no_promise", Words, nullable=False),
    Column("excused_verdict", Words),
    Column("excused_met_until", Instant),
    Column("excused_seconds", BigInteger),
    Column("reason", Words),
    Column("policy_version", NUMBER, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("first_paged_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Words),
    PrimaryKeyConstraint("helpdesk", "ticket_id", "label"),
    ForeignKeyConstraint(["helpdesk", "ticket_id"], ["ticket.helpdesk", "ticket.id"], ondelete="CASCADE"),
)
Index("clock_record_judged", clock_record.c.judged_at)
RECORD_RUNS = clock_record.c.verdict == literal_column("'running'")
Index("clock_record_runs", clock_record.c.met_until, **_where(RECORD_RUNS))

ticket_summary = Table(
    "ticket_summary",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("form", Words, nullable=False),  # of the records of this ticket (`slabot.store.records.form_of`)
    Column("digest", Words, nullable=False),  # of all of them: the same where nothing is to be written
    Column("organization", Words),
    Column("group", Words),
    Column("channel", Words),
    Column("language", Words),
    Column("assignee", Words),
    Column("agreement", Words, nullable=False),
    Column("category", Words, nullable=False),
    Column("since", Instant, nullable=False),
    Column("severity", Words, nullable=False),
    Column("severity_source", Words, nullable=False),
    Column("proposed_severity", Words, nullable=False),
    Column("proposed_source", Words, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("customer_spoke_at", Instant),
    Column("support_spoke_at", Instant),
    Column("clocks_running", Integer, nullable=False),
    Column("follows", Words),
    Column("read_severity", Words),
    Column("read_or_else", Words),
    Column("claimed_severity", Words),
    PrimaryKeyConstraint("helpdesk", "ticket_id"),
    ForeignKeyConstraint(["helpdesk", "ticket_id"], ["ticket.helpdesk", "ticket.id"], ondelete="CASCADE"),
)

open_stretch = Table(
    "open_stretch",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("number", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_as", Words),
    Column("ended_by", Words),
    Column("wrote_again_at", Instant),
    PrimaryKeyConstraint("helpdesk", "ticket_id", "number"),
    ForeignKeyConstraint(["helpdesk", "ticket_id"], ["ticket.helpdesk", "ticket.id"], ondelete="CASCADE"),
)
Index("open_stretch_ended", open_stretch.c.ended_at)

agent = Table(
    "agent",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    PrimaryKeyConstraint("helpdesk", "id"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("n", NUMBER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("event", Words, nullable=False),
    Column("helpdesk", Words),
    Column("ticket_id", Words),
    Column("key", Words),
    Column("words", Words, nullable=False),
    Column("facts", Json, nullable=False),
    Column("evidence", Json, nullable=False),
    UniqueConstraint("event", "key"),
)
Index("ledger_ticket", ledger.c.helpdesk, ledger.c.ticket_id, ledger.c.at)
Index("ledger_event", ledger.c.event, ledger.c.at)
Index("ledger_at", ledger.c.at)

inbox = Table(
    "inbox",
    metadata,
    Column("n", NUMBER, primary_key=True),
    Column("helpdesk", Words, nullable=False),
    Column("delivery_id", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    UniqueConstraint("helpdesk", "delivery_id"),
)
Index("inbox_accepted", inbox.c.accepted_at)

unread = Table(
    "unread",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("not_before", Instant),
    Column("reason", Words),
    Column("told_at", Instant),
    Column("due_by", Instant),  # of one that was never read: its earliest deadline, estimated; NULL where none is known
    PrimaryKeyConstraint("helpdesk", "ticket_id"),
)
Index("unread_due", unread.c.helpdesk, unread.c.due_by, unread.c.ticket_id)
Index("unread_since", unread.c.helpdesk, unread.c.since, unread.c.ticket_id)

outbox = Table(
    "outbox",
    metadata,
    Column("key", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("lane", Words, nullable=False),
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("channel", Words),
    Column("body", Json, nullable=False),
    Column("rank", Integer, nullable=False, server_default="0"),
    Column("urgency", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state", Words, nullable=False),
    Column("sending_since", Instant),
    Column("begun_at", Instant),
    Column("words", Words),
    Column("outcome", Json),
)
OUTBOX_PENDING = outbox.c.state == literal_column("'pending'")
OUTBOX_SENDING = outbox.c.state == literal_column("'sending'")
OUTBOX_SETTLED = outbox.c.state.in_([literal_column(f"'{state}'") for state in ("sent", "superseded", "failed")])
Index(
    "outbox_claim",
    outbox.c.lane,
    outbox.c.rank,
    outbox.c.urgency,
    outbox.c.key,
    outbox.c.not_before,
    **_where(OUTBOX_PENDING),
)
Index("outbox_sending", outbox.c.sending_since, **_where(OUTBOX_SENDING))
Index("outbox_settled", outbox.c.lane, outbox.c.state, **_where(OUTBOX_SETTLED))
Index("outbox_ticket", outbox.c.helpdesk, outbox.c.ticket_id)

message = Table(
    "message",
    metadata,
    Column("helpdesk", Words, nullable=False),
    Column("ticket_id", Words, nullable=False),
    Column("clock", Words, nullable=False),
    Column("way", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("ref", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("thread_ref", Words),  # of the message that it was posted under, if any
    PrimaryKeyConstraint("helpdesk", "ticket_id", "clock", "way", "address", "ref"),
)

EVERYTHING = ""  # the service of an outage of all of it; a NULL would be unlike every other
outage = Table(
    "outage",
    metadata,
    Column("n", NUMBER, primary_key=True),
    Column("service", Words, nullable=False),
    Column("maintenance", Integer, nullable=False),
    Column("begins", Instant, nullable=False),
    Column("ends", Instant),
    Column("reason", Words, nullable=False),
    Column("logged_at", Instant, nullable=False),
    Column("logged_by", Words, nullable=False),
    Column("ended_by", Words),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", Words),
    Column("withdrawn_why", Words),
)
OUTAGE_STANDS = outage.c.withdrawn_at.is_(None)
Index("outage_once", outage.c.service, outage.c.maintenance, outage.c.begins, unique=True, **_where(OUTAGE_STANDS))
Index(
    "outage_lasting",
    outage.c.service,
    outage.c.maintenance,
    unique=True,
    **_where(OUTAGE_STANDS & outage.c.ends.is_(None)),
)

erased = Table(
    "erased",
    metadata,
    Column("mark", Words, primary_key=True),  # a digest of helpdesk and person, so that nothing names them
)

process = Table(
    "process",
    metadata,
    Column("name", Words, primary_key=True),
    Column("kind", Words, nullable=False),  # web, worker
    Column("place", Words, nullable=False),  # machine and process number, for people
    Column("tables", Words, nullable=False),  # the last migration that its slabot knows
    Column("policy_version", NUMBER, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beats", BigInteger, nullable=False),  # rises while it lives; nobody compares clocks
)

lease = Table(
    "lease",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),  # the name of a process, which may have died
)
