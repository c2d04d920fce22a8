"""What a mail client sees through the proxy."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from slabot.clock import SystemClock
from slabot_sandbox.proxy import FaultyProxy, InForce, Misbehaviour, Rule, RuleBook, Spoken
from tests.unit.channels.post_office import PostOffice, office

PATIENCE = 0.3  # seconds


class Through:
    """A mail server with a proxy before it."""

    def __init__(self, post: PostOffice, proxy: FaultyProxy) -> None:
        self.post, self.proxy = post, proxy
        self.port = proxy.stand_before("email", ("127.0.0.1", post.port), spoken=Spoken.MAIL)

    def add(self, kind: Misbehaviour, **more: Any) -> InForce:
        return self.proxy.rules.add(Rule(kind=kind, service="email", **more))

    def send(self, about: str = "acme/7") -> None:
        mail = EmailMessage()
        mail["X-About"] = about
        mail.set_content("Please look.\n.\n..and again.")
        with smtplib.SMTP("127.0.0.1", self.port, "localhost", timeout=PATIENCE) as smtp:
            smtp.send_message(mail, "bot@acme.example", ["team@acme.example"])


@pytest.fixture
def through() -> Iterator[Through]:
    with office() as post, FaultyProxy(RuleBook(SystemClock())) as proxy:
        yield Through(post, proxy)


def test_what_no_rule_hits_arrives_as_it_was_written(through: Through) -> None:
    through.add(Misbehaviour.HANG, path="X-About: acme/8")
    through.send()
    [taken] = through.post.taken
    assert taken.mail["X-About"] == "acme/7"
    assert taken.mail.get_content().splitlines() == ["Please look.", ".", "..and again."]


@pytest.mark.parametrize(
    ("kind", "how", "seen"),
    [
        (Misbehaviour.HANG, "", smtplib.SMTPServerDisconnected),
        (Misbehaviour.HANG_CONNECT, "", smtplib.SMTPServerDisconnected),
        (Misbehaviour.DRIP, "", smtplib.SMTPServerDisconnected),
        (Misbehaviour.RESET, "before", OSError),
        (Misbehaviour.RESET, "middle", smtplib.SMTPException),
        (Misbehaviour.ENCODING, "", smtplib.SMTPException),
        (Misbehaviour.STATUS, "", smtplib.SMTPConnectError),
        (Misbehaviour.REDIRECT, "", smtplib.SMTPConnectError),
    ],
)
def test_a_rule_that_names_no_line_strikes_instead_of_the_greeting(
    through: Through, kind: Misbehaviour, how: str, seen: type[Exception]
) -> None:
    rule = through.add(kind, how=how, status=421)
    with pytest.raises(seen):
        through.send()
    assert rule.hits == 1
    assert through.post.taken == []


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ({"method": "MAIL"}, smtplib.SMTPSenderRefused),
        ({"method": "RCPT", "path": "*team@acme.example*"}, smtplib.SMTPRecipientsRefused),
        ({"method": "DATA"}, smtplib.SMTPDataError),
        ({"path": "X-About: acme/7"}, smtplib.SMTPDataError),
    ],
)
@pytest.mark.parametrize("status", [451, 550])
def test_a_status_answers_one_line_and_no_mail_is_taken(
    through: Through, line: dict[str, str], seen: type[Exception], status: int
) -> None:
    through.add(Misbehaviour.STATUS, **line, status=status)
    with pytest.raises(seen, match=str(status)):
        through.send()
    assert through.post.taken == []


def test_one_mail_hangs_and_the_others_arrive(through: Through) -> None:
    through.add(Misbehaviour.HANG, path="X-About: acme/7")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        through.send()
    through.send("acme/8")
    assert [taken.mail["X-About"] for taken in through.post.taken] == ["acme/8"]


def test_an_oversize_greeting_has_no_end(through: Through) -> None:
    rule = through.add(Misbehaviour.OVERSIZE, megabytes=1)
    with pytest.raises((smtplib.SMTPException, OSError)):
        through.send()
    assert rule.hits == 1


def test_all_is_well_when_the_rules_are_cleared(through: Through) -> None:
    through.add(Misbehaviour.STATUS, status=421)
    with pytest.raises(smtplib.SMTPConnectError):
        through.send()
    through.proxy.rules.clear()
    through.send()
    assert len(through.post.taken) == 1
