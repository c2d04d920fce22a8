"""Is a setting under a wrong name answered with the right one?"""

from __future__ import annotations

import pytest

from tests.golden.slips.example_policy import Slip, assert_answered

SLIPS: list[Slip] = [
    (
        "exempt.tags",
        "closing: {tags: vip, gold, severities: critical}",
        "unknown-setting",
        "write tags: [vip, gold]",
        "closing: {tags: [vip, gold], severities: critical}",
    ),
    ("helpdesks.acme.kind", "Kind: zendesk", "unknown-setting", 'did you mean "kind"?', "kind: zendesk"),
    ("slack.channel", "room: '#support'", "unknown-setting", 'did you mean "channel"?', "channel: '#support'"),
    ("severities.high", "respond_in: 6h", "unknown-setting", 'did you mean "respond_within"?', ""),
    ("severities.high", "solve_within: 8h", "unknown-setting", "kind: resolution, within: {high: 8h}", ""),
    ("severities.high", "next_reply_within: 8h", "unknown-setting", "a clock of kind next_response", ""),
    (
        "calendars.time_zone",
        "tz: Asia/Kolkata",
        "unknown-setting",
        'did you mean "time_zone"?',
        "time_zone: Asia/Kolkata",
    ),
    ("web.listen", "port: 8080", "unknown-setting", "listen:", 'listen: "127.0.0.1:8080"'),
]


@pytest.mark.parametrize("slip", SLIPS, ids=[text for _, text, *_ in SLIPS])
def test_a_setting_under_a_wrong_name_is_answered_at_its_line_with_the_right_one(example: str, slip: Slip) -> None:
    assert_answered(example, slip)
