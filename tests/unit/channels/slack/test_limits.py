"""Calls to Slack: one POST to one host, within its time and its bytes."""

from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest

from slabot.channels.base import Unknown, Waits
from slabot.channels.errors import SlackError, SlackOutcomeUnknown, SlackPermanent, SlackRetry
from slabot.channels.slack import channel as slack_channel
from slabot.channels.slack.channel import SlackChannel
from slabot.channels.slack.client import ANSWER, LIST, open_client
from slabot.channels.slack.examples import OPEN
from slabot.channels.slack.sender import SlackSender
from slabot.clock import SteppedClock
from slabot.messages.message import PageMessage
from tests.fixtures.peers import endless
from tests.unit.channels.slack.slack_stub import SlackStub

TOKEN = "xoxb-test-0000-secret"
MUCH = 10.0  # seconds: far more than a call here takes, far less than for ever
OK = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "nothing": (b"", b""),
    "headers": (OK, b"X: y\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body": (OK + b"Content-Length: 100000\r\n\r\n", b" "),
}


def sender_at(url: str, clock: SteppedClock, seconds: float = 0.3) -> SlackSender:
    return SlackSender(open_client(TOKEN, base_url=f"{url}/api/", timeout=seconds), clock)


def failure(sender: SlackSender) -> SlackError:
    with pytest.raises(SlackError) as caught:
        sender.post("C0PAGES", OPEN, key="k")
    assert caught.value.__context__ is None, "what requests raised may hold the answer"
    return caught.value


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_without_an_end_is_given_up_in_time_and_in_doubt(clock: SteppedClock, name: str) -> None:
    with endless(*SLOW[name]) as peer:
        began = time.monotonic()
        error = failure(sender_at(peer.url, clock))
    assert isinstance(error, SlackOutcomeUnknown)
    assert time.monotonic() - began < MUCH


def test_a_handshake_without_an_end_was_not_a_call(clock: SteppedClock) -> None:
    with endless(b"\x16\x03\x03\x40\x00", b"\x02") as peer:
        error = failure(sender_at(f"https://127.0.0.1:{peer.port}", clock))
    assert isinstance(error, SlackRetry)
    assert error.code == "no_connection"


def test_a_certificate_that_nobody_knows_is_not_spoken_to(clock: SteppedClock) -> None:
    with endless(tls=True) as peer:
        error = failure(sender_at(f"https://127.0.0.1:{peer.port}", clock, 5.0))
    assert isinstance(error, SlackPermanent)
    assert error.code == "bad_certificate"


@pytest.mark.parametrize("packed", [False, True])
def test_a_hundred_megabytes_are_not_read(clock: SteppedClock, packed: bool) -> None:
    body = gzip.compress(b" " * 100_000_000, 1) if packed else b" " * 4 * ANSWER
    head = OK + (b"Content-Encoding: gzip\r\n" if packed else b"") + b"Content-Length: 100000000\r\n\r\n"
    tracemalloc.start()
    try:
        with endless(head + body, b" " * 2**16, every=0) as peer:
            error = failure(sender_at(peer.url, clock, MUCH))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, SlackOutcomeUnknown)
    assert error.code == "unreadable"
    assert most < 20 * 2**20


def test_a_list_may_be_longer_than_the_answer_to_a_post(slack: SlackStub, sender: SlackSender) -> None:
    channels = [{"id": f"C{number}", "name": f"channel-{number}", "purpose": "x" * 2000} for number in range(1000)]
    assert ANSWER < len(str(channels)) < LIST
    slack.answer("conversations.list", {"ok": True, "channels": channels})
    assert sender.channel_id("#channel-999") == "C999"


def test_json_that_is_too_deep_is_no_answer(slack: SlackStub, sender: SlackSender) -> None:
    slack.answer("chat.postMessage", b"[" * 100_000)
    with pytest.raises(SlackOutcomeUnknown):
        sender.post("C0PAGES", OPEN, key="k")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(slack: SlackStub, sender: SlackSender, status: int) -> None:
    slack.answer("chat.postMessage", b"", status=status, headers={"Location": f"{slack.url}elsewhere"})
    with pytest.raises(SlackPermanent, match="what answered is not Slack"):
        sender.post("C0PAGES", OPEN, key="k")
    assert [asked.method for asked in slack.asked] == ["chat.postMessage"]


def test_a_channel_whose_id_is_not_told_in_time_is_posted_to_by_its_name(
    slack: SlackStub, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slabot.channels.slack.sender.PLACE", 0.2)
    sender = SlackSender(open_client(TOKEN, base_url=slack.url, timeout=5.0), clock)
    slack.answer("conversations.list", silent=True)
    slack.answer("chat.postMessage", {"ok": True, "channel": "C1", "ts": "1.0"})
    assert sender.post("#pages", OPEN, key="k").channel == "C1"


def test_all_calls_of_one_message_share_its_time(clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_channel, "WHOLE", 0.3)
    with endless(*SLOW["headers"]) as peer:
        sender, began = sender_at(peer.url, clock, MUCH), time.monotonic()
        outcome = SlackChannel(sender).deliver(PageMessage(key="k", view=OPEN), "#pages")
    assert isinstance(outcome, Waits | Unknown)
    assert time.monotonic() - began < MUCH
