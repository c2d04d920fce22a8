"""The policy of a campaign: the rules of the agreement, with seconds in the place of hours.

Promise: every page and write of it falls due within a minute, so that a few minutes hold many of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slabot_sandbox import Sandbox
from tests.promises.scene import policy_text

HELPDESK = "acme"

SETTINGS: Mapping[str, Any] = {
    "severities": {
        "critical": {
            "means": "Nobody can work",
            "respond_within": "60s",
            "calendar": "around_the_clock",
            "priority": "urgent",
        },
        "high": {
            "means": "Some cannot work",
            "respond_within": "30s",
            "calendar": "around_the_clock",
            "priority": "high",
        },
        "normal": {
            "means": "The rest",
            "respond_within": "12h",
            "calendar": "around_the_clock",
            "priority": "normal",
        },
    },
    "classify": {"priorities": {"urgent": "critical", "high": "high", "normal": "normal"}, "otherwise": "normal"},
    "escalate": [
        {"severity": "critical", "rungs": [{"at": "50% used"}, {"at": "75% used"}, {"at": "breach"}]},
        {"severity": "high", "rungs": [{"at": "breach"}]},
        {"severity": "normal", "rungs": [{"at": "1h before"}]},
    ],
    "waiting": {"mode": "act", "calendar": "around_the_clock", "or_after": "30s"},
    "solved": {"mode": "act", "reopen_within": "20s", "close_after": "20s"},
    # A campaign makes more tickets a minute than a company has open, and most of them are solved in the end.
    "limits": {"stop_above_percent": 100, "stop_above_tickets": 100_000, "writes_per_run": 100_000},
}


def campaign_policy(sandbox: Sandbox, store_url: str) -> str:
    """The text of the policy file, pointing at the stand-ins and the store."""
    return policy_text({HELPDESK: sandbox}, sandbox, store_url, **SETTINGS)
