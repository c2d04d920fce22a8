"""Webhooks, against a receiver that checks signatures, over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.channels import http
from slabot.channels.errors import SendError, SendOutcomeUnknown, SendPermanent, SendRetry, SettingError, TokenError
from slabot.channels.slack.examples import OPEN, PAGES
from slabot.channels.webhook.channel import WebhookChannel, signed
from slabot.channels.webhook.settings import WebhookSettings
from slabot.clock import SteppedClock
from slabot.messages.message import PageMessage
from slabot_sandbox import Did, FaultKind, Sandbox
from tests.fixtures.peers import endless
from tests.unit.channels.post_office import speaking

NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)
KEY = "acme/4711/page/first_response/critical/50% used/0"
MESSAGE = PageMessage(key=KEY, view=OPEN)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SteppedClock(NOW)) as sandbox:
        yield sandbox


@pytest.fixture
def channel(sandbox: Sandbox) -> WebhookChannel:
    return made(sandbox)


def made(sandbox: Sandbox, secret: str = "", url: str = "") -> WebhookChannel:
    settings = WebhookSettings(url=url or f"{sandbox.receiver.url}/pager", secret=secret or sandbox.receiver.secret)
    return WebhookChannel({"pager": settings}, sandbox.clock)


def failure(channel: WebhookChannel) -> SendError:
    with pytest.raises(SendError) as caught:
        channel.send(MESSAGE, "pager")
    assert caught.value.__context__ is None, "what requests raised holds the address, which may be a secret"
    return caught.value


def test_a_page_is_believed_by_who_knows_the_secret(sandbox: Sandbox, channel: WebhookChannel) -> None:
    channel.send(MESSAGE, "pager")

    (page,) = sandbox.receiver.pages
    assert (page["version"], page["type"], page["id"]) == (1, "page", KEY)
    assert page["possible_repeat"] is False
    assert page["clock"]["due_at"] == "2026-01-09T22:30:00+00:00"
    assert page["clock"]["left_seconds"] == 3600
    (effect,) = sandbox.journal.effects(kind=Did.PAGE_RECEIVED)
    assert effect["page"] == KEY


def test_a_wrong_secret_is_not_believed_and_says_so(sandbox: Sandbox) -> None:
    error = failure(made(sandbox, "another-secret"))

    assert isinstance(error, SendPermanent)
    assert "does not accept the signature (HTTP 401)" in str(error)
    assert sandbox.receiver.pages == []


def test_the_signature_is_over_the_time_and_exactly_the_bytes() -> None:
    body = json.dumps({"id": "ü"}).encode()
    headers = signed("secret", body, NOW)

    expected = hmac.new(b"secret", b"1767994200." + body, hashlib.sha256).hexdigest()
    assert headers == {"X-Slabot-Timestamp": "1767994200", "X-Slabot-Signature": f"v1={expected}"}


def test_what_may_have_arrived_is_sent_again_as_a_possible_repeat(sandbox: Sandbox, channel: WebhookChannel) -> None:
    sandbox.faults.add(FaultKind.DROP_AFTER, service="receiver", times=1)
    assert isinstance(failure(channel), SendOutcomeUnknown)
    channel.send(replace(MESSAGE, repeat=True), "pager")

    first, second = sandbox.receiver.pages
    assert (first["id"], first["possible_repeat"]) == (KEY, False)
    assert (second["id"], second["possible_repeat"]) == (KEY, True)
    assert second["text"].startswith("Possible repeat:")


def test_every_example_is_a_body(sandbox: Sandbox, channel: WebhookChannel) -> None:
    for name, view in PAGES.items():
        channel.send(PageMessage(key=name, view=view), "pager")

    assert [page["id"] for page in sandbox.receiver.pages] == list(PAGES)
    states = [page["state"]["name"] for page in sandbox.receiver.pages]
    assert set(states) >= {
        "open",
        "open_again",
        "acknowledged",
        "claimed",
        "snoozed",
        "in_time",
        "missed",
        "superseded",
    }


@pytest.mark.parametrize("status", [400, 401, 404, 410, 413, 422, 301, 307])
def test_what_is_refused_for_good_says_what_to_do(sandbox: Sandbox, channel: WebhookChannel, status: int) -> None:
    sandbox.receiver.answers.append(status)
    error = failure(channel)

    assert isinstance(error, SendPermanent)
    assert f"(HTTP {status})" in str(error)
    assert error.remedy
    assert len(sandbox.journal.calls(service="receiver")) == 1, "no redirect is followed, nothing is repeated"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_what_is_refused_for_now_is_tried_again(sandbox: Sandbox, channel: WebhookChannel, status: int) -> None:
    sandbox.receiver.answers.append(status)
    error = failure(channel)

    assert isinstance(error, SendRetry)
    assert error.until == NOW + timedelta(seconds=5)


def test_the_time_that_the_receiver_asks_for_is_given_to_it(sandbox: Sandbox, channel: WebhookChannel) -> None:
    sandbox.faults.add(FaultKind.RATE_LIMIT, service="receiver", seconds=90)
    error = failure(channel)

    assert isinstance(error, SendRetry)
    assert error.until == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_receiver_that_hangs_costs_no_longer_than_its_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(http, "WHOLE", 0.4)
    with speaking(b"", answer, then_hang=True) as port:
        began = time.monotonic()
        error = failure(made(sandbox, url=f"http://127.0.0.1:{port}/"))
        took = time.monotonic() - began

    assert isinstance(error, SendOutcomeUnknown)
    assert took < 4  # the ordinary limit is 5 s


@pytest.mark.parametrize(
    "again", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000], ids=["interim", "headers"]
)
def test_a_receiver_that_sends_a_byte_at_a_time_costs_no_longer_than_its_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, again: bytes
) -> None:
    monkeypatch.setattr(http, "WHOLE", 0.4)
    with endless(again=again) as peer:
        began = time.monotonic()
        error = failure(made(sandbox, url=peer.url))
    assert isinstance(error, SendOutcomeUnknown)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("answers", [True, False], ids=["untrusted", "broken off"])
def test_what_ends_before_it_is_encrypted_was_not_sent(sandbox: Sandbox, answers: bool) -> None:
    if answers:
        with endless(tls=True) as peer:
            error = failure(made(sandbox, url=f"https://127.0.0.1:{peer.port}/"))
        assert isinstance(error, SendPermanent)
        assert "its certificate is not trusted" in str(error)
    else:
        with speaking(b"") as port:
            error = failure(made(sandbox, url=f"https://127.0.0.1:{port}/"))
        assert isinstance(error, SendRetry)
        assert "it could not be connected to" in str(error)


def test_an_endless_answer_is_read_no_further_than_its_beginning(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "WHOLE", 120.0)
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 100_000
    with speaking(b"", endless, then_hang=True) as port:
        began = time.monotonic()
        made(sandbox, url=f"http://127.0.0.1:{port}/").send(MESSAGE, "pager")

    assert time.monotonic() - began < 60  # which is not waited for


def test_neither_address_nor_secret_is_shown(sandbox: Sandbox) -> None:
    channel = made(sandbox, "s3cret-word", f"{sandbox.receiver.url}/path-s3cret")
    error = failure(channel)
    sandbox.stop()
    lost = failure(channel)

    shown = repr(channel) + repr(channel._receivers) + str(error) + repr(error) + str(lost) + repr(lost)
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/pages",
        "ftp://receiver.example",
        "https:///s3cret",
        "https://user:word@receiver.example/",
        "https://receiver.example/#part",
        "https://receiver.example/a b",
        "receiver.example/s3cret",
        "https://receiver.example:port/",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_once_and_not_shown(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(SettingError) as caught:
        WebhookChannel({"pager": WebhookSettings(url=url, secret="word")}, sandbox.clock)

    assert url not in str(caught.value)
    assert "outgoing_webhooks.pager.url" in str(caught.value)


def test_an_empty_secret_is_refused_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(TokenError, match="the secret of the webhook pager is empty"):
        WebhookChannel({"pager": WebhookSettings(url="https://receiver.example", secret="")}, sandbox.clock)
