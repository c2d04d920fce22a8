"""How is a whole decision told to a support lead?

Promise: one screen says what the ticket is, how severe and on what evidence, what every clock counted and why, what
is due, and what happens next and when. Nothing is said that the decision does not hold.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slabot.calendars import elapsed_with_pauses
from slabot.domain import Event, Gap, Ticket
from slabot.policy import DEFAULT, Mode, Policy
from slabot.reports.style import coloured, faint, one_line, strong
from slabot.reports.terminal import calendar_words, cut, span_lines
from slabot.rules import MAIN, Action, ClockState, Decision, Kind, Verdict
from slabot.rules.reasons import Excuse, GivenReason
from slabot.rules.stays import Said
from slabot.rules.voices import Voice
from slabot.rules.words import local_time, when, worked

WIDTH = 100  # columns
BAR = 50  # columns of a clock's bar

_SOURCES = {
    "agent": "an agent's choice",
    "rule": "by a rule",
    "reader": "by what was written",
    "priority": "from the helpdesk's priority",
    "default": "by default",
}
_DOES = {
    Kind.PAGE: "page",
    Kind.FOLLOW_UP: "follow up",
    Kind.AUTO_SOLVE: "set to Solved",
    Kind.AUTO_CLOSE: "set to Closed",
    Kind.REOPEN: "reopen",
    Kind.SET_CATEGORY: "set to Pending",
    Kind.SET_BACK: "set back",
    Kind.SET_SEVERITY: "write severity",
    Kind.NUDGE: "remind assignee",
    Kind.NOTE: "tell people",
    Kind.ASK: "ask people",
}


def text(ticket: Ticket, decision: Decision, policy: Policy) -> str:
    """The explanation of a decision, ready to print."""
    zone = policy.display_zone
    parts = [
        _head(ticket, decision, zone),
        _severity(decision, policy),
        *(_clock(clock, decision.now, zone) for clock in decision.clocks),
    ]
    if not decision.clocks:
        parts.append(_no_clocks(ticket, decision))
    parts.extend([_messages(decision, zone), _waiting(decision, policy), _due(decision, zone), _next(decision, zone)])
    return "\n\n".join(part for part in parts if part)


def _head(ticket: Ticket, decision: Decision, zone: ZoneInfo) -> str:
    requester = ticket.requester
    who = None if requester is None else requester.organization or requester.email or requester.id
    lines = [f"{strong(ticket.reference)}  {one_line(ticket.subject)}".rstrip()]
    if ticket.url:
        lines.append(faint(one_line(ticket.url)))
    if ticket.follows is not None:
        lines.append(f"follows up {ticket.helpdesk}/{ticket.follows}, which is closed")
    created = f"created {local_time(ticket.created_at, zone)}" + (f" by {one_line(who)}" if who else "")
    lines.append(f"{created}, now in {strong(decision.category.words)}")
    lines.append(f"as of   {when(decision.now, zone)}, times in {zone.key}")
    return "\n".join(lines)


def _severity(decision: Decision, policy: Policy) -> str:
    severity = decision.severity
    means = policy.severities[severity.severity].means
    said = f"{strong('Severity')}  {strong(severity.severity)}, {_SOURCES[severity.source.value]}: {means}"
    lines = [_wrapped(said, "          ", first="")]
    lines.extend(_wrapped(f"because {reason}", "          ") for reason in severity.because)
    return "\n".join(lines)


def _clock(clock: ClockState, now: datetime, zone: ZoneInfo) -> str:
    terms = clock.terms
    name = clock.name.replace("_", " ").capitalize() + (f" no. {clock.instance}" if clock.instance > 1 else "")
    promised = "" if clock.no_promise else f"{terms.target} in {calendar_words(terms.calendar)}: "
    excused, verdict = "", _verdict(clock)
    if clock.excused is not None and (beside := _verdict(clock.excused.clock)) != verdict:
        excused = f"; without the excused time {beside}"
    lines = [f"{strong(name)}  {promised}{verdict}{excused}"]
    if terms.agreement != DEFAULT:
        because = f", because {terms.because}" if terms.because else ""
        lines.append(_wrapped(f"agreed   {terms.agreement}{because}", " " * 11, first="  "))
    lines.append(f"  started  {local_time(clock.started_at, zone)}")
    if not clock.no_promise:
        lines.extend(f"  {line}" for line in _deadline(clock, zone))
    if clock.doubt is not None:
        lines.append(_wrapped(f"unseen   {_gap(clock.doubt, zone)}", " " * 11, first="  "))
    if clock.stopped_at is not None:
        lines.append(f"  stopped  {local_time(clock.stopped_at, zone)} after {worked(clock.elapsed)} that counted")
    elif clock.no_promise:
        lines.append(f"  worked   {worked(clock.elapsed)} since then")
    else:
        lines.append(f"  used     {_used(clock)}")
        if clock.due_at is not None and clock.due_at > clock.started_at:
            lines.append(f"  {_bar(clock)}")
    lines.extend(_declared(clock, zone))
    lines.append("")
    lines.extend(_spans(clock, now, zone))
    return "\n".join(lines)


def _declared(clock: ClockState, zone: ZoneInfo) -> Iterator[str]:
    """What people declared about it, and how it stands without the time that they excused."""
    indent = " " * 11
    if clock.reason is not None:
        yield _wrapped(f"reason   {reason_text(clock.reason, zone)}", indent, first="  ")
    if (excused := clock.excused) is None:
        return
    for excuse in excused.excuses:
        yield _wrapped(f"excuse   {excuse_text(excuse, zone)}", indent, first="  ")
    beside = excused.clock
    due = "no due time" if beside.due_at is None else f"due {local_time(beside.due_at, zone)}"
    if beside.met_until is not None and beside.met_until != beside.due_at:
        due += f", met until {local_time(beside.met_until, zone)}"
    yield _wrapped(
        f"excused  {strong(_verdict(beside))}; {due}. {worked(clock.excused_time)} that counted are excused; "
        f"everything else here, and the pages, go by the clock as it is",
        indent,
        first="  ",
    )


def reason_text(reason: GivenReason, zone: ZoneInfo) -> str:
    """Why a deadline was missed, in a sentence, and who said so."""
    return f"{reason.means}{_in_words(reason.event.text)}; said by {declared_by(reason.event, zone)}"


def excuse_text(excuse: Excuse, zone: ZoneInfo) -> str:
    """An excuse in a sentence: its span, why, who declared it, and where the proof is."""
    event = excuse.event
    proof = f"; proof: {one_line(event.proof)}" if event.proof else ""
    return (
        f"no. {excuse.number}, {local_time(event.since, zone)} to {local_time(event.until, zone)}: {excuse.means}"
        f"{_in_words(event.text)}; declared by {declared_by(event, zone)}{proof}"
    )


def declared_by(event: Event, zone: ZoneInfo) -> str:
    """Who declared something, and when."""
    return f"{one_line(event.by_id or event.by.value)}, {local_time(event.at, zone)}"


def _in_words(text: str) -> str:
    return f' ("{one_line(text)}")' if text else ""


def _gap(gap: Gap, zone: ZoneInfo) -> str:
    until = "on" if gap.until is None else f"to {local_time(gap.until, zone)}"
    return f"from {local_time(gap.since, zone)} {until}: {gap.why}"


def _verdict(clock: ClockState) -> str:
    match clock.verdict:
        case Verdict.RUNNING if clock.doubt is not None:
            return coloured("running, and slabot cannot see whether it was answered", "yellow", bold=True)
        case Verdict.NO_PROMISE:
            return f"no promise: {clock.no_promise}"
        case Verdict.UNKNOWN:
            return coloured("unknown: slabot cannot see whether it was answered in time", "yellow", bold=True)
        case Verdict.RUNNING if clock.overdue:
            return coloured(f"missed, and still without an answer; {worked(clock.overdue)} over", "red", bold=True)
        case Verdict.RUNNING if clock.missed is not None:
            former = "agreement" if clock.missed.severity == clock.terms.severity else "severity"
            return coloured(f"missed under an earlier {former}, and still running", "red", bold=True)
        case Verdict.RUNNING if clock.paused_since is not None:
            return "paused"
        case Verdict.RUNNING:
            return strong("running")
        case Verdict.MET:
            return coloured("met", "green", bold=True)
        case Verdict.MISSED:
            return coloured("missed", "red", bold=True)
        case Verdict.UNANSWERED:
            return "unanswered: the ticket was solved or closed while an answer was still in time"
        case Verdict.VOID:
            return "void, for the ticket lives on elsewhere or not at all"


def _deadline(clock: ClockState, zone: ZoneInfo) -> Iterator[str]:
    terms = clock.terms
    if clock.due_at is None:
        yield "due      not while it is paused; the rest of the time is counted from the end of the pause"
        return
    yield f"due      {local_time(clock.due_at, zone)}"
    if clock.met_until is not None and clock.met_until != clock.due_at:
        yield f"met      until {local_time(clock.met_until, zone)}, for no working time lies between the two"
    if terms.promise is not None:
        yield f"         received on a closed date: by the end of the next working day; {terms.target} alone would be"
        yield f"         {local_time(terms.target_due, zone)}"
    if clock.raised:
        raised_at = local_time(clock.in_force_since, zone)
        yield f"         {terms.severity} since {raised_at}; counted from the start all the same"
    if clock.missed is not None and clock.missed.severity != terms.severity:
        missed = clock.missed
        missed_at = local_time(missed.met_until, zone)
        yield f"missed   as {missed.severity} at {missed_at}; lowered afterwards, and the miss stays"


def _used(clock: ClockState) -> str:
    counted = clock.terms.counted_in
    whole = counted.elapsed(clock.started_at, clock.terms.due)
    used = _counted(clock)
    if not whole:
        return worked(used)
    share = int(used / whole * 100)
    left = f"; {worked(whole - used)} left" if used < whole else ""
    return f"{worked(used)} of {worked(whole)} ({share}%){left}"


def _counted(clock: ClockState) -> timedelta:
    """What is used of the target: working time, or real time for a target in days of 24 hours."""
    return elapsed_with_pauses(clock.terms.counted_in, clock.started_at, clock.seen_until, clock.pauses)


def _bar(clock: ClockState) -> str:
    whole = clock.terms.counted_in.elapsed(clock.started_at, clock.terms.due)
    share = min(1.0, _counted(clock) / whole) if whole else 1.0
    filled = round(share * BAR)
    colour = "red" if clock.missed is not None else "yellow" if share >= 0.75 else "green"
    return coloured("█" * filled, colour) + faint("░" * (BAR - filled))


def _spans(clock: ClockState, now: datetime, zone: ZoneInfo) -> list[str]:
    seen_until = clock.seen_until
    until = seen_until
    marks: dict[datetime, str] = {}
    if clock.running and clock.met_until is not None:
        until = max(seen_until, clock.met_until)
    spans = cut(clock.spans(until), seen_until)
    if clock.due_at is not None and clock.started_at < clock.due_at <= until:
        spans = cut(spans, clock.due_at)
        marks[clock.due_at] = strong(f"  ── due {local_time(clock.due_at, zone)}")
    if clock.running and clock.started_at < now <= until:
        mark = coloured(f"  ── now {local_time(now, zone)}", "cyan", bold=True)
        marks[now] = f"{marks[now]}\n{mark}" if now in marks else mark
    if clock.stopped_at is not None and clock.stopped_at > clock.started_at:
        mark = strong(f"  ── stopped {local_time(clock.stopped_at, zone)}")
        marks[clock.stopped_at] = f"{marks[clock.stopped_at]}\n{mark}" if clock.stopped_at in marks else mark
    return span_lines(spans, zone, marks=marks)


def _no_clocks(ticket: Ticket, decision: Decision) -> str:
    if decision.now < ticket.created_at:
        return f"{strong('No clock')}  the ticket does not exist yet at this time"
    why = decision.no_request or "no clock of the policy fits it"
    return _wrapped(f"{strong('No clock')}  {why}", "          ", first="")


def _messages(decision: Decision, zone: ZoneInfo) -> str:
    """Which messages did not count as their authors' words, and what else was odd."""
    lines = [strong("What did not count, or not as usual")] if decision.odd_messages else []
    for said in decision.odd_messages:
        counts = "; it counts as the customer's" if said.voice is Voice.CUSTOMER else ""
        told = f"{local_time(said.at, zone)}   {_author(said)}: {said.why}{counts}"
        lines.append(_wrapped(told, "      ", first="  "))
    lines.extend(_wrapped(warning, "          ", first="Note      ") for warning in decision.warnings)
    return "\n".join(lines)


def _author(said: Said) -> str:
    message = said.message
    who = message.email or message.by_id
    kind = "message" if message.public else "private message"
    return f"{kind} by {one_line(who)}" if who else kind


def _waiting(decision: Decision, policy: Policy) -> str:
    agreed = DEFAULT if decision.agreement is None else decision.agreement.name
    turn, zone, terms = decision.waiting, policy.display_zone, policy.under(agreed).waiting
    if turn is None:
        return ""
    sent = ", ".join(local_time(at, zone) for at in turn.follow_ups) or "none yet"
    return "\n".join(
        [
            f"{strong('Waiting on the customer')}  since {local_time(turn.waiting_since, zone)}",
            f"  asked       {local_time(turn.ask, zone)}",
            f"  follow-ups  {len(turn.follow_ups)} of {terms.follow_ups}: {sent}",
        ]
    )


def _due(decision: Decision, zone: ZoneInfo) -> str:
    if not decision.due_now and not decision.refusals:
        return f"{strong('Due now')}   nothing"
    lines = [strong("Due now")] if decision.due_now else []
    lines.extend(_action(action, f"since {local_time(action.at, zone)}") for action in decision.due_now)
    if decision.refusals:
        lines.append(strong("Held back"))
        lines.extend(
            _wrapped(f"{_DOES[refusal.kind] + ':':<16} {refusal.because}", " " * 19, first="  ")
            for refusal in decision.refusals
        )
    return "\n".join(lines)


def _next(decision: Decision, zone: ZoneInfo) -> str:
    lines = [strong("What happens next, if nobody does anything")]
    if decision.upcoming:
        lines.extend(_action(action, local_time(action.at, zone)) for action in decision.upcoming)
    else:
        lines.append("  nothing")
    for label in decision.kept_ladders:
        kept = (
            f"The {label.replace('_', ' ')} keeps the ladder that it started under, for the file has "
            "ladder_changes: keep; its ladder of today is for clocks that start from now on"
        )
        lines.append(faint(_wrapped(kept, "  ")))
    if decision.next_look is not None:
        lines.append(
            faint(f"  slabot looks again at {local_time(decision.next_look, zone)}, or as soon as something happens")
        )
    return "\n".join(lines)


def _action(action: Action, at: str) -> str:
    mode = "" if action.mode is Mode.ACT else faint(" (observe: written down, not done)")
    to = None if action.kind.writes else action.fact("to")  # of what is written, a status that the reason names
    whom = "" if to in (None, MAIN) else f" {to}"
    return _wrapped(f"{at}   {strong(_DOES[action.kind])}{whom}{mode}: {action.because}", "      ", first="  ")


def _wrapped(words: str, indent: str, first: str | None = None) -> str:
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
