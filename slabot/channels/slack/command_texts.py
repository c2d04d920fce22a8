"""The answers to ``/sla``.

Promise: every answer is for one person alone, fits into one message, and says what to type next where something was not
understood. A ticket takes two lines, in the same terms as its page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from slabot.channels.slack.commands import Command, Subcommand
from slabot.channels.slack.message import Block, Rendered
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.domain.sentences import sentence
from slabot.domain.suggestions import did_you_mean, nearest
from slabot.messages import page_text
from slabot.messages.styles import Style, bare
from slabot.messages.view import AcknowledgedBy, ClaimedBy, PageView, SnoozedUntil
from slabot.rules.words import listed

SECTION = 3000  # characters of a block; Slack's limit
TEXT = 4000  # characters beside the blocks
MOST_BLOCKS = 45  # of an explanation; Slack takes 50
FENCE = "```"
FENCED = SECTION - 2 * len(FENCE) - 2

_HELP = (
    ("mine", "your tickets: assigned to you in the helpdesk, or claimed by you here; the nearest deadline first"),
    ("next", "the next deadlines of everybody"),
    ("4711", "why a ticket stands as it stands: severity, clocks, what counted, what comes next (or `acme/4711`)"),
    ("quiet", "what is acknowledged, claimed, snoozed or in the quiet hours, and until when"),
    ("outage", "what was down lately; `outage begin` and `outage end` log it (`outage help` says how)"),
    ("help", "this list"),
)


def mine(views: Sequence[PageView], more: int, unasked: Sequence[str], zone: ZoneInfo) -> Rendered:
    """Somebody's own tickets.

    Args:
        views: one for each running clock, the nearest deadline first.
        more: how many there are besides.
        unasked: what could not be found out, in sentences.
        zone: of times in plain text.
    """
    tickets = len({(view.helpdesk, view.ticket) for view in views})
    if views:
        opening = f"{tickets} of your tickets {'has' if tickets == 1 else 'have'} a clock that runs."
    elif unasked:
        opening = "No ticket of yours was found, but not everybody could be asked."
    else:
        opening = "None of your tickets has a clock that runs. Nobody waits for you."
    return _listed(" ".join((opening, *unasked)), views, more, zone)


def next_deadlines(views: Sequence[PageView], more: int, zone: ZoneInfo) -> Rendered:
    """Everybody's next deadlines."""
    opening = "The next deadlines, the nearest first." if views else "No clock runs. Nobody waits for an answer."
    return _listed(opening, views, more, zone)


def quiet(
    views: Sequence[PageView], more: int, quiet_hours: Sequence[tuple[str, datetime]], zone: ZoneInfo
) -> Rendered:
    """Which pages are held back, and until when.

    Args:
        views: of tickets that somebody has.
        more: how many there are besides.
        quiet_hours: severities whose pages wait now, of an agreement where it says so, and until when.
        zone: of times in plain text.
    """
    style = Mrkdwn(zone)
    lines = [_entry(view, style, held=True) for view in views] + _more(more)
    hours = [
        f"Pages of severity {style.escape(severity, 120)} wait for the end of the quiet hours, {style.when(until)}."
        for severity, until in quiet_hours
    ]
    nothing = "Nothing is quiet: every page goes out when it is due."
    opening = " ".join(hours) or ("Quiet until somebody answers, or the time shown." if views else nothing)
    counted = f"{len(views) + more} quiet." if views else ""
    plain = " ".join(part for part in (counted, _plain_hours(quiet_hours, zone)) if part)
    return _rendered(plain or nothing, [opening, *lines])


def explained(explanation: str, reference: str) -> Rendered:
    """A ticket's explanation, as `slabot explain` prints it."""
    # Columns stay in line; what hides text or turns it around goes.
    seen = "".join(sign for sign in explanation.replace("`", "'") if sign.isprintable() or sign == "\n")
    parts = _chunks(_harmless(seen).split("\n"))
    cut = parts[:MOST_BLOCKS]
    blocks = [_section(f"{FENCE}\n{part}\n{FENCE}") for part in cut]
    if len(parts) > len(cut):
        typed = bare(reference, 80).replace("/", " ")
        blocks.append(_section(f"There is more than fits here: `slabot explain {typed}`"))
    return Rendered(f"What slabot thinks of ticket {bare(reference, 80)}."[:TEXT], tuple(blocks))


def unknown_ticket(reference: str) -> Rendered:
    """The answer where slabot knows no such ticket."""
    return Rendered(
        f"slabot knows no ticket {bare(reference, 80)}. It knows those that changed since it was installed; check the "
        "number, and whether it is another helpdesk's."
    )


def which_ticket(ticket_id: str, helpdesks: Sequence[str]) -> Rendered:
    """Several helpdesks have a ticket of that number."""
    options = listed(tuple(f"{bare(name, 60)}/{bare(ticket_id, 30)}" for name in helpdesks))
    return Rendered(f"Several helpdesks have a ticket {bare(ticket_id, 30)}. Type which one you mean: {options}.")


def help_text(command: Command, *, not_understood: str = "") -> Rendered:
    """What can be typed; the nearest word first, where something else was typed."""
    name = bare(command.command, 40)
    opening = "slabot watches the deadlines of tickets. You can type:"
    if not_understood:
        first = not_understood.split()[0]
        meant = did_you_mean(nearest(first, Subcommand)).replace("did", "Did", 1)
        opening = f"“{bare(not_understood, 60)}” is not understood. {meant + ' ' if meant else ''}You can type:"
    lines = [f"`{name} {word}`  {what}" for word, what in _HELP]
    plain = f"{opening} {', '.join(f'{name} {word}' for word, _ in _HELP)}."
    return _rendered(plain, [_harmless(opening), "\n".join(lines), "Only you see the answers."])


def cannot_know_you(why: str, style: Style) -> str:
    """Slack does not say who somebody is."""
    return f"Who you are in the helpdesk could not be found out: {sentence(style.escape(why, 300))}"


def no_account(helpdesk: str, style: Style) -> str:
    """No agent has the address of the asker."""
    return f"No agent of {style.escape(helpdesk, 60)} has the e-mail address of your Slack account."


def cannot_ask(helpdesk: str, why: str, style: Style) -> str:
    """A helpdesk does not answer."""
    return f"{style.escape(helpdesk, 60)} could not be asked: {sentence(style.escape(why, 300))}"


# ── One ticket ──────────────────────────────────────────────────────────────────────────────────────────────────────


def entry(view: PageView, style: Style) -> str:
    """A clock of a ticket in two lines: which, how long, who has it."""
    return _entry(view, style, held=False)


def _entry(view: PageView, style: Style, *, held: bool) -> str:
    reference = f"{style.escape(view.helpdesk, 60)}/{style.escape(view.ticket, 40)}"
    title = style.strong(style.link(view.url, reference))
    subject = style.escape(view.subject, 120)
    state = _until(view, style) if held else page_text.who_has_it(view, style)
    due = "" if view.due_at is None else f", {'was due' if view.past else 'due'} {style.when(view.due_at)}"
    return f"{title}  {subject}\n{page_text.capital(view.severity)}: {page_text.clock_in_short(view)}{due}. {state}"


def _until(view: PageView, style: Style) -> str:
    match view.state:
        case SnoozedUntil(who, until):
            return f"Snoozed by {style.person(who)} until {style.when(until)}."
        case AcknowledgedBy(who, _) | ClaimedBy(who, _):
            did = "Claimed" if isinstance(view.state, ClaimedBy) else "Acknowledged"
            step = next(iter(view.next_steps), None)
            rest = "; no further page is planned." if step is None else f"; quiet until {style.when(step.at)}."
            return f"{did} by {style.person(who)}{rest}"
        case _:
            return page_text.who_has_it(view, style)


def _listed(opening: str, views: Sequence[PageView], more: int, zone: ZoneInfo) -> Rendered:
    style = Mrkdwn(zone)
    plain = opening
    if views:
        first = Plain(zone)
        plain += f" First: {first.escape(page_text.headline(views[0]), 200)}."
    return _rendered(plain, [opening, *(entry(view, style) for view in views), *_more(more)])


def _more(more: int) -> list[str]:
    return [f"And {more} more."] if more > 0 else []


def _plain_hours(quiet_hours: Sequence[tuple[str, datetime]], zone: ZoneInfo) -> str:
    style = Plain(zone)
    return " ".join(
        f"Pages of severity {style.escape(name, 120)} wait until {style.when(until)}." for name, until in quiet_hours
    )


def _rendered(text: str, paragraphs: Sequence[str]) -> Rendered:
    return Rendered(text[:TEXT], tuple(_section(paragraph[:SECTION]) for paragraph in paragraphs))


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _harmless(text: str) -> str:
    return text.translate({ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"})


def _chunks(lines: Sequence[str]) -> list[str]:
    """The lines in parts that fit into a block each; parts that hold nothing are left out."""
    parts: list[list[str]] = [[]]
    size = 0
    for line in lines:
        line = line[:FENCED]
        if parts[-1] and size + 1 + len(line) > FENCED:
            parts.append([])
            size = 0
        size += len(line) + (1 if parts[-1] else 0)
        parts[-1].append(line)
    joined = ("\n".join(part) for part in parts)
    return [part for part in joined if part.strip()]
