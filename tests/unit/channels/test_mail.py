"""Mail: what arrives, and what is said when it does not."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.channels.email import channel as email_channel
from slabot.channels.email.channel import EmailChannel
from slabot.channels.email.message import write
from slabot.channels.email.settings import MailSettings
from slabot.channels.errors import SendError, SendOutcomeUnknown, SendPermanent, SendRetry, SettingError
from slabot.channels.slack.examples import OPEN, PAGES, PAST
from slabot.clock import SteppedClock
from slabot.messages.message import PageMessage
from slabot.policy.channels import Encryption
from tests.fixtures.peers import endless
from tests.fixtures.ports import free_port
from tests.unit.channels.post_office import LOGIN, PostOffice, office, speaking, trusting

NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)
KEY = "acme/4711/page/first_response/critical/50% used/0"
MESSAGE = PageMessage(key=KEY, view=OPEN)
TO = "maya@acme.example"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with office() as opened:
        yield opened


def channel(port: int, clock: SteppedClock, **changes: object) -> EmailChannel:
    settings = MailSettings(host="127.0.0.1", port=port, sender="slabot <slabot@acme.example>")
    return EmailChannel(replace(settings, **({"encryption": Encryption.NONE} | changes)), clock)  # type: ignore[arg-type]


def failure(made: EmailChannel, to: str = TO) -> SendError:
    with pytest.raises(SendError) as caught:
        made.send(MESSAGE, to)
    assert caught.value.__context__ is None, "what smtplib raised holds the mail, and must not travel along"
    return caught.value


def test_a_page_arrives_with_its_id_its_words_and_its_link(post: PostOffice, clock: SteppedClock) -> None:
    channel(post.port, clock).send(MESSAGE, TO)

    (taken,) = post.taken
    assert (taken.sender, taken.recipients) == ("slabot@acme.example", [TO])
    assert taken.mail["Subject"] == "Critical: 1 hour left to answer ticket 4711"
    assert taken.mail["X-Slabot-Page"] == KEY
    assert taken.mail["Auto-Submitted"] == "auto-generated"
    assert taken.mail["Date"].datetime == NOW
    body = taken.mail.get_content()
    assert taken.mail.get_content_type() == "text/plain"
    assert "https://acme.zendesk.com/agent/tickets/4711" in body.splitlines()
    assert "Nobody has it yet." in body


def test_a_repeat_says_so_and_has_the_same_id(post: PostOffice, clock: SteppedClock) -> None:
    made = channel(post.port, clock)
    made.send(MESSAGE, TO)
    made.send(replace(MESSAGE, repeat=True), TO)

    first, second = (taken.mail for taken in post.taken)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["X-Slabot-Page"] == second["X-Slabot-Page"]
    assert "possible repeat" not in first["Subject"] + first.get_content().lower()
    assert second["Subject"].endswith("(possible repeat)")
    assert "Possible repeat: it is not known whether an earlier copy of this page arrived." in second.get_content()


def test_a_repeat_in_slack_is_none_in_the_mail(post: PostOffice, clock: SteppedClock) -> None:
    channel(post.port, clock).send(PageMessage(key=KEY, view=replace(OPEN, repeat=True)), TO)

    assert "Sent again" not in post.taken[0].mail.get_content()


def test_mails_about_one_clock_stand_together_and_about_another_apart(post: PostOffice, clock: SteppedClock) -> None:
    made = channel(post.port, clock)
    for key, view in (
        ("a", OPEN),
        ("b", PAST),
        ("c", replace(OPEN, clock="resolution")),
        ("d", replace(OPEN, ticket="9")),
    ):
        made.send(PageMessage(key=key, view=view), TO)

    first, further, other_clock, other_ticket = (taken.mail for taken in post.taken)
    assert first["References"] == further["References"]
    assert first["Message-ID"] != further["Message-ID"]
    assert len({first["References"], other_clock["References"], other_ticket["References"]}) == 3


def test_hostile_words_make_no_header_and_no_further_recipient(post: PostOffice, clock: SteppedClock) -> None:
    evil = "x\r\nBcc: boss@acme.example\r\n\r\n.\r\nMAIL FROM:<evil@evil.example>\u2028"
    view = replace(
        OPEN, ticket=evil, severity=evil, clock=evil, subject=evil, organization=evil, helpdesk=evil, because=(evil,)
    )
    channel(post.port, clock).send(PageMessage(key=evil, view=view), TO)

    (taken,) = post.taken
    assert taken.recipients == [TO]
    assert taken.mail["Bcc"] is None
    assert set(taken.mail.keys()) == set(
        write(MESSAGE, TO, name="slabot", sender="slabot@acme.example", now=NOW).keys()
    )
    assert not any(line.startswith("Bcc:") for line in taken.mail.get_content().splitlines())


def test_every_example_of_a_page_can_be_mailed(post: PostOffice, clock: SteppedClock) -> None:
    made = channel(post.port, clock)
    for name, view in PAGES.items():
        made.send(PageMessage(key=name, view=view), TO)

    assert [taken.mail["X-Slabot-Page"] for taken in post.taken] == list(PAGES)


@pytest.mark.parametrize(
    ("command", "reply", "words"),
    [
        ("RCPT", "550 5.1.1 No such user <maya@acme.example>", "does not accept the recipient (550 5.1.1)"),
        ("MAIL", "553 Who are you", "does not accept the sender (553)"),
        ("DATA", "554 5.7.1 Spam", "does not accept the mail (554 5.7.1)"),
    ],
)
def test_what_is_refused_for_good_says_what_to_do(
    post: PostOffice, clock: SteppedClock, command: str, reply: str, words: str
) -> None:
    post.says[command] = reply
    error = failure(channel(post.port, clock))

    assert isinstance(error, SendPermanent)
    assert words in str(error)
    assert error.remedy in str(error)
    assert "No such user" not in str(error), "a reply may quote anybody"
    assert post.taken == []


@pytest.mark.parametrize(("command", "reply"), [("RCPT", "450 Greylisted"), ("MAIL", "421 Busy"), ("DATA", "452 Full")])
def test_what_is_refused_for_now_is_tried_again_later(
    post: PostOffice, clock: SteppedClock, command: str, reply: str
) -> None:
    post.says[command] = reply
    error = failure(channel(post.port, clock))

    assert isinstance(error, SendRetry)
    assert error.until == NOW + timedelta(seconds=30)
    assert post.taken == []


def test_a_connection_that_breaks_after_the_mail_leaves_a_doubt(post: PostOffice, clock: SteppedClock) -> None:
    post.says["hang up"] = "yes"
    error = failure(channel(post.port, clock))

    assert isinstance(error, SendOutcomeUnknown)
    assert "may or may not have arrived" in str(error)
    assert len(post.taken) == 1


def test_a_connection_that_breaks_before_the_mail_leaves_none(clock: SteppedClock) -> None:
    with speaking(b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n") as port:
        assert isinstance(failure(channel(port, clock)), SendRetry)


def test_nobody_listening_is_tried_again(clock: SteppedClock) -> None:
    error = failure(channel(free_port(), clock))

    assert isinstance(error, SendRetry)
    assert "the connection was refused" in str(error)


def test_a_host_that_sends_no_mail_is_refused_for_good(clock: SteppedClock) -> None:
    with speaking(b"554 5.3.2 not here\r\n") as port:
        error = failure(channel(port, clock))

    assert isinstance(error, SendPermanent)
    assert "takes no mail (554 5.3.2)" in str(error)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ((), SendRetry),
        ((b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"), SendOutcomeUnknown),
    ],
)
def test_a_server_that_hangs_costs_no_longer_than_its_time(
    clock: SteppedClock, monkeypatch: pytest.MonkeyPatch, lines: tuple[bytes, ...], kind: type[SendError]
) -> None:
    monkeypatch.setattr(email_channel, "WHOLE", 0.4)
    with speaking(*lines, then_hang=True) as port:
        began = time.monotonic()
        error = failure(channel(port, clock))
        took = time.monotonic() - began

    assert isinstance(error, kind)
    assert took < 4  # the ordinary limit is 5 s


SLOW = {
    "a greeting": (b"", b"220-hello\r\n"),
    "a greeting that never ends its line": (b"", b"2"),
    "an answer of many lines": (b"220 hello\r\n", b"250-ok\r\n"),
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("every", [0.02, 0], ids=["a byte at a time", "as fast as it goes"])
def test_a_server_that_never_comes_to_an_end_is_given_up(
    clock: SteppedClock, monkeypatch: pytest.MonkeyPatch, name: str, every: float
) -> None:
    first, again = SLOW[name]
    monkeypatch.setattr(email_channel, "WHOLE", 0.3 if every else 60.0)  # or by its bytes
    with endless(first, again if every else again * 1000, every=every, greets=True) as peer:
        began = time.monotonic()
        error = failure(channel(peer.port, clock))
    assert not isinstance(error, SendOutcomeUnknown)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("encryption", [Encryption.TLS, Encryption.STARTTLS])
def test_a_handshake_that_comes_a_byte_at_a_time_is_given_up(
    clock: SteppedClock, monkeypatch: pytest.MonkeyPatch, encryption: Encryption
) -> None:
    monkeypatch.setattr(email_channel, "WHOLE", 0.4)
    record = b"\x16\x03\x03\x40\x00"
    if encryption is Encryption.TLS:
        with endless(record, b"\x02") as peer:
            error = failure(channel(peer.port, clock, encryption=encryption, trusts=trusting()))
    else:
        with speaking(b"220 hello\r\n", b"250-ok\r\n250 STARTTLS\r\n", b"220 go\r\n", record, then_hang=True) as port:
            error = failure(channel(port, clock, encryption=encryption, trusts=trusting()))
    assert isinstance(error, SendRetry)
    assert "did not answer in time" in str(error)


def test_what_was_given_up_sends_nothing_afterwards(clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email_channel, "WHOLE", 0.3)
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def slow() -> None:
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            for line in (b"220 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n"):
                time.sleep(0.15)
                connection.sendall(line)
                heard.append(connection.recv(65536))

    thread = threading.Thread(target=slow, daemon=True)
    thread.start()
    assert isinstance(failure(channel(server.getsockname()[1], clock)), SendRetry)
    thread.join(60)
    server.close()

    assert not any(said.startswith(b"data") for said in heard)


def test_the_conversation_is_encrypted_and_logged_in_where_the_policy_says_so(clock: SteppedClock) -> None:
    with office(starttls=True, login=True) as post:
        channel(
            post.port,
            clock,
            encryption=Encryption.STARTTLS,
            username=LOGIN[0],
            password=LOGIN[1],
            trusts=trusting(),
        ).send(MESSAGE, TO)
        assert len(post.taken) == 1
    with office(tls=True) as post:
        channel(post.port, clock, encryption=Encryption.TLS, trusts=trusting()).send(MESSAGE, TO)
        assert len(post.taken) == 1


def test_a_wrong_password_says_which_variables_to_mend_and_shows_none(clock: SteppedClock) -> None:
    with office(starttls=True, login=True) as post:
        made = channel(
            post.port,
            clock,
            encryption=Encryption.STARTTLS,
            username="slabot",
            password="hunter2-secret",
            trusts=trusting(),
        )
        error = failure(made)

    assert isinstance(error, SendPermanent)
    assert "does not accept the login (535" in str(error)
    assert "email.password_env" in error.remedy
    assert "hunter2" not in str(error) + repr(error) + repr(made)


def test_a_certificate_that_nobody_knows_is_not_spoken_to(clock: SteppedClock) -> None:
    with office(tls=True) as post:
        error = failure(channel(post.port, clock, encryption=Encryption.TLS))
        assert post.taken == []

    assert isinstance(error, SendPermanent)
    assert "its certificate is not trusted" in str(error)


def test_encryption_that_is_not_offered_is_not_done_without(post: PostOffice, clock: SteppedClock) -> None:
    error = failure(channel(post.port, clock, encryption=Encryption.STARTTLS))

    assert isinstance(error, SendPermanent)
    assert "offers no encryption" in str(error)
    assert post.taken == []


@pytest.mark.parametrize(
    "to", ["nobody", "a@b.example, c@d.example", "a@b.example\r\nRCPT TO:<x@y.example>", "", "ä@b.example"]
)
def test_what_is_no_address_gets_no_mail(post: PostOffice, clock: SteppedClock, to: str) -> None:
    assert isinstance(failure(channel(post.port, clock), to), SendPermanent)
    assert post.taken == []


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "nobody"},
        {"sender": "slabot@acme.example\r\nBcc: x@y.example"},
        {"encryption": Encryption.NONE, "host": "mail.acme.example"},
        {"username": "slabot"},
        {"username": "slabot", "password": ""},
        {"username": "slabot", "password": "two\nlines"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(clock: SteppedClock, changes: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        channel(25, clock, **changes)
