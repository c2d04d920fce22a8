"""Hand over one mail to a mail server, and know how far that got.

Promise: one mail to one recipient. It ends with the server's reply, with an error, or is given up; afterwards it is
known whether the mail may have been taken, because a conversation that was given up never begins to send one.

Source: RFC 5321, reply codes in section 4.2, the end of a mail in section 4.5.4.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import threading
from dataclasses import dataclass, field
from enum import StrEnum

from slabot.policy.channels import Encryption

STEP = 4.0  # seconds of silence of the server
GOODBYE = 0.5  # seconds for the answer to QUIT, which changes nothing any more

_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")


class MailStage(StrEnum):
    """How far the conversation has come."""

    GREETING = "greeting"
    ENCRYPTION = "encryption"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    """From here on the mail may have been taken, whatever the server replies."""
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where it is, and who we are there.

    Attributes:
        domain: by which we introduce ourselves.
        username, password: None where the server asks for no login.
        trusts: whose certificates are good; those of the machine if None.
    """

    host: str
    port: int
    encryption: Encryption
    domain: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    trusts: ssl.SSLContext | None = None


class MailRefused(Exception):
    """The server said no.

    Attributes:
        code: of its reply.
        number: the code as people look it up: ``550 5.1.1``. The rest of a reply may quote anybody, so it is not kept.
    """

    def __init__(self, code: int, answer: bytes | str) -> None:
        """Take the numbers out of a reply."""
        raw = answer if isinstance(answer, bytes) else answer.encode(errors="replace")
        enhanced = _ENHANCED.match(raw)
        self.code = code
        self.number = f"{code} {enhanced[1].decode()}" if enhanced else str(code)
        super().__init__(self.number)


class GivenUp(Exception):
    """Nobody waits for the end of this conversation any more."""


class Conversation:
    """One attempt to hand over one mail."""

    def __init__(self, server: MailServer, *, sender: str, recipient: str, mail: bytes) -> None:
        """Connect to nothing yet. `mail` has CRLF at the ends of its lines."""
        self.stage = MailStage.GREETING
        self._server, self._sender, self._recipient, self._mail = server, sender, recipient, mail
        self._lock = threading.Lock()
        self._given_up = False

    def hold(self) -> None:
        """Hand it over.

        Raises:
            MailRefused: the server said no, at the present `stage`.
            GivenUp: it was given up before anything was sent.
            smtplib.SMTPNotSupportedError: no encryption, or no login, is offered.
            smtplib.SMTPException, OSError, ValueError: the connection could not be made, or broke off.
        """
        server = self._server
        try:
            smtp = self._connect()
            try:
                smtp.ehlo_or_helo_if_needed()
                if server.encryption is Encryption.STARTTLS:
                    self._reach(MailStage.ENCRYPTION)
                    smtp.starttls(context=server.trusts or ssl.create_default_context())
                    smtp.ehlo_or_helo_if_needed()
                if server.username is not None and server.password is not None:
                    self._reach(MailStage.LOGIN)
                    _log_in(smtp, server.username, server.password)
                self._reach(MailStage.SENDER)
                _expect(smtp.mail(self._sender), 250)
                self._reach(MailStage.RECIPIENT)
                _expect(smtp.rcpt(self._recipient), 250, 251)
                self._reach(MailStage.CONTENT)
                _expect(smtp.data(self._mail), 250)
                self._reach(MailStage.TAKEN)
                _quit(smtp)
            finally:
                smtp.close()
        except smtplib.SMTPResponseException as error:
            refused = MailRefused(error.smtp_code, error.smtp_error)
        else:
            return
        raise refused

    def give_up(self) -> MailStage:
        """Let it begin nothing more; returns how far it had come."""
        with self._lock:
            self._given_up = True
            return self.stage

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.encryption is Encryption.TLS:
            trusts = server.trusts or ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, server.domain, timeout=STEP, context=trusts)
        return smtplib.SMTP(server.host, server.port, server.domain, timeout=STEP)

    def _reach(self, stage: MailStage) -> None:
        with self._lock:
            if self._given_up:
                raise GivenUp
            self.stage = stage


def _log_in(smtp: smtplib.SMTP, username: str, password: str) -> None:
    """By one way, once. `SMTP.login` tries all of them, and a server that hangs up after a wrong password hides why."""
    smtp.user, smtp.password = username, password
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        smtp.auth("PLAIN", smtp.auth_plain)
    elif "LOGIN" in offered:
        smtp.auth("LOGIN", smtp.auth_login)
    elif "CRAM-MD5" in offered:
        smtp.auth("CRAM-MD5", smtp.auth_cram_md5)
    else:
        raise smtplib.SMTPNotSupportedError


def _expect(reply: tuple[int, bytes], *good: int) -> None:
    if reply[0] not in good:
        raise MailRefused(*reply)


def _quit(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if smtp.sock is not None:
            smtp.sock.settimeout(GOODBYE)
        smtp.quit()
