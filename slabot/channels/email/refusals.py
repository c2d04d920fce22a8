"""Say why a mail server did not take a mail, and what to do about it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping

from slabot.channels.email.smtp import MailStage
from slabot.channels.refusals import REPORT

UNTRUSTED = "its certificate is not trusted"
TOO_SLOW = "it did not answer in time"
BROKEN_OFF = "the connection broke off"
CHECK_SERVER = "Check email.host and email.port in the policy, and the machine's clock and certificates."
NO_ADDRESS = (
    "a page is to go to something that is no mail address",
    "Check the email: destinations in the policy; they are written like email:team@acme.example.",
)

_REFUSED: Mapping[MailStage, tuple[str, str]] = {
    MailStage.GREETING: ("takes no mail", "Check email.host and email.port in the policy."),
    MailStage.ENCRYPTION: (
        "does not begin to encrypt",
        "Check email.port and email.tls in the policy: 587 goes with starttls, 465 with tls.",
    ),
    MailStage.LOGIN: (
        "does not accept the login",
        "Put a valid login into the variables that email.username_env and email.password_env name, and restart slabot.",
    ),
    MailStage.SENDER: ("does not accept the sender", "Check email.from in the policy, and whether a login is needed."),
    MailStage.RECIPIENT: (
        "does not accept the recipient",
        "Check the address in the policy, and whether slabot may send mail to it from there.",
    ),
    MailStage.CONTENT: (
        "does not accept the mail",
        "Ask whoever runs the mail server why; its log has the Message-ID.",
    ),
    MailStage.TAKEN: ("does not accept the mail", REPORT),
}


def refused(stage: MailStage) -> tuple[str, str]:
    """What a mail server does at this stage, and the remedy."""
    return _REFUSED[stage]


def not_offered(stage: MailStage) -> tuple[str, str]:
    """Why, and the remedy, where a mail server lacks what is needed."""
    if stage is MailStage.ENCRYPTION:
        return "it offers no encryption (STARTTLS)", _REFUSED[MailStage.ENCRYPTION][1]
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
