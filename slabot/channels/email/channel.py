"""Send pages by e-mail.

Promise: as `slabot.channels.base` has it. One call is one conversation with the mail server, of bounded length, for one
recipient. The outcome says whether the server took the mail, refused it, or broke off when it may have taken it.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import timedelta
from email.policy import SMTP

from slabot.channels.email import refusals
from slabot.channels.email.message import write
from slabot.channels.email.settings import MailSettings, check, mail_settings, sender_of
from slabot.channels.email.smtp import MailDialogue, MailRefused, MailServer, MailStage
from slabot.channels.errors import SendError, SendOutcomeUnknown, SendPermanent, SendRetry
from slabot.channels.one_way import OneWayChannel
from slabot.channels.refusals import later, outcome_unknown
from slabot.channels.settings import Secret, is_mail_address
from slabot.clock import Clock
from slabot.domain import utc
from slabot.messages.message import PageMessage, TextMessage
from slabot.policy import Policy

WHOLE = 5.0  # seconds for the whole conversation; less than after which the outcome of an attempt counts as unknown
WAIT = timedelta(seconds=30)  # before the server is tried again


def open_channel(policy: Policy, secret: Secret, clock: Clock) -> EmailChannel | None:
    """The channel of a policy; None where it names none, or a variable is not set.

    Raises:
        SettingError: an address or login that cannot be used.
    """
    settings = None if policy.email is None else mail_settings(policy.email, secret)
    return None if settings is None else EmailChannel(settings, clock)


class EmailChannel(OneWayChannel):
    """Pages by e-mail; the place to send to is one address. Safe to share between threads."""

    def __init__(self, settings: MailSettings, clock: Clock) -> None:
        """Connect to nothing yet.

        Raises:
            SettingError: the sender is no address, a login is half given, or mail would leave the machine unencrypted.
        """
        self._name, self._sender = sender_of(settings.sender)
        check(settings)
        self._clock = clock
        self._server = MailServer(
            host=settings.host,
            port=settings.port,
            encryption=settings.encryption,
            domain=self._sender.rpartition("@")[2],
            username=settings.username,
            password=settings.password,
            trusts=settings.trusts,
        )

    def __repr__(self) -> str:
        """Without the password."""
        return f"EmailChannel({self._server.host}:{self._server.port})"

    def send(self, message: PageMessage | TextMessage, to: str) -> None:
        """Send it to one address, once.

        Raises:
            SendRetry: the server was not reached, or does not take it now.
            SendPermanent: the server refuses the recipient, the sender, the login or the mail.
            SendOutcomeUnknown: the connection ended after the mail was on its way.
        """
        if not is_mail_address(to):
            raise SendPermanent(why=refusals.NO_ADDRESS[0], remedy=refusals.NO_ADDRESS[1])
        mail = write(message, to, name=self._name, sender=self._sender, now=self._clock.now())
        conversation = MailDialogue(self._server, sender=self._sender, recipient=to, mail=mail.as_bytes(policy=SMTP))
        failed: SendError
        try:
            conversation.hold(WHOLE)
        except MailRefused as refused:
            failed = self._refused(conversation.stage, refused)
        except smtplib.SMTPNotSupportedError:
            failed = self._permanent(*refusals.not_offered(conversation.stage))
        except ssl.SSLCertVerificationError:
            failed = self._permanent(refusals.UNTRUSTED, refusals.CHECK_SERVER)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            failed = self._broken(conversation.stage, refusals.broken(error))
        else:
            return
        # Outside of the handlers: what smtplib raised may hold the whole mail.
        raise failed

    def _refused(self, stage: MailStage, refused: MailRefused) -> SendError:
        why, remedy = refusals.refused(stage)
        if 500 <= refused.code < 600:
            return self._permanent(f"it {why} ({refused.number})", remedy)
        return self._retry(f"it {why} for now ({refused.number})")

    def _broken(self, stage: MailStage, why: str) -> SendError:
        if stage in (MailStage.CONTENT, MailStage.TAKEN):
            return SendOutcomeUnknown(outcome_unknown(f"{self._named}: {why} while it took the mail"))
        return self._retry(why)

    def _permanent(self, why: str, remedy: str) -> SendPermanent:
        return SendPermanent(why=f"{self._named}: {why}", remedy=remedy)

    def _retry(self, why: str) -> SendRetry:
        until = utc(self._clock.now()) + WAIT
        return SendRetry(later(f"{self._named}: {why}", until), until=until)

    @property
    def _named(self) -> str:
        return f"the mail server {self._server.host}"
