"""Examples: a page in each of its states, each dialog and each answer.

Promise: one example of every state and every mark, of every dialog and of every answer, about tickets that do not
exist. The pictures in the docs and the snapshots in the tests are made from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slabot.channels.slack import command_texts, modals
from slabot.channels.slack.bundle_message import render_bundle
from slabot.channels.slack.commands import Command
from slabot.channels.slack.home import home
from slabot.channels.slack.message import Rendered
from slabot.channels.slack.modals import Origin
from slabot.channels.slack.mrkdwn import Mrkdwn
from slabot.messages.bundle import BundleCause, BundleView
from slabot.messages.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    InsteadOfMissed,
    Late,
    LateCause,
    MissedBy,
    NextStep,
    Open,
    PageView,
    Reason,
    SnoozedUntil,
    Superseded,
    Who,
    WithoutExcused,
)

KOLKATA = ZoneInfo("Asia/Kolkata")
NOTHING = timedelta()


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=KOLKATA)


PRIYA = Who("Priya", "U0PRIYA")

OPEN = PageView(
    key="acme/4711/page/first_response/critical/50% used/0",
    generation=7,
    helpdesk="acme",
    ticket="4711",
    url="https://acme.zendesk.com/agent/tickets/4711",
    subject="Agent offline on all hosts",
    organization="Customer Ltd",
    requester="ana@customer.example",
    severity="critical",
    because=('rule "Product unusable": the customer says "all hosts offline"',),
    clock="first_response",
    target="2h",
    due_at=_at(10, 4),
    met_until=_at(10, 4),
    left=timedelta(hours=1),
    overdue=NOTHING,
    always_open=True,
    state=Open(),
    next_steps=(
        NextStep(_at(10, 3, 30), "75% used"),
        NextStep(_at(10, 3, 45), "15m before"),
        NextStep(_at(10, 4), "breach"),
    ),
    assignee=None,
    at=_at(10, 3),
    zone=KOLKATA,
    why_now="50% of 2h used",
    rung="50% used",
)

CHAT = "the chat is not over yet, and Zendesk tells what was said in it only at its end"

PAST = replace(
    OPEN,
    left=NOTHING,
    overdue=timedelta(minutes=30),
    at=_at(10, 4, 30),
    next_steps=(
        NextStep(_at(10, 5), "30m after, then every 30m", 1),
        NextStep(_at(10, 5, 30), "30m after, then every 30m", 2),
    ),
    assignee=Who("agent-7"),
    why_now="30 min past the deadline",
    rung="30m after, then every 30m",
)

LAST = replace(
    PAST,
    overdue=timedelta(days=17, minutes=30),
    at=_at(27, 4, 30),
    next_steps=(),
    last=True,
    why_now="the repeats past the deadline have ended; working day 10 of 10, the last page",
    rung="every working day for 10 days",
)

WORKING_TIME = replace(
    OPEN,
    key="acme/4720/page/first_response/high/75% used/0",
    ticket="4720",
    url="https://acme.zendesk.com/agent/tickets/4720",
    subject="Policy sync stops after the upgrade",
    severity="high",
    because=('rule "No workaround": the customer says "business stopped"',),
    target="6h",
    due_at=_at(10, 0),
    met_until=_at(12, 0),
    left=timedelta(hours=1, minutes=30),
    always_open=False,
    next_steps=(NextStep(_at(9, 23, 30), "30m before"), NextStep(_at(12, 0), "breach")),
    at=_at(9, 22, 30),
    why_now="75% of 6h used",
    rung="75% used",
)


def _quiet(did: str, until: datetime) -> tuple[NextStep, ...]:
    again = NextStep(until, f"{did} Sat 10 Jan 2026 03:12 +05:30, still unanswered")
    return (again, NextStep(_at(10, 4), "breach"))


LATE = MissedBy(timedelta(minutes=35), _at(10, 4, 35))
MISSED = replace(PAST, state=LATE, overdue=LATE.by, at=LATE.at, next_steps=())
REASONS = {"understaffed": "Too few people on shift", "misrouted": "The ticket lay with the wrong team"}
EXCUSED = WithoutExcused(timedelta(minutes=40), InsteadOfMissed.IN_TIME, timedelta())
UNDERSTAFFED = Reason("slack:1", "Too few people on shift", "Two of three were ill", PRIYA)

PAGES: Mapping[str, PageView] = {
    "open": OPEN,
    "open_past_the_deadline": PAST,
    "open_and_the_repeats_end": replace(
        PAST,
        next_steps=(
            NextStep(_at(13, 4), "30m after, then every 30m for 3 days", 143),
            NextStep(_at(13, 4, 30), "30m after, then every 30m for 3 days", 144),
            NextStep(_at(14, 4, 30), "every working day for 10 days", 1),
        ),
        rung="30m after, then every 30m for 3 days",
    ),
    "open_for_the_last_time": LAST,
    "open_in_working_time": WORKING_TIME,
    "open_under_an_agreement": replace(OPEN, target="1h", agreement="gold"),
    "open_where_two_could_be_meant": replace(OPEN, several_helpdesks=True, several_clocks=True),
    "acknowledged_where_two_could_be_meant": replace(
        OPEN,
        state=AcknowledgedBy(PRIYA, _at(10, 3, 12)),
        next_steps=_quiet("acknowledged", _at(10, 4, 12)),
        several_helpdesks=True,
        several_clocks=True,
    ),
    "open_and_no_time_left": replace(
        WORKING_TIME, left=NOTHING, at=_at(10, 9), next_steps=(NextStep(_at(12, 0), "breach"),), why_now=""
    ),
    "open_again": replace(
        OPEN,
        state=Open((PRIYA, _at(10, 3, 12))),
        left=timedelta(minutes=18),
        at=_at(10, 3, 42),
        next_steps=(NextStep(_at(10, 4), "breach"),),
        why_now="acknowledged Sat 10 Jan 2026 03:12 +05:30, still unanswered",
    ),
    "paused": replace(
        OPEN,
        key="acme/4711/page/resolution/critical/50% used/0",
        clock="resolution",
        due_at=None,
        met_until=None,
        left=NOTHING,
        paused_since=_at(10, 2, 40),
        next_steps=(),
        why_now="",
    ),
    "acknowledged": replace(
        OPEN,
        state=AcknowledgedBy(PRIYA, _at(10, 3, 12)),
        left=timedelta(minutes=48),
        at=_at(10, 3, 12),
        next_steps=_quiet("acknowledged", _at(10, 3, 42)),
    ),
    "claimed": replace(
        OPEN,
        state=ClaimedBy(PRIYA, _at(10, 3, 12)),
        left=timedelta(minutes=48),
        at=_at(10, 3, 12),
        assignee=Who("Priya"),
        next_steps=_quiet("claimed", _at(10, 3, 42)),
    ),
    "snoozed": replace(
        OPEN,
        state=SnoozedUntil(PRIYA, _at(10, 3, 40)),
        left=timedelta(minutes=48),
        at=_at(10, 3, 12),
        next_steps=_quiet("snoozed", _at(10, 3, 40)),
    ),
    "answered_in_time": replace(
        OPEN,
        state=AnsweredInTime(_at(10, 3, 20), timedelta(minutes=40)),
        left=timedelta(minutes=40),
        at=_at(10, 3, 20),
        next_steps=(),
    ),
    "missed": MISSED,
    "missed_without_an_answer": replace(MISSED, state=replace(LATE, answered=False)),
    "missed_and_nobody_has_said_why": replace(MISSED, asks_reason=True),
    "missed_for_a_reason": replace(MISSED, asks_reason=True, reason=UNDERSTAFFED),
    "missed_and_excused": replace(MISSED, asks_reason=True, reason=UNDERSTAFFED, excused=EXCUSED),
    "past_the_deadline_for_a_reason": replace(PAST, asks_reason=True, reason=UNDERSTAFFED),
    "superseded": replace(
        OPEN, state=Superseded("the ticket was merged into 4700", _at(10, 3, 5)), at=_at(10, 3, 5), next_steps=()
    ),
    "late": replace(
        OPEN,
        late=Late(_at(10, 3), timedelta(minutes=12), LateCause.SLACK),
        left=timedelta(minutes=48),
        at=_at(10, 3, 12),
    ),
    "sent_again": replace(OPEN, repeat=True),
    "not_rechecked": replace(OPEN, unchecked_since=_at(10, 2, 51)),
    "unseen": replace(OPEN, unseen=CHAT),
    "unseen_past_the_deadline": replace(PAST, unseen="its messages could not be read"),
    "unseen_again": replace(
        OPEN,
        state=Open((PRIYA, _at(10, 3, 12))),
        left=timedelta(minutes=18),
        at=_at(10, 3, 42),
        next_steps=(NextStep(_at(10, 4), "breach"),),
        why_now="acknowledged Sat 10 Jan 2026 03:12 +05:30, still unanswered",
        unseen=CHAT,
    ),
    "unseen_and_acknowledged": replace(
        OPEN,
        state=AcknowledgedBy(PRIYA, _at(10, 3, 12)),
        left=timedelta(minutes=48),
        at=_at(10, 3, 12),
        next_steps=_quiet("acknowledged", _at(10, 3, 42)),
        unseen=CHAT,
    ),
    "unseen_at_the_end": replace(
        PAST,
        state=Superseded(
            f"its clock stopped, and slabot cannot see whether it was answered in time: {CHAT}", _at(10, 5)
        ),
        at=_at(10, 5),
        next_steps=(),
        unseen=CHAT,
    ),
    "a_clock_of_the_policy": replace(
        WORKING_TIME,
        key="acme/4720/page/third_party_update/high/1h before/0",
        clock="third_party_update",
        target="2 business days",
        because=('the helpdesk\'s priority is "high"',),
        rung="1h before",
        why_now="1 h before it is due",
    ),
    "hostile": replace(
        OPEN,
        subject="<!channel> *URGENT* `rm` @here :fire::fire: <https://evil.example|click> & \u202eabc\nsecond line",
        organization="A & B <Ltd>",
        agreement="gold & <silver>",
        requester="ana@customer.example",
        because=('rule "Product unusable": the customer says "```all hosts offline <@U123>"',),
        url="javascript:alert(1)",
    ),
}
"""Each is the first message of a ticket and clock."""

REPLIES: Mapping[str, PageView] = {
    "next_rung": replace(
        OPEN,
        left=timedelta(minutes=15),
        at=_at(10, 3, 45),
        next_steps=(NextStep(_at(10, 4), "breach"),),
        why_now="15 min before it is due at Sat 10 Jan 2026 04:00 +05:30",
        rung="15m before",
    ),
    "past_the_deadline": PAST,
    "for_the_last_time": LAST,
    "past_the_deadline_and_late": replace(
        PAST, late=Late(_at(10, 4, 18), timedelta(minutes=12), LateCause.STOPPED), repeat=True
    ),
}
"""Further rungs, as replies in the thread."""

ORIGIN = Origin.of(OPEN, "C0PAGES", "1767994200.000100")

DIALOGS: Mapping[str, Mapping[str, Any]] = {
    "snooze": modals.snooze(OPEN, ORIGIN),
    "set_severity": modals.set_severity(
        OPEN,
        ORIGIN,
        {
            "critical": "Severely impacts the use of the product",
            "high": "Major functionality, business operation affected, no workaround",
            "medium": "Partial impact, a workaround exists",
            "low": "Routine technical issue or inquiry",
        },
    ),
    "give_reason": modals.give_reason(replace(MISSED, asks_reason=True), ORIGIN, REASONS),
}
"""Each is a dialog that a button opens."""

_UNSEEN = tuple(PAGES[name] for name in ("unseen_past_the_deadline", "unseen", "unseen_and_acknowledged"))
_LISTED = (PAST, PAGES["acknowledged"], WORKING_TIME, PAGES["hostile"])
_SLA = Command(
    command="/sla", text="", user_id="U0PRIYA", user_name="priya", channel="C0PAGES", response_url="https://x.example"
)

ANSWERS: Mapping[str, Rendered] = {
    "mine": command_texts.mine(_LISTED, 3, (), KOLKATA),
    "mine_none": command_texts.mine((), 0, (), KOLKATA),
    "mine_unasked": command_texts.mine(
        (), 0, (command_texts.cannot_ask("acme", "the helpdesk does not answer.", Mrkdwn(KOLKATA)),), KOLKATA
    ),
    "next": command_texts.next_deadlines(_LISTED, 0, KOLKATA),
    "next_unseen": command_texts.next_deadlines(_UNSEEN, 0, KOLKATA),
    "quiet_unseen": command_texts.quiet(_UNSEEN[2:], 0, (), KOLKATA),
    "next_none": command_texts.next_deadlines((), 0, KOLKATA),
    "quiet": command_texts.quiet(
        tuple(PAGES[name] for name in ("acknowledged", "claimed", "snoozed")), 0, (("low", _at(10, 8)),), KOLKATA
    ),
    "quiet_none": command_texts.quiet((), 0, (), KOLKATA),
    "help": command_texts.help_text(_SLA),
    "not_understood": command_texts.help_text(_SLA, not_understood="nxt"),
    "ticket": command_texts.explained("acme/4711  <Agent> offline & `more`\n\n" + "…\n" * 3, "acme/4711"),
    "ticket_unknown": command_texts.unknown_ticket("acme/4711"),
    "ticket_of_several": command_texts.which_ticket("4711", ("acme", "partners")),
}
"""Each is an answer to ``/sla``."""

HOMES: Mapping[str, Mapping[str, Any]] = {
    "tickets": home(_LISTED, 30, _at(10, 4, 30), KOLKATA),
    "unseen": home(_UNSEEN, 0, _at(10, 4, 30), KOLKATA),
    "empty": home((), 0, _at(10, 4, 30), KOLKATA),
}
"""Each is a home tab."""

_NIGHT = tuple(
    replace(WORKING_TIME, ticket=str(number), key=f"acme/{number}/first_response") for number in (4718, 4720)
)
_LATE = tuple(
    replace(
        OPEN,
        ticket=str(4711 + number),
        left=timedelta(minutes=20 + number),
        at=_at(10, 3, 40),
        late=Late(_at(10, 3, number), timedelta(minutes=40 - number), LateCause.SLACK),
    )
    for number in range(14)
)

BUNDLES: Mapping[str, Rendered] = {
    name: render_bundle(bundle)
    for name, bundle in {
        "outage": BundleView(
            cause=BundleCause.OUTAGE,
            count=200,
            since=_at(10, 3),
            at=_at(10, 3, 40),
            views=_LATE,
            severities=(("critical", 64), ("high", 136)),
            zone=KOLKATA,
            late=LateCause.SLACK,
        ),
        "storm": BundleView(
            cause=BundleCause.STORM,
            count=12,
            since=_at(10, 3),
            at=_at(10, 3),
            views=(*(replace(view, late=None) for view in _LATE[:11]), PAGES["unseen_past_the_deadline"]),
            severities=(("critical", 12),),
            organizations=(("Fabrikam", 7), ("Contoso", 4)),
            zone=KOLKATA,
            repeat=True,
        ),
        "digest": BundleView(
            cause=BundleCause.QUIET,
            count=2,
            since=_at(10, 1, 30),
            at=_at(10, 8),
            views=_NIGHT,
            severities=(("high", 2),),
            zone=KOLKATA,
        ),
    }.items()
}
"""Each is one message over many pages."""
