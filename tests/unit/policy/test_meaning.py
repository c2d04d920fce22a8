"""Are two policies told apart by what they mean?"""

from __future__ import annotations

import pytest

from slabot.policy import load_policy
from slabot.policy.meaning import meaning_changes

POLICY = """\
version: 1
calendars: {always: {always: true}, office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}}}
severities:
  critical: {means: Unusable, respond_within: 2h, calendar: always}
  low: {means: A question, respond_within: 2 business days, calendar: office}
classify:
  rules:
    - {name: Down, severity: critical, when: {text: [production down]}}
    - {name: Slow, severity: low, when: {text: [slow]}}
  otherwise: low
escalate: [{severity: critical, rungs: [{at: 50% used}, {at: breach}]}]
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support"}
"""


def changes(new: str, old: str = POLICY) -> list[str]:
    return [change.words for change in meaning_changes(load_policy(old), load_policy(new))]


@pytest.mark.parametrize(
    ("was", "is_now", "words"),
    [
        ("within: 2h", "within: 1h", ["critical: respond within 2h → 1h"]),
        ("within: 2h", "within: 120m", []),
        ("2 business days", "1 business day", ["low: respond within 2 business days → 1 business day"]),
        ("at: breach", "at: 75% used", ["critical and first_response: rungs 50% used, breach → 50% used, 75% used"]),
        ("slack:", "# a comment\nre_page_after: 30m\nslack:", []),  # the default, written down
        ("slack:", "re_page_after: 45m\nslack:", ["re page after 30m → 45m"]),
        ("slack:", "waiting: {mode: act}\nslack:", ["waiting: mode observe → act"]),
        ("[slow]", "[slow, sluggish]", ["rules / Slow / when: text slow → slow, sluggish"]),
        (
            "slack:",
            "agreements: [{name: gold, when: {tags: [gold]}}]\nslack:",
            ["agreements added: gold name gold; gold when tags gold"],
        ),
    ],
)
def test_a_change_is_said_as_the_file_would_write_it(was: str, is_now: str, words: list[str]) -> None:
    assert was in POLICY
    assert changes(POLICY.replace(was, is_now)) == words


def test_rules_in_another_order_are_another_policy() -> None:
    down, slow = (line for line in POLICY.splitlines() if "- {name" in line)
    swapped = POLICY.replace(f"{down}\n{slow}", f"{slow}\n{down}")
    assert changes(swapped) == ["rules: order Down, Slow → Slow, Down"]


def test_what_goes_as_a_whole_is_one_difference() -> None:
    without = "\n".join(line for line in POLICY.splitlines() if not line.startswith("slack"))
    assert changes(without) == ["slack removed (was token env SLACK_BOT_TOKEN; channel #support)"]


def test_a_policy_means_what_it_means() -> None:
    assert changes(POLICY) == []
