"""A mail server for tests: takes mail, or answers what the test tells it to.

Promise: a real SMTP server (aiosmtpd) on the loopback address, with encryption and login as real ones have them.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fixtures.ports import free_port

CERTIFICATE = Path(__file__).with_name("certificate.pem")
LOGIN = ("slabot", "correct horse")


@dataclass(slots=True)
class Delivered:
    """One mail that was taken."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)


@dataclass
class PostOffice:
    """Takes mail. `says` overrides its reply to a command: MAIL, RCPT, DATA."""

    says: dict[str, str] = field(default_factory=dict)
    taken: list[Delivered] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.says:
            return self.says["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        assert envelope.mail_from is not None
        self.taken.append(Delivered(envelope.mail_from, list(envelope.rcpt_tos), content))
        if "hang up" in self.says:  # after the mail was taken, before anybody is told
            assert server.transport is not None
            server.transport.close()
            await asyncio.sleep(0)
        return "250 OK"


def trusting() -> ssl.SSLContext:
    """What a client must trust to speak with the office."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def _server_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@contextmanager
def office(*, starttls: bool = False, tls: bool = False, login: bool = False) -> Iterator[PostOffice]:
    """Open an office; its `port` is where."""
    opened = PostOffice()

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = (data.login.decode(), data.password.decode()) == LOGIN
        return AuthResult(success=right, handled=False)

    port = free_port()
    controller = Controller(
        opened,
        hostname="127.0.0.1",
        port=port,
        ssl_context=_server_side() if tls else None,
        tls_context=_server_side() if starttls else None,
        require_starttls=starttls,
        auth_required=login,
        auth_require_tls=starttls,
        authenticator=check if login else None,
    )
    opened.port = port
    controller.start()
    try:
        yield opened
    finally:
        controller.stop()


@contextmanager
def speaking(*lines: bytes, then_hang: bool = False) -> Iterator[int]:
    """A port where whoever connects hears these lines, one after each thing it says, the first at once."""
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def speak() -> None:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(10)
            for number, line in enumerate(lines):
                if number and not connection.recv(65536):
                    return
                connection.sendall(line)
            if then_hang:
                done.wait(20)
            else:
                connection.recv(65536)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        done.set()
        server.close()
        thread.join(5)
