"""Write a page as a mail.

Promise: a mail carries the page's id; mails about one clock of one ticket stand together. Nothing that a customer wrote
can become a header, a recipient or a command.

Source of the headers that keep machines from answering: RFC 3834, section 5.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import assert_never

from slabot.channels.settings import header_text
from slabot.domain import utc
from slabot.messages import plain_text
from slabot.messages.message import PageMessage, TextMessage

SUBJECT = 200  # characters


def write(message: PageMessage | TextMessage, to: str, *, name: str, sender: str, now: datetime) -> EmailMessage:
    """The mail of a message.

    Args:
        message: what to say.
        to: one address.
        name: of the sender; may be empty.
        sender: the address that it is from.
        now: the present instant.
    """
    domain = sender.rpartition("@")[2]
    thread: str | None = None
    match message:
        case PageMessage(view=view):
            subject, text = plain_text.headline(message), plain_text.mail_body(message)
            thread = _id(domain, "thread", view.helpdesk, view.ticket, view.clock)
        case TextMessage():
            subject, text = plain_text.one_subject(message), plain_text.text_mail_body(message)
        case _:
            assert_never(message)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject[:SUBJECT]
    mail["Date"] = format_datetime(utc(now))
    mail["Message-ID"] = _id(domain, "page", message.key)
    mail["X-Slabot-Page"] = header_text(message.key)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if thread is not None:
        mail["References"] = mail["In-Reply-To"] = thread
    mail.set_content(text, subtype="plain", charset="utf-8", cte="quoted-printable")
    return mail


def _id(domain: str, kind: str, *names: str) -> str:
    digest = hashlib.sha256("\0".join(names).encode()).hexdigest()[:32]
    return f"<{digest}.{kind}@{domain}>"
