"""Is each slip that was collected from people answered at its line, with a fix that works?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.golden.slips.example_policy import assert_answered, checked

# By the slip: the code, words of the message or the fix, and what to write instead, where that is literal.
ANSWERS: dict[str, tuple[str, str, str]] = {
    "tags: no_auto_close, vip": ("list-as-text", "[no_auto_close, vip]", "tags: [no_auto_close, vip]"),
    "organizations: Contoso, Fabrikam": ("list-as-text", "[Contoso, Fabrikam]", "organizations: [Contoso, Fabrikam]"),
    'text: "production down, outage"': ("list-as-text", "a list", "text: [production down, outage]"),
    "channel: #support": ("comment-for-value", 'channel: "#support"', 'channel: "#support"'),
    "notify: [#sev3]": ("comment-for-value", '"#sev3"', 'notify: ["#sev3"]'),
    "kind:zendesk": ("no-space-after-colon", "kind: zendesk", "kind: zendesk"),
    "4: {means: x}": ("bad-name", '"4"', '"4": {means: x, respond_within: 4h, calendar: support_week}'),
    "resolve_within: 8h": ("unknown-setting", "a clock of kind resolution, under clocks", ""),
    "time_zone: UTC+1": ("unknown-time-zone", "Europe/Berlin", "time_zone: Europe/Berlin"),
    "time_zone: GMT-5": ("unknown-time-zone", "America/New_York or America/Lima", "time_zone: America/Lima"),
    "listen: 8080": ("bad-address", 'listen: "127.0.0.1:8080"', 'listen: "127.0.0.1:8080"'),
    "respond_within: 2 working days": ("bad-duration", '"2 business days"', "respond_within: 2 business days"),
    "respond_within: 2bd": ("bad-duration", '"2 business days"', "respond_within: 2 business days"),
    "{country: DE, region: DE-BY}": ("unknown-country", 'did you mean "BY"?', "{country: DE, region: BY}"),
    "{country: DE, region: Bavaria}": ("unknown-country", 'did you mean "BY"?', "{country: DE, region: BY}"),
    "subdomain: acme.zendesk.com": ("bad-address", "subdomain: acme,", "subdomain: acme"),
    "url: slabot.db": ("store-address", 'url: "sqlite:///slabot.db"', 'url: "sqlite:///slabot.db"'),
    "priority: [urgnet]": ("unknown-priority", 'did you mean "urgent"?', "priority: [urgent]"),
    "opn: pending": ("near-status", "open: pending", "open: pending"),
    "Hello {{ticket.requester.name}}": ("foreign-placeholder", "write {requester}", "Hello {requester}"),
    "channel: “#support”": ("smart-quotes", "plain quotes", 'channel: "#support"'),
}
OF_OTHERS = {"calendars"}  # quiet hours have tests of their own


def test_every_shared_slip_gets_its_answer_at_its_line_and_a_fix_that_works(shared_dir: Path, example: str) -> None:
    slips: list[dict[str, Any]] = yaml.safe_load((shared_dir / "cases" / "policy" / "slips.yaml").read_text("utf-8"))
    assert {slip["text"] for slip in slips if slip["setting"] not in OF_OTHERS} == set(ANSWERS)
    for slip in slips:
        if slip["setting"] not in OF_OTHERS:
            code, words, mended = ANSWERS[slip["text"]]
            assert_answered(example, (slip["setting"], slip["text"], code, words, mended))


def test_a_time_zone_with_the_sign_turned_is_never_suggested(shared_dir: Path) -> None:
    name = "12_zone_suggestion_with_the_sign_turned.yaml"
    (problem,) = checked((shared_dir / "cases" / "policy" / name).read_text("utf-8"))[1]

    assert problem.code == "unknown-time-zone"
    assert "Etc/" not in str(problem)
    assert "America/New_York" in problem.fix
