"""How does a page leave by e-mail?

Promise: one call is one conversation with the mail server, of bounded length, for one recipient. It is said whether
the server took the mail, refused it, or broke off when it may have taken it. A mail carries the page's id; mails about
one clock of one ticket stand together. Nothing that a customer wrote can become a header, a recipient or a command.

Source of the headers that keep machines from answering: RFC 3834, section 5.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TypeVar

from slabot.clock import Clock
from slabot.domain import utc
from slabot.paging.couriers import words
from slabot.paging.couriers.addresses import header_text, is_loopback, is_mail_address
from slabot.paging.couriers.dispatch import Dispatch, Notice
from slabot.paging.couriers.posting import TooLong, within
from slabot.paging.couriers.smtp import Conversation, GivenUp, MailServer, Refused, Stage
from slabot.paging.errors import SendError, SendOutcomeUnknown, SendPermanent, SendRetry, SettingError
from slabot.policy.ways import Encryption

WHOLE = 5.0  # seconds for the whole conversation; less than after which the runtime calls an act doubtful
WAIT = timedelta(seconds=30)  # before the server is tried again
SUBJECT = 200  # characters

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server and the sender.

    Attributes:
        sender: the address that mails are from: ``slabot@acme.example`` or ``slabot <slabot@acme.example>``.
        encryption: `Encryption.NONE` is for a server on this machine only.
        username, password: None where the server asks for no login.
        trusts: whose certificates are good; those of the machine if None.
    """

    host: str
    port: int
    sender: str
    encryption: Encryption = Encryption.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    trusts: ssl.SSLContext | None = None


class MailCourier:
    """Sends pages by e-mail. Safe to share between threads."""

    def __init__(self, settings: MailSettings, clock: Clock) -> None:
        """Connect to nothing yet.

        Raises:
            SettingError: the sender is no address, a login is half given, or mail would leave the machine unencrypted.
        """
        self._name, self._address = _sender(settings.sender)
        _check(settings)
        self._clock = clock
        self._server = MailServer(
            host=settings.host,
            port=settings.port,
            encryption=settings.encryption,
            domain=self._domain,
            username=settings.username,
            password=settings.password,
            trusts=settings.trusts,
        )

    def __repr__(self) -> str:
        """Without the password."""
        return f"MailCourier({self._server.host}:{self._server.port})"

    def send(self, dispatch: Dispatch, to: str) -> None:
        """Send a page to one address, once.

        Args:
            dispatch: the page.
            to: one address.

        Raises:
            SendRetry: the server was not reached, or does not take it now.
            SendPermanent: the server refuses the recipient, the sender, the login or the mail.
            SendOutcomeUnknown: the connection ended after the mail was on its way.
        """
        self._hand_over(self.message, dispatch, to)

    def tell(self, notice: Notice, to: str) -> None:
        """Send plain words to one address, once; errors as `send`."""
        self._hand_over(self.notice, notice, to)

    def _hand_over(self, write: Callable[[T, str], EmailMessage], content: T, to: str) -> None:
        if not is_mail_address(to):
            raise SendPermanent(why=words.NO_ADDRESS[0], remedy=words.NO_ADDRESS[1])
        mail = write(content, to).as_bytes(policy=SMTP)
        conversation = Conversation(self._server, sender=self._address, recipient=to, mail=mail)
        failed: SendError
        try:
            within(WHOLE, conversation.hold)
        except TooLong:
            stage = conversation.give_up()
            if stage is Stage.TAKEN:
                return
            failed = self._broken(stage, words.TOO_SLOW)
        except Refused as refused:
            failed = self._refused(conversation.stage, refused)
        except smtplib.SMTPNotSupportedError:
            failed = self._permanent(*words.not_offered(conversation.stage))
        except ssl.SSLCertVerificationError:
            failed = self._permanent(words.UNTRUSTED, words.CHECK_SERVER)
        except (OSError, smtplib.SMTPException, GivenUp, ValueError) as error:
            failed = self._broken(conversation.stage, words.broken(error))
        else:
            return
        # Outside of the handlers: what smtplib raised may hold the whole mail.
        raise failed

    def message(self, dispatch: Dispatch, to: str) -> EmailMessage:
        """The mail of a page, as it is sent."""
        view = dispatch.view
        thread = self._id("thread", view.helpdesk, view.ticket, view.clock)
        mail = self._mail(to, words.headline(dispatch), dispatch.key, words.letter(dispatch))
        mail["References"] = thread
        mail["In-Reply-To"] = thread
        return mail

    def notice(self, notice: Notice, to: str) -> EmailMessage:
        """The mail of plain words, as it is sent."""
        return self._mail(to, words.one_subject(notice), notice.key, words.plain_letter(notice))

    def _mail(self, to: str, subject: str, key: str, text: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(self._name, addr_spec=self._address)
        mail["To"] = Address(addr_spec=to)
        mail["Subject"] = subject[:SUBJECT]
        mail["Date"] = format_datetime(utc(self._clock.now()))
        mail["Message-ID"] = self._id("page", key)
        mail["X-Slabot-Page"] = header_text(key)
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(text, subtype="plain", charset="utf-8", cte="quoted-printable")
        return mail

    @property
    def _domain(self) -> str:
        return self._address.rpartition("@")[2]

    def _id(self, kind: str, *names: str) -> str:
        digest = hashlib.sha256("\0".join(names).encode()).hexdigest()[:32]
        return f"<{digest}.{kind}@{self._domain}>"

    def _refused(self, stage: Stage, refused: Refused) -> SendError:
        why, remedy = words.refused(stage)
        if 500 <= refused.code < 600:
            return self._permanent(f"it {why} ({refused.number})", remedy)
        return self._retry(f"it {why} for now ({refused.number})")

    def _broken(self, stage: Stage, why: str) -> SendError:
        if stage in (Stage.CONTENT, Stage.TAKEN):
            return SendOutcomeUnknown(words.in_doubt(f"{self._named}: {why} while it took the mail"))
        return self._retry(why)

    def _permanent(self, why: str, remedy: str) -> SendPermanent:
        return SendPermanent(why=f"{self._named}: {why}", remedy=remedy)

    def _retry(self, why: str) -> SendRetry:
        until = utc(self._clock.now()) + WAIT
        return SendRetry(words.later(f"{self._named}: {why}", until), until=until)

    @property
    def _named(self) -> str:
        return f"the mail server {self._server.host}"


def _sender(text: str) -> tuple[str, str]:
    """Name and address.

    Raises:
        SettingError: it is no address.
    """
    name, address = parseaddr(text)
    if not is_mail_address(address) or not text.isprintable():
        raise SettingError("email.from is no mail address", "write it like slabot@acme.example")
    return name, address


def _check(settings: MailSettings) -> None:
    if settings.encryption is Encryption.NONE and not is_loopback(settings.host):
        raise SettingError(
            f"email.tls: {settings.host} would get pages unencrypted",
            "write starttls or tls; none is accepted for this machine only",
        )
    if (settings.username is None) != (settings.password is None):
        raise SettingError("email: a login needs a user name and a password", "give both, or neither")
    for secret in (settings.username, settings.password):
        if secret is not None and not (secret and secret.isascii() and secret.isprintable()):
            raise SettingError(
                "email: the user name or the password is empty, or holds characters that cannot be sent",
                "set the environment variables that the policy names for them",
            )
