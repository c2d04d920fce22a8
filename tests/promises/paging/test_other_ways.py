"""E-mail, PagerDuty and signed webhooks carry pages too.

Promise: each gets the page at least once, carrying its id; an outcome that is unknown is sent again, marked as a
possible repeat (PagerDuty: with the same deduplication key). An alert of PagerDuty follows the state of the page.
"""

from __future__ import annotations

from typing import Any

import pytest

from slabot_sandbox import FaultKind, Sandbox
from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness
from tests.unit.channels.post_office import office


@pytest.fixture
def other_ways(harness: MakeHarness, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A harness whose one rung goes by this way too."""

    def make(to: str, **more: Any) -> Harness:
        escalate = more.pop("escalate", [{"rungs": [{"at": "50% used", "notify": [to]}]}])
        return harness(
            escalate=escalate,
            pagerduty={"main": {"routing_key_env": "PAGERDUTY_KEY", "api_url": sandbox.pagerduty.url}},
            outgoing_webhooks={"pager": {"url": f"{sandbox.receiver.url}/pager", "secret_env": "PAGES_SECRET"}},
            secrets={"PAGERDUTY_KEY": sandbox.pagerduty.routing_key, "PAGES_SECRET": sandbox.receiver.secret},
            **more,
        )

    return make


def alert_key(ticket: int, rung: str = "50% used") -> str:
    return f"acme/{ticket}/page/first_response/critical/{rung}/0/to/pagerduty:main"


def test_each_rung_is_an_alert_of_its_own_and_the_answer_resolves_them_all(other_ways: Any, sandbox: Sandbox) -> None:
    rungs = [{"at": at, "notify": ["pagerduty:main"]} for at in ("50% used", "75% used")]
    h = other_ways("pagerduty:main", escalate=[{"rungs": rungs}])
    ticket = h.asks()
    h.fast_forward("1h31m")
    h.escalations.expects_page(ticket)
    h.escalations.expects_reply(ticket)
    assert len(sandbox.pagerduty.open()) == 2
    h.answers(ticket)
    h.fast_forward("10s")
    assert sandbox.pagerduty.open() == []


def test_an_alert_opens_is_acknowledged_and_resolved_with_the_page(other_ways: Any, sandbox: Sandbox) -> None:
    h = other_ways("pagerduty:main")
    ticket = h.asks()
    h.fast_forward("1h1s")
    page = h.escalations.expects_page(ticket).heard
    alert = sandbox.pagerduty.alert(alert_key(ticket))
    assert alert is not None
    assert (alert.status, alert.severity, alert.triggers) == ("triggered", "critical", 1)
    h.user("maya").acknowledges(page)
    h.fast_forward("10s")
    assert alert.status == "acknowledged"
    h.answers(ticket)
    h.fast_forward("10s")
    assert alert.status == "resolved"


def test_a_lost_answer_of_pagerduty_opens_no_second_alert(other_ways: Any, sandbox: Sandbox) -> None:
    h = other_ways("pagerduty:main")
    ticket = h.asks()
    sandbox.faults.add(FaultKind.DROP_AFTER, service="pagerduty", times=1)
    h.fast_forward("61m")
    h.escalations.expects_page(ticket)
    alert = sandbox.pagerduty.alert(alert_key(ticket))
    assert alert is not None
    assert alert.triggers == 2
    assert len(sandbox.pagerduty.open()) == 1
    h.answers(ticket)


def test_a_webhook_gets_the_page_once_more_where_nobody_knows_and_is_told_so(other_ways: Any, sandbox: Sandbox) -> None:
    h = other_ways("webhook:pager")
    ticket = h.asks()
    sandbox.faults.add(FaultKind.DROP_AFTER, service="receiver", times=1)
    h.fast_forward("61m")
    h.escalations.expects_page(ticket)
    first, second = sandbox.receiver.pages
    assert first["id"] == second["id"]
    assert (first["possible_repeat"], second["possible_repeat"]) == (False, True)
    h.answers(ticket)


def test_a_mail_carries_the_id_of_the_page(other_ways: Any) -> None:
    with office() as post:
        settings = {"host": "127.0.0.1", "port": post.port, "from": "slabot@acme.example", "tls": "none"}
        h = other_ways("email:team@acme.example", email=settings)
        ticket = h.asks()
        h.fast_forward("1h1s")
        h.escalations.expects_page(ticket)
        [letter] = post.taken
        assert letter.recipients == ["team@acme.example"]
        assert f"acme/{ticket}/page/first_response" in letter.mail["X-Slabot-Page"]
        assert "ticket 1" in letter.mail["Subject"]
        h.answers(ticket)


def test_a_mail_server_that_is_away_holds_up_no_page_in_slack(other_ways: Any) -> None:
    with office() as post:
        settings = {"host": "127.0.0.1", "port": post.port, "from": "slabot@acme.example", "tls": "none"}
        h = other_ways("email:team@acme.example", email=settings)
        post.says["MAIL"] = "451 later"
        ticket = h.asks()
        h.fast_forward("1h2s")
        h.escalations.expects_page(ticket).at("10:00")
        post.says.clear()
        h.fast_forward("2m")
        assert len(post.taken) == 1
        h.answers(ticket)


def test_after_slack_stays_away_the_fallback_is_mailed(other_ways: Any) -> None:
    with office() as post:
        settings = {"host": "127.0.0.1", "port": post.port, "from": "slabot@acme.example", "tls": "none"}
        h = other_ways(
            "#support-escalations", email=settings, fallback={"after": "5m", "to": ["email:team@acme.example"]}
        )
        ticket = h.asks()
        h.fast_forward("59m")
        h.slack.is_down(for_="20m")
        h.fast_forward("5m")
        assert post.taken == []
        h.fast_forward("2m")
        assert len(post.taken) == 1
        h.agents(ticket).expects_note().says("email:team@acme.example")
        h.fast_forward("20m")
        h.escalations.expects_page(ticket).says("minutes late")
        h.answers(ticket)


def lowered_to(medium: str) -> list[dict[str, Any]]:
    """A ladder for critical at 10:00, and one for medium, both of PagerDuty."""
    rungs = {"critical": "50% used", "medium": medium}
    return [{"severity": name, "rungs": [{"at": at, "notify": ["pagerduty:main"]}]} for name, at in rungs.items()]


def test_lowered_it_resolves_the_alert_of_whom_the_lower_ladder_has_not_come_to(
    other_ways: Any, sandbox: Sandbox
) -> None:
    h = other_ways("pagerduty:main", escalate=lowered_to("breach"))
    ticket = h.asks()
    h.fast_forward("1h1s")
    page = h.escalations.expects_page(ticket).heard
    alert = sandbox.pagerduty.alert(alert_key(ticket))
    assert alert is not None
    h.user("maya").sets_severity(page, "medium", "a workaround exists")
    h.fast_forward("10s")
    assert alert.status == "resolved"
    h.escalations.expects_update(ticket).says("Medium")
    h.agents(ticket).expects_note().says("medium")
    h.stays_quiet(for_="1h")
    assert sandbox.pagerduty.open() == []  # nothing has opened it again
    h.answers(ticket)


def test_lowered_it_leaves_the_alert_of_whom_the_lower_ladder_tells_as_well(other_ways: Any, sandbox: Sandbox) -> None:
    h = other_ways("pagerduty:main", escalate=lowered_to("5% used"))
    ticket = h.asks()
    h.fast_forward("1h1s")
    page = h.escalations.expects_page(ticket).heard
    h.user("maya").sets_severity(page, "medium", "one host alone")
    h.fast_forward("10s")
    alert = sandbox.pagerduty.alert(alert_key(ticket))
    assert alert is not None
    assert (alert.status, alert.triggers) == ("triggered", 1)
    h.escalations.expects_update(ticket).says("Medium")
    h.agents(ticket).expects_note().says("medium")
    h.answers(ticket)
    h.fast_forward("10s")
    assert alert.status == "resolved"


def test_lowered_to_a_severity_without_that_clock_it_resolves_the_alert(other_ways: Any, sandbox: Sandbox) -> None:
    rungs = [{"at": "50% used", "notify": ["pagerduty:main"]}]
    clocks = [{"name": "resolution", "kind": "resolution", "within": {"critical": "8h"}}]
    h = other_ways("pagerduty:main", clocks=clocks, escalate=[{"clock": "resolution", "rungs": rungs}])
    ticket = h.asks()
    h.answers(ticket)
    h.fast_forward("4h1s")
    page = h.escalations.expects_page(ticket).heard
    key = alert_key(ticket).replace("first_response", "resolution")
    alert = sandbox.pagerduty.alert(key)
    assert alert is not None
    assert alert.status == "triggered"
    h.user("maya").sets_severity(page, "medium", "a question after all")
    h.fast_forward("10s")
    assert alert.status == "resolved"
    h.escalations.expects_update(ticket).says("no longer applies")
    h.agents(ticket).expects_note().says("medium")
