"""Write a page or a text as plain text, for mails, alerts and whatever else has no markup.

Promise: every sentence is here or in `slabot.messages.page_text`, so that all channels say the same. What a
customer wrote is shown as one line.
"""

from __future__ import annotations

from dataclasses import replace

from slabot.domain.sentences import sentence
from slabot.messages import page_text
from slabot.messages.message import Grid, PageMessage, TextMessage
from slabot.messages.styles import PlainText, one_line, web_address

SUBJECT_OF_TICKET = 200  # characters
POSSIBLE_REPEAT = "Possible repeat: it is not known whether an earlier copy of this page arrived."
ACKNOWLEDGE = "To say that you are on it, click Acknowledge on the page in Slack. "
ANSWER = "Answering the ticket stops the pages."
NOBODY_READS = "Nobody reads answers to this mail."
OPEN_TICKET = page_text.OPEN_TICKET


def headline(message: PageMessage) -> str:
    """The page in one line: the subject of a mail."""
    line = page_text.headline(message.view)
    return f"{line} (possible repeat)" if message.repeat else line


def unusual(message: PageMessage) -> tuple[str, ...]:
    """What is unusual about this copy. Whether Slack's copy is a repeat does not concern this one."""
    warnings = page_text.warnings(replace(message.view, repeat=False), PlainText(message.view.zone))
    return (POSSIBLE_REPEAT, *warnings) if message.repeat else warnings


def mail_body(message: PageMessage) -> str:
    """The body of a mail, in paragraphs."""
    view = message.view
    style = PlainText(view.zone)
    address = web_address(view.url)
    ticket = [page_text.which(view, style), page_text.affected(view, style), *([address] if address else [])]
    state = [*([] if view.ended else [page_text.how_long(view, style)]), page_text.who_has_it(view, style)]
    heading, *steps = page_text.what_next(view, style)
    paragraphs = [
        f"{page_text.headline(view)}.",
        *unusual(message),
        "\n".join(ticket),
        sentence(page_text.why_severe(view, style)),
        "\n".join(state),
        "\n".join((heading, *(f"  - {step}" for step in steps))),
        *([] if view.ended else [f"{ACKNOWLEDGE if view.in_slack else ''}{ANSWER}\n{NOBODY_READS}"]),
        page_text.footer(view, style),
    ]
    return "\n\n".join(paragraphs) + "\n"


def summary(message: PageMessage, most: int) -> str:
    """One line for an alert's title: the headline, the customer, the subject."""
    view, style = message.view, PlainText(message.view.zone)
    about = style.escape(view.subject, SUBJECT_OF_TICKET)
    customer = style.escape(view.organization or view.requester or "", page_text.NAME)
    parts = [f"{page_text.headline(view)}.", f"{customer}:" if customer and about else customer, about]
    return style.escape(" ".join(part for part in parts if part), most)


def details(message: PageMessage) -> dict[str, str]:
    """What an alert shows below its title."""
    view, style = message.view, PlainText(message.view.zone)
    details = {
        "ticket": f"{view.helpdesk} {view.ticket}",
        "customer": page_text.affected(view, style),
        "subject": style.escape(view.subject, SUBJECT_OF_TICKET),
        "severity": page_text.why_severe(view, style),
        "time": "" if view.ended else page_text.how_long(view, style),
        "who": page_text.who_has_it(view, style),
        "next": _in_one_line(page_text.what_next(view, style)),
        "why now": style.escape(view.why_now, page_text.WHY_NOW),
        "unusual": " ".join(unusual(message)),
    }
    return {name: text for name, text in details.items() if text}


def one_subject(message: TextMessage) -> str:
    """The subject of a text, in one line."""
    line = one_line(message.subject)
    return f"{line} (possible repeat)" if message.repeat else line


def plain_text(message: TextMessage) -> str:
    """A text in one paragraph."""
    line = one_line(message.text)
    return f"{POSSIBLE_REPEAT} {line}" if message.repeat else line


def text_mail_body(message: TextMessage) -> str:
    """The body of a mail with a text."""
    figures = [] if message.grid is None else [grid_text(message.grid)]
    return "\n\n".join((plain_text(message), *figures, NOBODY_READS)) + "\n"


def grid_text(grid: Grid) -> str:
    """Figures in columns two blanks apart; the first to the left, the others to the right."""
    lines = [[one_line(cell) for cell in row] for row in (grid.heads, *grid.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _in_one_line(lines: tuple[str, ...]) -> str:
    heading, *steps = lines
    return f"{heading} {'; '.join(steps)}" if steps else heading


def text(message: PageMessage) -> str:
    """The whole page read aloud."""
    view = replace(message.view, repeat=False)
    text = page_text.sentence(view, PlainText(view.zone))
    return f"{POSSIBLE_REPEAT} {text}" if message.repeat else text
