"""Is a slip in the signs of YAML answered: quotes, spaces, colons, commas, comments and indentation?"""

from __future__ import annotations

import pytest

from tests.golden.slips.example_policy import Slip, assert_answered, changed, checked

SLIPS: list[Slip] = [
    ("slack.channel", 'channel:"#support"', "no-space-after-colon", 'write channel: "#support"', 'channel: "#support"'),
    ("exempt.tags", "tags: 'a; b'", "list-as-text", "[a, b]", "tags: [a, b]"),
    (
        "exempt.tags",
        "tags:\n    - no_auto_close, vip",
        "list-as-text",
        "[no_auto_close, vip]",
        "tags: [no_auto_close, vip]",
    ),
    ("exempt.tags", "tags:\n    - a,b;c", "list-as-text", "[a, b, c]", 'tags: ["a,b;c"]'),
    ("exempt.tags", "tags: “vip”", "smart-quotes", "none: vip", "tags: vip"),
    ("exempt.tags", "tags: [“vip”, b]", "smart-quotes", "none: vip", "tags: [vip, b]"),
    ("exempt.tags", "“tags”: [vip]", "smart-quotes", "tags:", "tags: [vip]"),
    (
        "exempt.organizations",
        "organizations: Acme, Inc.",
        "list-as-text",
        '["Acme, Inc."] if',
        'organizations: ["Acme, Inc."]',
    ),
    ("exempt.tags", "tags:\n    - a\n     - b", "wrong-indentation", "4 spaces", "tags:\n    - a\n    - b"),
    ("slack.channel", "channel:#support", "no-space-after-colon", 'channel: "#support"', 'channel: "#support"'),
    ("slack.channel", "channel: C0123456789\n  api_url: “https://x.example”", "smart-quotes", "https://x.example", ""),
    ("escalate.rungs.notify", "notify: #sev3", "comment-for-value", 'notify: "#sev3"', 'notify: "#sev3"'),
    (
        "escalate.rungs.notify",
        "notify:\n          - #sev3",
        "comment-for-value",
        '- "#sev3"',
        'notify:\n          - "#sev3"',
    ),
    (
        "escalate.rungs.notify",
        "notify: [assignee, #sev3]",
        "comment-for-value",
        '"#sev3"',
        'notify: [assignee, "#sev3"]',
    ),
    ("escalate.rungs.notify", "notify: '#a, #b'", "list-as-text", '["#a", "#b"]', 'notify: ["#a", "#b"]'),
    ("helpdesks.acme.kind", "kind :zendesk", "no-space-after-colon", "kind: zendesk", "kind: zendesk"),
    ("helpdesks.acme.kind", "kind：zendesk", "no-space-after-colon", "kind: zendesk", "kind: zendesk"),
    ("helpdesks.acme.kind", "kind:\u00a0zendesk", "odd-space", "non-breaking space", "kind: zendesk"),
    ("helpdesks.acme.kind", "kind: zen\u200bdesk", "odd-space", "U+200B", "kind: zendesk"),
    ("helpdesks.acme.kind", "\u00a0kind: zendesk", "odd-space", "non-breaking space", ""),
    ("helpdesks.acme.kind", " kind: zendesk", "wrong-indentation", "5 spaces, as line", " kind: zendesk".strip()),
    ("helpdesks.acme.kind", "kind: zendesk\n     base_url: https://x.example", "wrong-indentation", "4 spaces", ""),
    ("severities.high", "received_when_closed: “as_usual”", "smart-quotes", "as_usual", ""),
]


@pytest.mark.parametrize("slip", SLIPS, ids=[text for _, text, *_ in SLIPS])
def test_a_slip_in_the_signs_of_yaml_is_answered_at_its_line_with_a_fix_that_works(example: str, slip: Slip) -> None:
    assert_answered(example, slip)


def test_an_indentation_with_another_space_is_one_problem(example: str) -> None:
    for indent in ("\u00a0", "\u2003\u00a0"):
        (problem,) = checked(changed(example, "helpdesks.acme.kind", f"{indent}kind: zendesk"))[1]
        assert problem.code == "odd-space"


def test_problems_behind_a_sign_without_width_stand_where_they_are(example: str) -> None:
    text = changed(example, "calendars.time_zone", "time_\u200bzone: UTC+1")

    invisible, zone = checked(text)[1]

    assert (invisible.code, zone.code) == ("odd-space", "unknown-time-zone")
    assert zone.column == text.splitlines()[zone.line - 1].index("UTC") + 1
