"""What is said about a setting that is unknown, missing, or of the wrong type?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import OFFICE, office, printed, refusal

SEVERAL = """\
version: 1
helpdesks:
  acme: {kind: zendesk, subdomain: https://acme.zendesk.com, token_env: ZENDESK_TOKEN}
calendars:
  office:
    time_zone: Asia/Kolkata
    open: {mon-fri: ["09:00-17:00", "16:00-18:00"], mon: "10:00-12:00"}
severities:
  high: {means: No workaround, respond_within: 6 h, calendar: office}
  low: {means: A question, respond_within: 2 days, calendar: ofice, priority: [low]}
classify:
  rules:
    - {name: Down, severity: critical, when: {}}
  otherwise: medium
escalate:
  - {severity: high, rungs: [{at: 150% used}]}
limits: {stop_above_percent: 0}
start_from: 1 December
"""

WRONG: dict[str, tuple[str | bytes, str]] = {
    "an unknown key": (
        office(("respond_within", "respond_withn")),
        """
config.yaml:5:32: error: "respond_withn" is not a setting of severities.high  [unknown-setting]
      high: {means: No workaround, respond_withn: 6h, calendar: office}
                                   ^^^^^^^^^^^^^
  fix: did you mean "respond_within"?
1 problem
""",
    ),
    "a key of another place": (
        office(("version: 1\n", "version: 1\nor_after: 7d\n")),
        """
config.yaml:2:1: error: "or_after" is not a setting of the file  [unknown-setting]
    or_after: 7d
    ^^^^^^^^
  fix: it stands elsewhere: waiting.or_after
1 problem
""",
    ),
    "a missing required key": (
        office(("means: No workaround, ", "")),
        """
config.yaml:5:3: error: "severities.high" has no "means"  [missing-setting]
      high: {respond_within: 6h, calendar: office}
      ^^^^
  fix: add it, for example means: Partial impact, a workaround exists
1 problem
""",
    ),
    "a missing required part": (
        office(("classify: {otherwise: high}\n", "")),
        """
config.yaml:1:1: error: the file has no "classify"  [missing-setting]
    version: 1
    ^
  fix: add classify, with otherwise: medium under it
1 problem
""",
    ),
    "a number for a text": (
        office(("No workaround", "404")),
        """
config.yaml:5:17: error: this should be text, not the number 404  [wrong-type]
      high: {means: 404, respond_within: 6h, calendar: office}
                    ^^^
  fix: put quotes around it: "404"
1 problem
""",
    ),
    "a text for a number": (
        office(("mode: off", "follow_ups: three")),
        """
config.yaml:8:23: error: this should be a whole number, not "three"  [wrong-type]
    waiting: {follow_ups: three}
                          ^^^^^
  fix: write a number such as 3
1 problem
""",
    ),
    "a text for a mapping": (
        office(("classify: {otherwise: high}", "classify: high")),
        """
config.yaml:6:11: error: this should be a mapping, not "high"  [wrong-type]
    classify: high
              ^^^^
  fix: write "key: value" lines under it, indented by two spaces
1 problem
""",
    ),
    "a mapping for a list": (
        office(("[{rungs: [{at: breach}]}]", "{rungs: [{at: breach}]}")),
        """
config.yaml:7:1: error: this should be a list, not a mapping  [wrong-type]
    escalate: {rungs: [{at: breach}]}
    ^^^^^^^^
  fix: write [one, two], or one entry a line, each beginning with "- "
1 problem
""",
    ),
    "yes for true": (
        office(('{time_zone: UTC, open: {mon-fri: ["09:00-17:00"]}}', "{always: yes}")),
        """
config.yaml:3:20: error: this should be true or false, not "yes"  [wrong-type]
      office: {always: yes}
                       ^^^
  fix: write true or false, without quotes
1 problem
""",
    ),
    "nothing behind the colon": (
        office(("classify: {otherwise: high}", "classify:\n  otherwise:")),
        """
config.yaml:7:3: error: this is empty  [unknown-severity]
      otherwise:
      ^^^^^^^^^
  fix: name a severity of this file
1 problem
""",
    ),
    "another version": (
        office(("version: 1", "version: 2")),
        """
config.yaml:1:10: error: this slabot does not know version 2  [unknown-value]
    version: 2
             ^
  fix: write version: 1
1 problem
""",
    ),
    "several mistakes at once": (
        SEVERAL,
        """
config.yaml:3:36: error: "https://acme.zendesk.com" is no subdomain of Zendesk  [bad-address]
      acme: {kind: zendesk, subdomain: https://acme.zendesk.com, token_env: ZENDESK_TOKEN}
                                       ^^^^^^^^^^^^^^^^^^^^^^^^
  fix: write subdomain: acme, the part before .zendesk.com
config.yaml:3:62: error: "token_env" without email is half a sign-in  [sign-in]
      acme: {kind: zendesk, subdomain: https://acme.zendesk.com, token_env: ZENDESK_TOKEN}
                                                                 ^^^^^^^^^
  fix: add email, or better, sign in by auth: see docs/zendesk.md
config.yaml:7:53: error: "mon" and "mon-fri" both give hours for the same day  [duplicate-weekday]
        open: {mon-fri: ["09:00-17:00", "16:00-18:00"], mon: "10:00-12:00"}
                                                        ^^^
  fix: name each weekday once; several spans of a day stand in one list
config.yaml:10:44: error: "2 days" is no target  [bad-duration]
      low: {means: A question, respond_within: 2 days, calendar: ofice, priority: [low]}
                                               ^^^^^^
  fix: write "2d" (of 24 hours, weekends too) or "2 business days"
config.yaml:10:62: error: "ofice" is not a calendar of this file  [unknown-calendar]
      low: {means: A question, respond_within: 2 days, calendar: ofice, priority: [low]}
                                                                 ^^^^^
  fix: use one of office; did you mean "office"?
config.yaml:10:69: error: this should be text, not a list  [wrong-type]
      low: {means: A question, respond_within: 2 days, calendar: ofice, priority: [low]}
                                                                        ^^^^^^^^
  fix: write one text here
config.yaml:13:30: error: "critical" is not a severity of this file  [unknown-severity]
        - {name: Down, severity: critical, when: {}}
                                 ^^^^^^^^
  fix: use one of high, low
config.yaml:13:40: error: this condition asks for nothing  [empty-condition]
        - {name: Down, severity: critical, when: {}}
                                           ^^^^
  fix: name a key, such as text or tags
config.yaml:14:14: error: "medium" is not a severity of this file  [unknown-severity]
      otherwise: medium
                 ^^^^^^
  fix: use one of high, low
config.yaml:16:35: error: "150% used" lies outside 1% to 99% used  [bad-rung]
      - {severity: high, rungs: [{at: 150% used}]}
                                      ^^^^^^^^^
  fix: for the deadline itself write breach
config.yaml:17:30: error: 0 is no percentage  [bad-number]
    limits: {stop_above_percent: 0}
                                 ^
  fix: write a number above 0 and up to 100
config.yaml:18:13: error: "1 December" is not a time  [bad-date]
    start_from: 1 December
                ^^^^^^^^^^
  fix: write it like "2026-01-09T18:00:00+05:30"
12 problems
""",
    ),
}


def test_the_file_that_is_changed_here_is_right() -> None:
    assert printed(OFFICE) == "config.yaml is right: 0 helpdesks, 1 severity, 1 calendar"


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_is_described_in_these_words(text: str | bytes, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_file_with_a_wrong_setting(text: str | bytes) -> None:
    assert refusal(text) == printed(text)
