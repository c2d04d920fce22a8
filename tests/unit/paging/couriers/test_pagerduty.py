"""PagerDuty, against its stand-in over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.clock import SteppedClock
from slabot.paging import SendOutcomeUnknown, SendPermanent, SendRetry, TokenError
from slabot.paging.couriers import Dispatch, PagerDutyCourier, PagerDutySettings
from slabot.paging.couriers.pagerduty import deduplication_key
from slabot.paging.errors import SettingError
from slabot.paging.examples import OPEN, PAGES
from slabot_sandbox import Did, FaultKind, Sandbox

NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)
KEY = "acme/4711/page/first_response/critical/50% used/0"
DISPATCH = Dispatch(key=KEY, view=OPEN)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SteppedClock(NOW)) as sandbox:
        yield sandbox


@pytest.fixture
def courier(sandbox: Sandbox) -> PagerDutyCourier:
    return made(sandbox)


def made(sandbox: Sandbox, routing_key: str | None = None) -> PagerDutyCourier:
    key = routing_key or sandbox.pagerduty.routing_key
    return PagerDutyCourier({"main": PagerDutySettings(routing_key=key, api_url=sandbox.pagerduty.url)}, sandbox.clock)


def test_a_page_opens_an_alert_that_says_what_it_says(sandbox: Sandbox, courier: PagerDutyCourier) -> None:
    courier.send(DISPATCH, "main")

    (alert,) = sandbox.pagerduty.open()
    assert alert.key == KEY
    assert alert.summary == "Critical: 1 hour left to answer ticket 4711. Customer Ltd: Agent offline on all hosts"
    assert (alert.severity, alert.source) == ("critical", "acme/4711")
    assert alert.details["why now"] == "50% of 2h used"
    assert alert.details["who"] == "Nobody has it yet."


def test_sent_again_with_the_same_key_there_is_still_one_alert(sandbox: Sandbox, courier: PagerDutyCourier) -> None:
    sandbox.faults.add(FaultKind.DROP_AFTER, service="pagerduty", times=1)
    with pytest.raises(SendOutcomeUnknown, match="sent again with the same key"):
        courier.send(DISPATCH, "main")
    courier.send(replace(DISPATCH, repeat=True), "main")

    assert len(sandbox.journal.effects(kind=Did.ALERT_TRIGGERED)) == 1
    assert len(sandbox.journal.effects(kind=Did.ALERT_REPEATED)) == 1


def test_an_alert_is_acknowledged_and_resolved_by_its_page(sandbox: Sandbox, courier: PagerDutyCourier) -> None:
    courier.send(DISPATCH, "main")
    courier.acknowledge(KEY, "main")
    acknowledged = sandbox.pagerduty.alert(KEY)
    assert acknowledged is not None
    assert acknowledged.status == "acknowledged"
    courier.resolve(KEY, "main")
    courier.resolve(KEY, "main")
    courier.resolve("never sent", "main")

    assert sandbox.pagerduty.open() == []
    assert len(sandbox.journal.effects(kind=Did.ALERT_RESOLVED)) == 1


def test_each_rung_is_an_alert_of_its_own(sandbox: Sandbox, courier: PagerDutyCourier) -> None:
    courier.send(DISPATCH, "main")
    courier.send(replace(DISPATCH, key=KEY.replace("50%", "75%")), "main")

    assert len(sandbox.pagerduty.open()) == 2


@pytest.mark.parametrize(
    ("severity", "there"),
    [("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "info"), ("p1", "error")],
)
def test_severities_are_translated(sandbox: Sandbox, courier: PagerDutyCourier, severity: str, there: str) -> None:
    courier.send(Dispatch(key="k", view=replace(OPEN, severity=severity)), "main")

    assert sandbox.pagerduty.open()[0].severity == there


def test_every_example_and_the_longest_words_are_taken(sandbox: Sandbox, courier: PagerDutyCourier) -> None:
    long = replace(OPEN, subject="ü" * 5000, organization="&" * 5000, because=("x" * 5000,), why_now="y" * 5000)
    for name, view in (*PAGES.items(), ("long", long)):
        courier.send(Dispatch(key=name, view=view), "main")

    assert [alert.key for alert in sandbox.pagerduty.open()] == [*PAGES, "long"]
    assert all(len(alert.summary) <= 1024 for alert in sandbox.pagerduty.open())


def test_a_key_that_is_too_long_is_shortened_and_stays_apart_from_others(
    sandbox: Sandbox, courier: PagerDutyCourier
) -> None:
    keys = ["k" * 300 + end for end in ("a", "b")]
    for key in keys:
        courier.send(Dispatch(key=key, view=OPEN), "main")

    assert [alert.key for alert in sandbox.pagerduty.open()] == [deduplication_key(key) for key in keys]
    courier.resolve(keys[0], "main")
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
    sandbox: Sandbox, courier: PagerDutyCourier, fault: FaultKind, wait: timedelta
) -> None:
    sandbox.faults.add(fault, service="pagerduty", seconds=20)
    with pytest.raises(SendRetry) as caught:
        courier.send(DISPATCH, "main")

    assert caught.value.until == NOW + wait
    assert len(sandbox.journal.calls(service="pagerduty")) == 1, "nothing is repeated by itself"


def test_a_wrong_key_says_which_variable_to_mend_and_does_not_show_it(sandbox: Sandbox) -> None:
    courier = made(sandbox, "f" * 32)
    with pytest.raises(SendPermanent) as caught:
        courier.send(DISPATCH, "main")

    assert "the integration key is not valid (HTTP 400)" in str(caught.value)
    assert "routing_key_env" in caught.value.remedy
    assert "f" * 32 not in str(caught.value) + repr(caught.value) + repr(courier) + repr(courier._services)


def test_a_name_that_the_policy_does_not_have_is_said(courier: PagerDutyCourier) -> None:
    with pytest.raises(SendPermanent, match='no PagerDuty service named "other"'):
        courier.send(DISPATCH, "other")


def test_nobody_listening_is_tried_again(sandbox: Sandbox, courier: PagerDutyCourier) -> None:
    sandbox.stop()
    with pytest.raises(SendRetry, match="the connection was refused"):
        courier.send(DISPATCH, "main")


def test_an_address_or_a_key_that_cannot_be_one_is_refused_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(SettingError, match=r"pagerduty\.main\.api_url: http would send pages"):
        PagerDutyCourier({"main": PagerDutySettings(routing_key="k" * 32, api_url="http://pd.example")}, sandbox.clock)
    with pytest.raises(TokenError, match="is empty"):
        PagerDutyCourier({"main": PagerDutySettings(routing_key=" ")}, sandbox.clock)
