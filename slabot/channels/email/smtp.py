"""Hand over one mail to a mail server, and know how far that got.

Promise: one mail to one recipient. It ends within its time and its bytes, with the server's reply or with an error;
afterwards it is known whether the mail may have been taken.

Source: RFC 5321, reply codes in section 4.2, the end of a mail in section 4.5.4.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from slabot.outside import Limit, connect, keep_to_limits
from slabot.policy.channels import Encryption
from slabot.tracing import Fact, SpanKind, span

CONNECT = 4.0  # seconds to reach the server
GOODBYE = 0.5  # seconds for the answer to QUIT, which changes nothing any more
SAID = 64 * 2**10  # bytes that a server may say in one conversation

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


class _Smtp(smtplib.SMTP):
    """smtplib's, within the limit of the calling thread."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect(host, port, seconds=timeout)


class _SmtpOverTls(smtplib.SMTP_SSL):
    """The same, encrypted from the beginning."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = connect(host, port, seconds=timeout)
        try:
            return self.context.wrap_socket(plain, server_hostname=host)
        except (OSError, ValueError):
            plain.close()
            raise


class MailDialogue:
    """One attempt to hand over one mail."""

    def __init__(self, server: MailServer, *, sender: str, recipient: str, mail: bytes) -> None:
        """Connect to nothing yet. `mail` has CRLF at the ends of its lines."""
        self.stage = MailStage.GREETING
        self._server, self._sender, self._recipient, self._mail = server, sender, recipient, mail

    def hold(self, seconds: float) -> None:
        """Hand it over, within so many seconds.

        Raises:
            MailRefused: the server said no, at the present `stage`.
            smtplib.SMTPNotSupportedError: no encryption, or no login, is offered.
            smtplib.SMTPException, OSError, ValueError: the connection could not be made, or broke off.
        """
        server = self._server
        facts: dict[str, Fact] = {"server.address": server.host, "server.port": server.port}
        try:
            with (
                span("SMTP", facts, SpanKind.CLIENT),
                Limit(seconds, most_bytes=SAID),
                contextlib.closing(self._connect()) as smtp,
            ):
                smtp.ehlo_or_helo_if_needed()
                if server.encryption is Encryption.STARTTLS:
                    self.stage = MailStage.ENCRYPTION
                    smtp.starttls(context=self._trusts())
                    smtp.ehlo_or_helo_if_needed()
                if server.username is not None and server.password is not None:
                    self.stage = MailStage.LOGIN
                    _log_in(smtp, server.username, server.password)
                self.stage = MailStage.SENDER
                _expect(smtp.mail(self._sender), 250)
                self.stage = MailStage.RECIPIENT
                _expect(smtp.rcpt(self._recipient), 250, 251)
                self.stage = MailStage.CONTENT
                _expect(smtp.data(self._mail), 250)
                self.stage = MailStage.TAKEN
                _quit(smtp)
        except smtplib.SMTPResponseException as error:
            refused = MailRefused(error.smtp_code, error.smtp_error)
        else:
            return
        raise refused

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.encryption is Encryption.TLS:
            return _SmtpOverTls(server.host, server.port, server.domain, timeout=CONNECT, context=self._trusts())
        return _Smtp(server.host, server.port, server.domain, timeout=CONNECT)

    def _trusts(self) -> ssl.SSLContext:
        return keep_to_limits(self._server.trusts or ssl.create_default_context())


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
    with contextlib.suppress(OSError, smtplib.SMTPException), Limit(GOODBYE):
        smtp.quit()
