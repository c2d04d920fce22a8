"""Do the sender and the sandbox's Slack understand each other?

The stand-in was written from Slack's documentation, without sight of the sender; so this is not a test of our own
idea of Slack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from slabot.channels.errors import SlackHarmless, SlackOutcomeUnknown, SlackPermanent, SlackRetry
from slabot.channels.slack.client import open_client
from slabot.channels.slack.examples import OPEN, PAGES, PAST
from slabot.channels.slack.interactions import Click, SigningSecret, form_payload, read_interaction
from slabot.channels.slack.message import Button, render
from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.setup_check import check_slack
from slabot.clock import SteppedClock
from slabot.domain import Level
from slabot.messages.view import AcknowledgedBy, Who
from slabot_sandbox.base.standin import Shared
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.journal import Did, Journal
from slabot_sandbox.middleware import Middleware
from slabot_sandbox.server import Serving
from slabot_sandbox.slack.standin import TOKEN, SlackStandIn
from tests.unit.channels.conftest import NOW

KEY = OPEN.key


@dataclass
class Slack:
    standin: SlackStandIn
    faults: FaultBook
    journal: Journal
    sender: SlackSender

    def messages(self, *kinds: Did) -> list[dict[str, Any]]:
        wanted = kinds or (Did.MESSAGE_POSTED, Did.REPLY_POSTED)
        return [dict(effect.facts) for effect in self.journal.effects() if effect.kind in wanted]


@pytest.fixture
def slack(clock: SteppedClock) -> Iterator[Slack]:
    shared = Shared(clock)
    standin = SlackStandIn(shared)
    standin.workspace.add_channel("pages")
    standin.workspace.add_channel("elsewhere", joined=False)
    standin.workspace.add_channel("attic", archived=True)
    serving = Serving(Middleware(standin, shared))
    standin.url = serving.url
    serving.start()
    try:
        yield Slack(
            standin, shared.faults, shared.journal, SlackSender(open_client(TOKEN, base_url=standin.api_url), clock)
        )
    finally:
        serving.stop()


def test_a_page_arrives_once_and_can_be_found(slack: Slack) -> None:
    posted = slack.sender.post("#pages", OPEN, key=KEY)
    assert len(slack.messages()) == 1
    assert slack.sender.find("#pages", KEY, NOW) == posted
    assert slack.sender.find("#pages", "another key", NOW) is None


@pytest.mark.parametrize("name", PAGES)
def test_slack_takes_every_state(slack: Slack, name: str) -> None:
    posted = slack.sender.post("#pages", PAGES[name], key=PAGES[name].key)
    (message,) = slack.messages()
    assert message["text"] == render(PAGES[name]).text
    assert message["ts"] == posted.ts


def test_a_further_rung_is_a_reply_in_the_channel_and_can_be_found(slack: Slack, clock: SteppedClock) -> None:
    first = slack.sender.post("#pages", OPEN, key=KEY)
    clock.run_until(clock.now().replace(minute=59), lambda: False)
    reply = slack.sender.post(first.channel, PAST, key="second", thread_ts=first.ts, broadcast=True)
    (told,) = slack.messages(Did.REPLY_POSTED)
    assert told["thread_ts"] == first.ts
    assert told["broadcast"] is True
    assert slack.sender.find(first.channel, "second", NOW, thread_ts=first.ts) == reply


def test_an_update_keeps_the_key(slack: Slack) -> None:
    posted = slack.sender.post("#pages", OPEN, key=KEY)
    slack.sender.update(posted.channel, posted.ts, replace(OPEN, state=AcknowledgedBy(Who("Priya"), NOW)))
    (updated,) = slack.messages(Did.MESSAGE_UPDATED)
    assert updated["text"].startswith("Critical: Priya is on ticket 4711")
    assert slack.sender.find(posted.channel, KEY, NOW) == posted


def test_a_second_message_in_one_second_waits_as_long_as_slack_says(slack: Slack, clock: SteppedClock) -> None:
    slack.sender.post("#pages", OPEN, key="one")
    with pytest.raises(SlackRetry) as caught:
        slack.sender.post("#pages", OPEN, key="two")
    clock.run_until(caught.value.until, lambda: False)
    slack.sender.post("#pages", OPEN, key="two")
    assert len(slack.messages()) == 2


def test_a_lost_answer_is_unknown_and_the_page_is_found(slack: Slack) -> None:
    slack.faults.add("drop_after", path="*chat.postMessage", times=1)
    with pytest.raises(SlackOutcomeUnknown):
        slack.sender.post("#pages", OPEN, key=KEY)
    assert len(slack.messages()) == 1
    assert slack.sender.find("#pages", KEY, NOW) is not None


def test_a_lost_request_is_unknown_and_nothing_is_found(slack: Slack) -> None:
    slack.faults.add("drop_before", path="*chat.postMessage", times=1)
    with pytest.raises(SlackOutcomeUnknown):
        slack.sender.post("#pages", OPEN, key=KEY)
    assert slack.messages() == []
    assert slack.sender.find("#pages", KEY, NOW) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rate_limit", SlackRetry),
        ("unavailable", SlackRetry),
        ("server_error", SlackOutcomeUnknown),
        ("html", SlackOutcomeUnknown),
        ("truncated", SlackOutcomeUnknown),
        ("down", SlackOutcomeUnknown),
    ],
)
def test_every_fault_is_one_call(slack: Slack, fault: str, error: type[Exception]) -> None:
    slack.faults.add(fault, path="*chat.postMessage")
    with pytest.raises(error):
        slack.sender.post("#pages", OPEN, key=KEY)
    assert len(slack.journal.calls(endpoint="chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("channel", "code"),
    [("#elsewhere", "not_in_channel"), ("#attic", "is_archived"), ("#nowhere", "channel_not_found")],
)
def test_a_channel_that_cannot_be_used_is_permanent(slack: Slack, channel: str, code: str) -> None:
    with pytest.raises(SlackPermanent) as caught:
        slack.sender.post(channel, OPEN, key=KEY)
    assert caught.value.code == code


def test_a_message_that_is_gone_is_harmless_to_update(slack: Slack) -> None:
    posted = slack.sender.post("#pages", OPEN, key=KEY)
    with pytest.raises(SlackHarmless):
        slack.sender.update(posted.channel, "1.000000", OPEN)


def test_the_check_finds_all_that_is_wrong(slack: Slack) -> None:
    slack.standin.api.tokens.allow(TOKEN, ["chat:write", "channels:read", "channels:history", "groups:read"])
    levels = [finding.level for finding in check_slack(slack.sender, ["#pages", "#elsewhere", "#attic", "#nowhere"])]
    assert levels.count(Level.WRONG) == 3
    assert levels.count(Level.NOTICE) == 6
    assert levels.count(Level.RIGHT) == 2


def test_a_revoked_token_is_said(slack: Slack) -> None:
    slack.standin.api.tokens.scopes.clear()
    (finding,) = check_slack(slack.sender, ["#pages"])
    assert (finding.level, "invalid_auth" in finding.words) == (Level.WRONG, True)


def test_a_click_of_the_sandbox_is_believed_and_read(slack: Slack, clock: SteppedClock) -> None:
    received: list[tuple[dict[str, str], bytes]] = []

    def product(environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        names = {"HTTP_X_SLACK_SIGNATURE": "X-Slack-Signature"}
        names["HTTP_X_SLACK_REQUEST_TIMESTAMP"] = "X-Slack-Request-Timestamp"
        received.append(({header: environ[name] for name, header in names.items()}, body))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    posted = slack.sender.post("#pages", OPEN, key=KEY)
    user = slack.standin.workspace.add_user("priya@acme.example", name="Priya")
    listening = Serving(product)
    listening.start()
    try:
        slack.standin.people.connect(listening.url)
        slack.standin.people.response_base = slack.standin.url
        slack.standin.people.click(posted.channel, posted.ts, Button.ACKNOWLEDGE.value, user["id"])
    finally:
        listening.stop()
    ((headers, body),) = received
    assert SigningSecret(slack.standin.signing_secret).refusal(headers, body, clock.now()) is None
    click = read_interaction(form_payload(body))
    assert isinstance(click, Click)
    assert (click.key, click.generation, click.action) == (KEY, OPEN.generation, Button.ACKNOWLEDGE)
    assert (click.channel, click.ts, click.user_id) == (posted.channel, posted.ts, user["id"])
    assert slack.sender.directory.email(click.user_id) == "priya@acme.example"
    assert click.response_url is not None
    assert urlsplit(click.response_url).netloc == urlsplit(slack.standin.url).netloc
    slack.sender.post_ephemeral(click, "You have acknowledged ticket 4711.")
    assert "You have acknowledged ticket 4711." in str(slack.messages(*Did))
