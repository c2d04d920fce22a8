"""The sentences of a page.

Promise: every sentence of a page is in this module, or for a miss in `miss_text`. They are calm, say what happened,
why, what comes next and what you can do, and make sense read aloud.

They are written once and formatted by a style (`slabot.messages.styles`): Slack's markup for the message, plain text
for notifications, screen readers, mails and alerts.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import assert_never

from slabot.calendars import BusinessDays, Worked
from slabot.domain.sentences import clause
from slabot.messages.lengths import amount, counted, target
from slabot.messages.miss_text import why_missed, without_excused
from slabot.messages.styles import Style, bare
from slabot.messages.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    Late,
    LateCause,
    MissedBy,
    NextStep,
    Open,
    PageView,
    SnoozedUntil,
    Superseded,
    Who,
)
from slabot.policy import DEFAULT, After, Before, Breach, Used, parse_rung
from slabot.policy.rungs import RungError, days_of_each_day

NOTHING = timedelta()
MOST_STEPS = 3  # of what comes next
MOST_REASONS = 3  # for a severity

# Room for text from outside, in characters; together they stay well inside Slack's limit for a block.
SUBJECT, NAME, REASON, WHY_NOW, AGREEMENT = 200, 100, 400, 500, 60

_CHOSEN = re.compile(r"agent ([UW][A-Z0-9]{2,}) (?=chose )")  # as the rules begin the reason of a choice

OPEN_TICKET = "Open ticket"

# What is owed, and what one does to pay it.
_OWED = {
    "first_response": ("first answer", "answer"),
    "next_response": ("next answer", "answer"),
    "resolution": ("solution", "solve"),
    "periodic_update": ("update", "update"),
}


def owed(view: PageView) -> str:
    """What the clock waits for: ``first answer``; for a clock of the policy's own, its name."""
    name = view.clock.partition("#")[0]
    return _OWED[name][0] if name in _OWED else bare(name.replace("_", " "), NAME)


def severity(view: PageView) -> str:
    """As a heading writes it."""
    return capital(view.severity)


def capital(severity: str) -> str:
    """A severity of the policy as a heading writes it."""
    name = bare(severity.replace("_", " "), 40)
    return name[:1].upper() + name[1:]


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def symbol(view: PageView) -> str:
    """One symbol for the state, beside the text and never instead of it."""
    match view.state:
        case Open():
            return "⏰" if view.past else "⏳"
        case AcknowledgedBy() | ClaimedBy():
            return "👤"
        case SnoozedUntil():
            return "💤"
        case AnsweredInTime():
            return "✅"
        case MissedBy():
            return "⚠️"
        case Superseded():
            return "➖"
        case _:
            assert_never(view.state)


def number(view: PageView) -> str:
    """The ticket's number, with the helpdesk where two could be meant: ``acme/4711``."""
    ticket = bare(view.ticket, 40)
    return f"{bare(view.helpdesk, 40)}/{ticket}" if view.several_helpdesks else ticket


def headline(view: PageView) -> str:
    """The page in one line, without markup."""
    level, ticket = severity(view), f"ticket {number(view)}"
    match view.state:
        case Open():
            return f"{level}: {_open_headline(view, ticket)}{_unless(view)}"
        case AcknowledgedBy(who):
            return f"{level}: {_name(who)} is on {ticket}, {clock_in_short(view)}"
        case ClaimedBy(who):
            return f"{level}: {_name(who)} has taken {ticket}, {clock_in_short(view)}"
        case SnoozedUntil():
            return f"{level}: {ticket} is snoozed, {clock_in_short(view)}"
        case AnsweredInTime():
            return f"{level}: {ticket} got its {owed(view)} in time"
        case MissedBy(by, _, answered):
            if answered:
                return f"{level}: {ticket} got its {owed(view)} {counted(by, view)} late"
            return f"{level}: {ticket} ended without its {owed(view)}"
        case Superseded():
            about = f"the {owed(view)} on {ticket}" if view.several_clocks else ticket
            return f"{level}: this page about {about} no longer applies"
        case _:
            assert_never(view.state)


def _open_headline(view: PageView, ticket: str) -> str:
    name = view.clock.partition("#")[0]
    plain = name in _OWED and not view.several_clocks
    doing = f"to {_OWED[name][1]} {ticket}" if plain else f"for the {owed(view)} on {ticket}"
    if view.past:
        return f"{counted(view.overdue, view)} past the deadline {doing}"
    if view.due_at is None or view.paused_since is not None:
        return f"the clock {doing} is paused"
    if view.left <= NOTHING:
        return f"no time left {doing}"
    return f"{counted(view.left, view)} left {doing}"


def clock_in_short(view: PageView) -> str:
    """How much time is left, or by how much it is over."""
    return f"{_time(view)}{_unless(view)}"


def _time(view: PageView) -> str:
    thing = f" for the {owed(view)}" if view.several_clocks else ""
    if view.past:
        return f"{counted(view.overdue, view)} past the deadline{thing}"
    if view.due_at is None or view.paused_since is not None:
        return f"the clock{thing} is paused"
    return f"no time left{thing}" if view.left <= NOTHING else f"{counted(view.left, view)} left{thing}"


def _unless(view: PageView) -> str:
    """What to put behind how much time there is, where what is owed may be there already."""
    return f" (unless it was {_done(view)})" if view.unseen and not view.ended else ""


def _done(view: PageView) -> str:
    return "answered" if owed(view).endswith("answer") else "done"


def _name(who: Who) -> str:
    return bare(who.name, 40) if who.name else "somebody"


def which(view: PageView, style: Style) -> str:
    """Which ticket, and what it is about."""
    title = style.strong(style.link(view.url, f"Ticket {style.escape(number(view), 90)}"))
    subject = style.escape(view.subject, SUBJECT)
    return f"{title}  {subject}" if subject else title


def affected(view: PageView, style: Style) -> str:
    """Who is waiting."""
    known = [style.escape(text, NAME) for text in (view.organization, view.requester) if text]
    return " · ".join(known) if known else "The helpdesk does not say which customer this is."


def why_severe(view: PageView, style: Style) -> str:
    """The severity and what it rests on."""
    reasons = [reason_text(reason, REASON, style) for reason in view.because[:MOST_REASONS]]
    because = "; ".join(reasons) if reasons else "no reason was recorded"
    return f"{style.strong(f'{severity(view)}, because')} {because}"


def reason_text(reason: str, most: int, style: Style) -> str:
    """One reason; whoever chose the severity in Slack is shown as a person.

    Only our own text begins like that: what a customer wrote is inside a reason, never at its beginning.
    """
    chosen = _CHOSEN.match(reason)
    if chosen is None:
        return style.escape(reason, most)
    return f"{style.person(Who(None, chosen[1]))} {style.escape(reason[chosen.end() :], most)}"


def how_long(view: PageView, style: Style) -> str:
    """When the clock is due; the headline has how much time is left."""
    thing, agreed = owed(view), by_agreement(view, style)
    if view.due_at is None:
        since = f" since {style.when(view.paused_since)}" if view.paused_since is not None else ""
        return f"{style.strong('Paused')}{since}: the {thing}{agreed} has no due time before the clock runs again."
    promised = f", promised within {target(view.target, style)}{agreed}," if view.target else ""
    is_due = "was due" if view.past or view.left <= NOTHING else "is due"
    text = f"The {thing}{promised} {style.strong(is_due)} {style.when(view.due_at)}."
    if view.paused_since is not None:
        text += f" The clock is paused since {style.when(view.paused_since)}."
    if view.met_until is not None and view.met_until > view.due_at and not view.past:
        text += f" Nobody works in between, so it is still in time until {style.when(view.met_until)}."
    return text


def by_agreement(view: PageView, style: Style) -> str:
    """By which agreement, to go on behind what it promises; empty where the file's own terms hold."""
    return "" if view.agreement == DEFAULT else f" by the agreement “{style.escape(view.agreement, AGREEMENT)}”"


def who_has_it(view: PageView, style: Style) -> str:
    """What is known of who works on it, and why it was missed, if somebody has said so."""
    assignee, why = view.assignee, why_missed(view, style)
    assigned = f" In the helpdesk it is assigned to {style.person(assignee)}." if assignee is not None else ""
    assigned += why if not view.ended else ""
    match view.state:
        case Open(earlier):
            if earlier is None:
                known = "Nobody has acknowledged it." if view.unseen else "Nobody has it yet."
                return f"{style.strong(known)}{assigned}"
            who, at = earlier
            took = f"{style.person(who)} took it ({style.when(at)})"
            if view.unseen:
                return f"{style.strong('It may need somebody again.')} {took}.{assigned}"
            return f"{style.strong('It needs somebody again.')} {took}, and it is still open.{assigned}"
        case AcknowledgedBy(who, at):
            return f"{style.strong('Acknowledged')} by {style.person(who)}, {style.when(at)}.{assigned}"
        case ClaimedBy(who, at):
            return f"{style.strong('Claimed')} by {style.person(who)}, {style.when(at)}.{assigned}"
        case SnoozedUntil(who, until):
            return f"{style.strong('Snoozed')} by {style.person(who)} until {style.when(until)}.{assigned}"
        case AnsweredInTime(at, spare):
            spared = f", with {counted(spare, view)} to spare" if spare is not None and spare > NOTHING else ""
            return f"{style.strong('In time.')} The {owed(view)} came {style.when(at)}{spared}."
        case MissedBy(by, at, answered):
            rest = f"{without_excused(view)}{why}"
            if answered:
                return f"{style.strong('Missed')} by {counted(by, view)}. The {owed(view)} came {style.when(at)}.{rest}"
            return f"{style.strong('Missed.')} The ticket was closed {style.when(at)} without its {owed(view)}.{rest}"
        case Superseded(cause, at):
            because = clause(style.escape(cause, REASON))
            return f"{style.strong('No longer applies')} since {style.when(at)}, because {because}."
        case _:
            assert_never(view.state)


def what_next(view: PageView, style: Style) -> tuple[str, ...]:
    """What happens if nobody does anything: a heading, then one line a step, in order."""
    if view.ended:
        return ("There will be no more pages about this.",)
    if not view.next_steps:
        return ("No further page is planned.",)
    quiet = "Quiet now. " if isinstance(view.state, AcknowledgedBy | ClaimedBy | SnoozedUntil) else ""
    heading = f"{quiet}Next pages, unless the {owed(view)} comes before:"
    shown = view.next_steps[:MOST_STEPS]
    steps = [f"{style.when(step.at)}: {step_words(step, style, last=step is shown[-1])}" for step in shown]
    return (style.strong(heading), *steps)


def step_words(step: NextStep, style: Style, *, last: bool = True) -> str:
    """When a rung is due, as text; of several, only the last says how often it repeats."""
    days = days_of_each_day(step.rung)
    if days is not None:
        which = f"working day {step.repetition} of {days} after the repeats"
        return f"{which}, the last page" if step.repetition == days else which
    try:
        rung = parse_rung(step.rung)
    except RungError:
        return style.escape(step.rung, 120)
    match rung:
        case Used():
            return f"{rung.percent}% of the time is used"
        case Before():
            return f"{amount(rung.amount)} before it is due"
        case Breach():
            return "the deadline passes"
        case After():
            past = rung.amount + step.repetition * (rung.every or NOTHING)
            again = "" if rung.every is None or not last else f", then every {amount(rung.every)}{_ends(rung)}"
            return f"{amount(past)} past the deadline{again}"
        case _:
            assert_never(rung)


def _ends(rung: After) -> str:
    """For how long a rung is repeated, as text."""
    match rung.lasts:
        case None:
            return ""
        case Worked(length):
            return f", for {amount(length)} in all"
        case BusinessDays(days):
            return f", for {'1 working day' if days == 1 else f'{days} working days'} in all"


def warnings(view: PageView, style: Style) -> tuple[str, ...]:
    """What is unusual about this copy, each in one sentence."""
    lines = []
    if view.late is not None:
        lines.append(late(view.late, style))
    if view.repeat:
        lines.append("Sent again: it is not known whether the first one arrived.")
    if view.last:
        lines.append("This is the last page about this: nobody is told again, unless somebody asks for it.")
    if view.off_call:
        rotas = " and ".join(bare(name, 40) for name in view.off_call)
        lines.append(f"Nobody is on call in {rotas} just now, so this channel is told alone.")
    if view.unseen and not view.ended:
        why, done = clause(style.escape(view.unseen, REASON)), _done(view)
        then = f", and acknowledge this page if it was {done}" if isinstance(view.state, Open) else ""
        lines.append(f"slabot cannot see whether this was {done}, because {why}. Please look in the helpdesk{then}.")
    if view.unchecked_since is not None:
        since = style.when(view.unchecked_since)
        lines.append(f"The ticket could not be re-checked since {since}; it may have been answered already.")
    return tuple(lines)


def called(view: PageView) -> tuple[str, ...]:
    """Who is called, in Slack's markup; a new message notifies them, an edited one does not."""
    return (f"For {', '.join(view.mentions)}",) if view.mentions else ()


def late(lateness: Late, style: Style) -> str:
    """How late the page is, and why."""
    planned = style.hour(lateness.planned_at)
    match lateness.cause:
        case LateCause.SLACK:
            why = f"Slack did not take it at {planned}."
        case LateCause.STOPPED:
            why = f"slabot was not running at {planned}."
        case LateCause.SEEN_LATE:
            why = f"it was due at {planned}, and the helpdesk told of the ticket only later."
        case _:
            assert_never(lateness.cause)
    return f"This page is {amount(lateness.by)} late: {why}"


def footer(view: PageView, style: Style) -> str:
    """Why now, from where, and as of when."""
    paged = view.why_now and isinstance(view.state, Open)
    why = f"Why now: {clause(style.escape(view.why_now, WHY_NOW))}. " if paged else ""
    return f"{why}Helpdesk {style.escape(view.helpdesk, 60)}. As of {style.when(view.at)}."


def sentence(view: PageView, style: Style) -> str:
    """The whole page read aloud: for notifications and screen readers."""
    parts = [f"{headline(view)}.", *warnings(view, style)]
    subject = style.escape(view.subject, SUBJECT)
    customer = style.escape(view.organization or view.requester or "", NAME)
    if customer or subject:
        parts.append(f"{f'It is from {customer}' if customer else 'It says'}{f': “{subject}”' if subject else ''}.")
    if not view.ended:
        parts.append(how_long(view, style))
        reasons = [reason_text(reason, 200, style) for reason in view.because[:1]]
        parts.extend(f"It is {severity(view).lower()} because {clause(reason)}." for reason in reasons)
    parts.append(who_has_it(view, style))
    step = next(iter(view.next_steps), None)
    if step is not None and not view.ended:
        parts.append(f"Next page {style.when(step.at)}: {step_words(step, style)}.")
    return " ".join(parts)


def reply(view: PageView, style: Style) -> tuple[str, ...]:
    """A further rung, in the thread and in the channel: one line each."""
    parts = [style.strong(headline(view)), f"{which(view, style)} · {affected(view, style)}"]
    parts += [*called(view), *warnings(view, style), how_long(view, style), who_has_it(view, style)]
    if view.why_now:
        parts.append(f"Why now: {clause(style.escape(view.why_now, WHY_NOW))}.")
    parts.append("The buttons are on the first message of this thread.")
    return tuple(parts)
