"""What do people read of a page that does not come by Slack, and what is said if it could not be sent?

Promise: every word of mails, PagerDuty alerts and webhooks stands here or in `slabot.paging.words`, so that all ways
say the same. What a customer wrote is shown as one line of plain text; no error quotes it.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from slabot.domain.sentences import sentence
from slabot.paging import words
from slabot.paging.couriers.dispatch import Dispatch, Notice
from slabot.paging.couriers.smtp import Stage
from slabot.paging.markup import one_line, web_address
from slabot.paging.view import Who
from slabot.rules.words import when

SUBJECT_OF_TICKET = 200  # characters
POSSIBLE_REPEAT = "Possible repeat: it is not known whether an earlier copy of this page arrived."
ACKNOWLEDGE = "To say that you are on it, click Acknowledge on the page in Slack. "
ANSWER = "Answering the ticket stops the pages."
NOBODY_READS = "Nobody reads answers to this mail."
OPEN_TICKET = words.OPEN_TICKET


class Letter:
    """The style of plain text: every time in full, nobody mentioned, nothing escaped for Slack."""

    def __init__(self, zone: ZoneInfo) -> None:
        """`zone` is the one in which all times are given."""
        self._zone = zone

    def when(self, instant: datetime) -> str:
        """With its offset."""
        return when(instant, self._zone)

    def hour(self, instant: datetime) -> str:
        """With its day and offset as well: nobody knows when this is read."""
        return when(instant, self._zone)

    def said(self, text: str, most: int) -> str:
        """One line of plain text."""
        line = one_line(text)
        return line if len(line) <= most else line[: most - 1].rstrip() + "…"

    def person(self, who: Who) -> str:
        """By name; never by Slack's id, which says nothing here."""
        return self.said(who.called, 60)

    def strong(self, text: str) -> str:
        """As it is."""
        return text

    def link(self, address: str | None, text: str) -> str:
        """The words alone; the address has a line of its own."""
        return text


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def headline(dispatch: Dispatch) -> str:
    """The page in one line: the subject of a mail."""
    said = words.headline(dispatch.view)
    return f"{said} (possible repeat)" if dispatch.repeat else said


def unusual(dispatch: Dispatch) -> tuple[str, ...]:
    """What is unusual about this copy. Whether Slack's copy is a repeat does not concern this one."""
    said = words.warnings(replace(dispatch.view, repeat=False), Letter(dispatch.view.zone))
    return (POSSIBLE_REPEAT, *said) if dispatch.repeat else said


def letter(dispatch: Dispatch) -> str:
    """The body of a mail, in paragraphs."""
    view = dispatch.view
    style = Letter(view.zone)
    address = web_address(view.url)
    ticket = [words.which(view, style), words.affected(view, style), *([address] if address else [])]
    state = [*([] if view.ended else [words.how_long(view, style)]), words.who_has_it(view, style)]
    heading, *steps = words.what_next(view, style)
    paragraphs = [
        f"{words.headline(view)}.",
        *unusual(dispatch),
        "\n".join(ticket),
        sentence(words.why_severe(view, style)),
        "\n".join(state),
        "\n".join((heading, *(f"  - {step}" for step in steps))),
        *([] if view.ended else [f"{ACKNOWLEDGE if view.in_slack else ''}{ANSWER}\n{NOBODY_READS}"]),
        words.footer(view, style),
    ]
    return "\n\n".join(paragraphs) + "\n"


def summary(dispatch: Dispatch, most: int) -> str:
    """One line for an alert's title: the headline, the customer, the subject."""
    view, style = dispatch.view, Letter(dispatch.view.zone)
    about = style.said(view.subject, SUBJECT_OF_TICKET)
    customer = style.said(view.organization or view.requester or "", words.NAME)
    parts = [f"{words.headline(view)}.", f"{customer}:" if customer and about else customer, about]
    return style.said(" ".join(part for part in parts if part), most)


def details(dispatch: Dispatch) -> dict[str, str]:
    """What an alert shows below its title."""
    view, style = dispatch.view, Letter(dispatch.view.zone)
    said = {
        "ticket": f"{view.helpdesk} {view.ticket}",
        "customer": words.affected(view, style),
        "subject": style.said(view.subject, SUBJECT_OF_TICKET),
        "severity": words.why_severe(view, style),
        "time": "" if view.ended else words.how_long(view, style),
        "who": words.who_has_it(view, style),
        "next": _in_one_line(words.what_next(view, style)),
        "why now": style.said(view.why_now, words.WHY_NOW),
        "unusual": " ".join(unusual(dispatch)),
    }
    return {name: text for name, text in said.items() if text}


def one_subject(notice: Notice) -> str:
    """What plain words are about, in one line."""
    line = one_line(notice.subject)
    return f"{line} (possible repeat)" if notice.repeat else line


def plain_text(notice: Notice) -> str:
    """Plain words in one paragraph."""
    line = one_line(notice.text)
    return f"{POSSIBLE_REPEAT} {line}" if notice.repeat else line


def plain_letter(notice: Notice) -> str:
    """The body of a mail of plain words."""
    return "\n\n".join((plain_text(notice), NOBODY_READS)) + "\n"


def _in_one_line(lines: tuple[str, ...]) -> str:
    heading, *steps = lines
    return f"{heading} {'; '.join(steps)}" if steps else heading


def text(dispatch: Dispatch) -> str:
    """The whole page read aloud."""
    view = replace(dispatch.view, repeat=False)
    said = words.sentence(view, Letter(view.zone))
    return f"{POSSIBLE_REPEAT} {said}" if dispatch.repeat else said


# ── What went wrong ──────────────────────────────────────────────────────────────────────────────────────────────────

LATER = "slabot tries again, not before {until:%H:%M:%S} UTC"
MAYBE = "so the page may or may not have arrived; it is sent again, marked as a possible repeat"
MAYBE_SAME_KEY = "so the event may or may not have arrived; it is sent again with the same key, which changes nothing"
REPORT = "This is an error in slabot: please report it with this message."
UNTRUSTED = "its certificate is not trusted"
TOO_SLOW = "it did not answer in time"
BROKEN_OFF = "the connection broke off"
CHECK_SERVER = "Check email.host and email.port in the policy, and the machine's clock and certificates."
NO_ADDRESS = (
    "a page is to go to something that is no mail address",
    "Check the email: destinations in the policy; they are written like email:team@acme.example.",
)

_REFUSED: Mapping[Stage, tuple[str, str]] = {
    Stage.GREETING: ("takes no mail", "Check email.host and email.port in the policy."),
    Stage.ENCRYPTION: (
        "does not begin to encrypt",
        "Check email.port and email.tls in the policy: 587 goes with starttls, 465 with tls.",
    ),
    Stage.LOGIN: (
        "does not accept the login",
        "Put a valid login into the variables that email.username_env and email.password_env name, and restart slabot.",
    ),
    Stage.SENDER: ("does not accept the sender", "Check email.from in the policy, and whether a login is needed."),
    Stage.RECIPIENT: (
        "does not accept the recipient",
        "Check the address in the policy, and whether slabot may send mail to it from there.",
    ),
    Stage.CONTENT: ("does not accept the mail", "Ask whoever runs the mail server why; its log has the Message-ID."),
    Stage.TAKEN: ("does not accept the mail", REPORT),
}


def later(why: str, until: datetime) -> str:
    """Not sent; tried again."""
    return f"{why}; {LATER.format(until=until)}"


def in_doubt(why: str, *, same_key: bool = False) -> str:
    """It may have been sent."""
    return f"{why}, {MAYBE_SAME_KEY if same_key else MAYBE}"


def refused(stage: Stage) -> tuple[str, str]:
    """What a mail server does at this stage, and the remedy."""
    return _REFUSED[stage]


def not_offered(stage: Stage) -> tuple[str, str]:
    """Why, and the remedy, where a mail server lacks what is needed."""
    if stage is Stage.ENCRYPTION:
        return "it offers no encryption (STARTTLS)", _REFUSED[Stage.ENCRYPTION][1]
    return (
        "it offers no login that slabot knows",
        "Check email.port; if the server asks for no login, take username_env and password_env out.",
    )


def broken(error: Exception) -> str:
    """Why a conversation with a mail server ended."""
    match error:
        case socket.gaierror():
            return "its name is not known"
        case ConnectionRefusedError():
            return "the connection was refused"
        case TimeoutError():
            return TOO_SLOW
        case ssl.SSLError():
            return "the encryption failed"
        case _:
            return BROKEN_OFF


def unknown_name(kind: str, name: str, setting: str) -> tuple[str, str]:
    """Why, and the remedy, where the policy names no receiver of that name."""
    return (
        f'the policy has no {kind} named "{one_line(name)[:60]}"',
        f"Add it under {setting}, or take it out of notify.",
    )


def pagerduty_refused(said: bytes) -> tuple[str, str]:
    """Why, and the remedy, where PagerDuty does not accept an event; what it says may quote the event."""
    if b"routing_key" in said or b"routing key" in said.lower():
        return "the integration key is not valid", CHECK_KEY
    return "it does not accept the event", REPORT


CHECK_KEY = (
    "Put the integration key of an Events API v2 integration (32 characters) into the variable that routing_key_env "
    "names, and restart slabot."
)
CHECK_API = "Check api_url in the policy, and whether a proxy stands in between."
CHECK_URL = "Check the address of the webhook, and whether a proxy stands in between."
MOVED = (
    "it sends slabot on to another address, and slabot does not follow",
    "Put the address where it ends into the policy.",
)
CHECK_SECRET = "Check that the receiver knows the secret that secret_env names, and that its clock is right."
ASK_RECEIVER = "Ask whoever runs the receiver why; its log has the page's id (X-Slabot-Page)."
NOT_NOW = "it takes no more for now"
FAILED = "it failed on the way"
