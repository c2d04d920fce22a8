"""PagerDuty, against its stand-in over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.channels.base import MessageRef, Sent
from slabot.channels.errors import SendOutcomeUnknown, SendPermanent, SendRetry, SettingError, TokenError
from slabot.channels.pagerduty.channel import PagerDutyChannel
from slabot.channels.pagerduty.message import deduplication_key
from slabot.channels.pagerduty.settings import PagerDutySettings
from slabot.channels.slack.examples import OPEN, PAGES
from slabot.clock import SteppedClock
from slabot.messages.message import PageMessage
from slabot_sandbox import Did, FaultKind, Sandbox

NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)
KEY = "acme/4711/page/first_response/critical/50% used/0"
MESSAGE = PageMessage(key=KEY, view=OPEN)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SteppedClock(NOW)) as sandbox:
        yield sandbox


@pytest.fixture
def channel(sandbox: Sandbox) -> PagerDutyChannel:
    return made(sandbox)


def made(sandbox: Sandbox, routing_key: str | None = None) -> PagerDutyChannel:
    key = routing_key or sandbox.pagerduty.routing_key
    return PagerDutyChannel({"main": PagerDutySettings(routing_key=key, api_url=sandbox.pagerduty.url)}, sandbox.clock)


def change(channel: PagerDutyChannel, key: str, state: str) -> None:
    outcome = channel.update(MessageRef("main", key), PageMessage(key=key, view=PAGES[state]))
    assert isinstance(outcome, Sent), outcome


def test_a_page_opens_an_alert_that_says_what_it_says(sandbox: Sandbox, channel: PagerDutyChannel) -> None:
    channel.send(MESSAGE, "main")

    (alert,) = sandbox.pagerduty.open()
    assert alert.key == KEY
    assert alert.summary == "Critical: 1 hour left to answer ticket 4711. Customer Ltd: Agent offline on all hosts"
    assert (alert.severity, alert.source) == ("critical", "acme/4711")
    assert alert.details["why now"] == "50% of 2h used"
    assert alert.details["who"] == "Nobody has it yet."


def test_sent_again_with_the_same_key_there_is_still_one_alert(sandbox: Sandbox, channel: PagerDutyChannel) -> None:
    sandbox.faults.add(FaultKind.DROP_AFTER, service="pagerduty", times=1)
    with pytest.raises(SendOutcomeUnknown, match="sent again with the same key"):
        channel.send(MESSAGE, "main")
    channel.send(replace(MESSAGE, repeat=True), "main")

    assert len(sandbox.journal.effects(kind=Did.ALERT_TRIGGERED)) == 1
    assert len(sandbox.journal.effects(kind=Did.ALERT_REPEATED)) == 1


def test_an_alert_is_acknowledged_and_resolved_by_its_page(sandbox: Sandbox, channel: PagerDutyChannel) -> None:
    channel.send(MESSAGE, "main")
    change(channel, KEY, "acknowledged")
    acknowledged = sandbox.pagerduty.alert(KEY)
    assert acknowledged is not None
    assert acknowledged.status == "acknowledged"
    change(channel, KEY, "answered_in_time")
    change(channel, KEY, "answered_in_time")
    change(channel, "never sent", "answered_in_time")

    assert sandbox.pagerduty.open() == []
    assert len(sandbox.journal.effects(kind=Did.ALERT_RESOLVED)) == 1


def test_each_rung_is_an_alert_of_its_own(sandbox: Sandbox, channel: PagerDutyChannel) -> None:
    channel.send(MESSAGE, "main")
    channel.send(replace(MESSAGE, key=KEY.replace("50%", "75%")), "main")

    assert len(sandbox.pagerduty.open()) == 2


@pytest.mark.parametrize(
    ("severity", "there"),
    [("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "info"), ("p1", "error")],
)
def test_severities_are_translated(sandbox: Sandbox, channel: PagerDutyChannel, severity: str, there: str) -> None:
    channel.send(PageMessage(key="k", view=replace(OPEN, severity=severity)), "main")

    assert sandbox.pagerduty.open()[0].severity == there


def test_every_example_and_the_longest_words_are_taken(sandbox: Sandbox, channel: PagerDutyChannel) -> None:
    long = replace(OPEN, subject="ü" * 5000, organization="&" * 5000, because=("x" * 5000,), why_now="y" * 5000)
    for name, view in (*PAGES.items(), ("long", long)):
        channel.send(PageMessage(key=name, view=view), "main")

    assert [alert.key for alert in sandbox.pagerduty.open()] == [*PAGES, "long"]
    assert all(len(alert.summary) <= 1024 for alert in sandbox.pagerduty.open())


def test_a_key_that_is_too_long_is_shortened_and_stays_apart_from_others(
    sandbox: Sandbox, channel: PagerDutyChannel
) -> None:
    keys = ["k" * 300 + end for end in ("a", "b")]
    for key in keys:
        channel.send(PageMessage(key=key, view=OPEN), "main")

    assert [alert.key for alert in sandbox.pagerduty.open()] == [deduplication_key(key) for key in keys]
    change(channel, keys[0], "answered_in_time")
    assert [alert.key for alert in sandbox.pagerduty.open()] == [deduplication_key(keys[1])]


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (FaultKind.RATE_LIMIT, timedelta(seconds=20)),
        (FaultKind.RATE_LIMIT_TEXT, timedelta(seconds=20)),
        (FaultKind.UNAVAILABLE, timedelta(seconds=20)),
        (FaultKind.ERROR, timedelta(seconds=5)),
    ],
)
def test_a_service_that_is_not_well_is_asked_again_when_it_says(
    sandbox: Sandbox, channel: PagerDutyChannel, fault: FaultKind, wait: timedelta
) -> None:
    sandbox.faults.add(fault, service="pagerduty", seconds=20)
    with pytest.raises(SendRetry) as caught:
        channel.send(MESSAGE, "main")

    assert caught.value.until == NOW + wait
    assert len(sandbox.journal.calls(service="pagerduty")) == 1, "nothing is repeated by itself"


def test_a_wrong_key_says_which_variable_to_mend_and_does_not_show_it(sandbox: Sandbox) -> None:
    channel = made(sandbox, "f" * 32)
    with pytest.raises(SendPermanent) as caught:
        channel.send(MESSAGE, "main")

    assert "the integration key is not valid (HTTP 400)" in str(caught.value)
    assert "routing_key_env" in caught.value.remedy
    assert "f" * 32 not in str(caught.value) + repr(caught.value) + repr(channel) + repr(channel._services)


def test_a_name_that_the_policy_does_not_have_is_said(channel: PagerDutyChannel) -> None:
    with pytest.raises(SendPermanent, match='no PagerDuty service named "other"'):
        channel.send(MESSAGE, "other")


def test_nobody_listening_is_tried_again(sandbox: Sandbox, channel: PagerDutyChannel) -> None:
    sandbox.stop()
    with pytest.raises(SendRetry, match="the connection was refused"):
        channel.send(MESSAGE, "main")


def test_an_address_or_a_key_that_cannot_be_one_is_refused_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(SettingError, match=r"pagerduty\.main\.api_url: http would send pages"):
        PagerDutyChannel({"main": PagerDutySettings(routing_key="k" * 32, api_url="http://pd.example")}, sandbox.clock)
    with pytest.raises(TokenError, match="is empty"):
        PagerDutyChannel({"main": PagerDutySettings(routing_key=" ")}, sandbox.clock)
