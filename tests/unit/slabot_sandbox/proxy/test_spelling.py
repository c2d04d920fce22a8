"""How a rule is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slabot_sandbox import SwitchError
from slabot_sandbox.proxy import Misbehaviour, Rule, rule_from_json, rule_from_text


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("zendesk hang", {"kind": "hang", "service": "zendesk"}),
        ('"*" hang_connect', {"kind": "hang_connect"}),
        ("* hang", {"kind": "hang"}),
        (
            "zendesk status=403 path=/api/v2/tickets/7* share=30%",
            {"kind": "status", "status": 403, "service": "zendesk", "path": "/api/v2/tickets/7*", "share": 0.3},
        ),
        ("slack status=empty status=429", {"kind": "status", "how": "empty", "service": "slack", "status": 429}),
        ("slack drip=headers seconds=0.5", {"kind": "drip", "how": "headers", "service": "slack", "seconds": 0.5}),
        ("slack drip=0.5", {"kind": "drip", "service": "slack", "seconds": 0.5}),
        ("slack slow_connect=2", {"kind": "slow_connect", "service": "slack", "seconds": 2.0}),
        ("slack encoding=nested times=3", {"kind": "encoding", "how": "nested", "service": "slack", "times": 3}),
        (
            "slack oversize=gzip megabytes=100",
            {"kind": "oversize", "how": "gzip", "service": "slack", "megabytes": 100},
        ),
        ("slack reset method=post done=yes", {"kind": "reset", "service": "slack", "method": "POST", "done": True}),
        (
            'slack status=503 retry_after="Wed, 21 Oct 2026 07:28:00 GMT"',
            {"kind": "status", "status": 503, "service": "slack", "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"},
        ),
    ],
)
def test_a_line_says_service_kind_and_the_rest(line: str, meant: dict[str, Any]) -> None:
    meant["kind"] = Misbehaviour(meant["kind"])
    assert rule_from_text(line) == Rule(**meant)


def test_json_has_the_same_keys() -> None:
    rule = rule_from_json(
        {"kind": "hang", "lasting": 600, "until": "2026-01-12T09:00:00Z", "lets_go": True, "share": 0.5, "seed": 3}
    )
    until = datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert rule == Rule(
        kind=Misbehaviour.HANG, lasting=timedelta(minutes=10), until=until, lets_go=True, share=0.5, seed=3
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "write the service and the kind first: zendesk status=403"),
        ("zendesk", "write the service and the kind first"),
        ('zendesk "hang', "is no fault"),
        ("hang zendesk", "does not begin with a service"),
        ("path=/x hang", "does not begin with a service"),
        ("zendesk earthquake", "choose one of: hang, hang_connect"),
        ("zendesk hang color=red", "has no color; its keys are: body, done"),
        ("zendesk hang slowly", '"slowly" says nothing'),
        ("zendesk hang share=many", 'share cannot be "many"; give a part of the calls'),
        ("zendesk hang times=0", "give a whole number from 1"),
        ("zendesk hang seconds=-1", "give a number of seconds"),
        ("zendesk hang seconds=inf", "give a number of seconds"),
        ("zendesk hang done=perhaps", "give true or false"),
        ("zendesk hang until=2026-01-12T09:00:00", "an instant with its offset"),
        ("zendesk hang seed=x", "give a whole number"),
        ("zendesk status=many", "give a number from 200 to 599"),
        ("zendesk status=99", "no final status"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(line: str, said: str) -> None:
    with pytest.raises(SwitchError) as refused:
        rule_from_text(line)
    assert said in str(refused.value)


def test_json_without_a_kind_is_refused() -> None:
    with pytest.raises(SwitchError, match="which kind"):
        rule_from_json({"service": "slack"})
