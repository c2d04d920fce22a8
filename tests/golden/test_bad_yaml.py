"""What does `slabot check` say about each kind of wrong file, word for word?"""

from __future__ import annotations

from datetime import date

import pytest

from slabot.cli.check_formats import Result, as_text
from slabot.policy import PolicyError, check_policy, load_policy
from slabot.reports.style import plain

OFFICE = """\
version: 1
calendars:
  office: {time_zone: UTC, open: {mon-fri: ["09:00-17:00"]}}
severities:
  high: {means: No workaround, respond_within: 6h, calendar: office}
classify: {otherwise: high}
escalate: [{rungs: [{at: breach}]}]
waiting: {mode: off}
"""

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


def office(*replacements: tuple[str, str]) -> str:
    """The right file with replacements, each (what stands there, what stands there instead)."""
    text = OFFICE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


WRONG: dict[str, tuple[str | bytes, str]] = {
    "an unknown status": (
        office(
            (
                "version: 1\n",
                "version: 1\nhelpdesks:\n  acme:\n    kind: zendesk\n    subdomain: acme\n    email: bot@acme.example\n"
                "    token_env: ZENDESK_TOKEN\n    statuses:\n      hold: waiting_on_3rd_party\n",
            )
        ),
        """
config.yaml:9:13: error: "waiting_on_3rd_party" is no category  [unknown-category]
          hold: waiting_on_3rd_party
                ^^^^^^^^^^^^^^^^^^^^
  fix: use one of open, pending, waiting_on_customer, waiting_on_third_party, solved, closed; did you mean "waiting_on_third_party"?
1 problem
""",  # noqa: E501
    ),
    "an unknown time zone": (
        office(("UTC", "Asia/Kolkatta")),
        """
config.yaml:3:23: error: "Asia/Kolkatta" is no time zone  [unknown-time-zone]
      office: {time_zone: Asia/Kolkatta, open: {mon-fri: ["09:00-17:00"]}}
                          ^^^^^^^^^^^^^
  fix: did you mean "Asia/Kolkata"?
1 problem
""",
    ),
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
    "an unknown severity": (
        office(("otherwise: high", "otherwise: hihg")),
        """
config.yaml:6:23: error: "hihg" is not a severity of this file  [unknown-severity]
    classify: {otherwise: hihg}
                          ^^^^
  fix: use one of high; did you mean "high"?
1 problem
""",
    ),
    "an unknown calendar": (
        office(("calendar: office", "calendar: ofice")),
        """
config.yaml:5:62: error: "ofice" is not a calendar of this file  [unknown-calendar]
      high: {means: No workaround, respond_within: 6h, calendar: ofice}
                                                                 ^^^^^
  fix: use one of office; did you mean "office"?
1 problem
""",
    ),
    "an unknown country": (
        office(("UTC, open", "UTC, holidays: {country: XX}, open")),
        """
config.yaml:3:48: error: no holidays are known for the country "XX"  [unknown-country]
      office: {time_zone: UTC, holidays: {country: XX}, open: {mon-fri: ["09:00-17:00"]}}
                                                   ^^
  fix: write its ISO code, as in IN or US
1 problem
""",
    ),
    "a calendar that never opens": (
        office(('["09:00-17:00"]', "[]")),
        """
config.yaml:3:3: error: the calendar "office" never opens: it has no opening hours  [calendar-never-opens]
      office: {time_zone: UTC, open: {mon-fri: []}}
      ^^^^^^
  fix: give it some, for example mon-fri "09:00-17:00"
1 problem
""",
    ),
    "hours that are none": (
        office(("09:00-17:00", "9-5")),
        """
config.yaml:3:45: error: "9-5" is no span of hours  [bad-hours]
      office: {time_zone: UTC, open: {mon-fri: ["9-5"]}}
                                                ^^^^^
  fix: write it like "09:00-17:00"
1 problem
""",
    ),
    "a tab": (
        office(("  office: {time", "\toffice: {time")),
        """
config.yaml:3:1: error: a tab stands where YAML wants spaces  [tab]
    →office: {time_zone: UTC, open: {mon-fri: ["09:00-17:00"]}}
    ^
  fix: replace it by spaces, two for each level; most editors can do so for the whole file
1 problem
""",
    ),
    "a key that stands twice": (
        office(
            (
                "classify: {otherwise: high}",
                "classify: {otherwise: high}\nseverities:\n  low: {means: x, respond_within: 6h, calendar: office}",
            )
        ),
        """
config.yaml:7:1: error: "severities" stands here for the second time; the first is in line 4  [duplicate-key]
    severities:
    ^^^^^^^^^^
  fix: keep one of the two
1 problem
""",
    ),
    "an empty file": (
        "",
        """
config.yaml: error: this file says nothing  [empty-file]
  fix: copy config.example.yaml and change it
1 problem
""",
    ),
    "a file of comments": (
        "# version: 1\n",
        """
config.yaml: error: this file says nothing  [empty-file]
  fix: copy config.example.yaml and change it
1 problem
""",
    ),
    "a list at the top": (
        "- version: 1\n- calendars: {}\n",
        """
config.yaml:1:1: error: the file should be a mapping, not a list  [not-a-mapping]
    - version: 1
    ^
  fix: begin with "version: 1"; config.example.yaml shows the whole form
1 problem
""",
    ),
    "one word": (
        "policy\n",
        """
config.yaml:1:1: error: the file should be a mapping, not a single value  [not-a-mapping]
    policy
    ^
  fix: begin with "version: 1"; config.example.yaml shows the whole form
1 problem
""",
    ),
    "not UTF-8": (
        office(("No workaround", "XXX")).encode().replace(b"XXX", b"\xbcberhaupt"),
        """
config.yaml:5:17: error: the byte 0xbc is not UTF-8  [not-utf-8]
      high: {means: �berhaupt, respond_within: 6h, calendar: office}
                    ^
  fix: save the file as UTF-8; editors ask for the encoding when saving
1 problem
""",
    ),
    "UTF-16": (
        OFFICE.encode("utf-16"),
        """
config.yaml: error: this file is UTF-16, not UTF-8  [not-utf-8]
  fix: save the file as UTF-8; editors ask for the encoding when saving
1 problem
""",
    ),
    "a character that is no text": (
        office(("No workaround", "No\x00workaround")),
        """
config.yaml:5:19: error: the character U+0000 is not part of a text  [not-text]
      high: {means: No�workaround, respond_within: 6h, calendar: office}
                      ^
  fix: delete it; most editors show it as a box or a dot
1 problem
""",
    ),
    "two megabytes": (
        b"# filler\n" * 250000,
        """
config.yaml: error: this file is larger than 1 MB, so it is not read  [too-large]
  fix: name the policy file; one is rarely over 20 KB
1 problem
""",
    ),
    "deep nesting": (
        "a: " + "[" * 10000 + "]" * 10000 + "\n",
        """
config.yaml:1:27: error: this is nested more than 24 levels deep, so it is not read on  [nested-too-deep]
    a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
                              ^
  fix: a policy needs seven levels; look for brackets or indentation that went wrong
1 problem
""",
    ),
    "an alias bomb": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        """
config.yaml:1:1: error: the file has no "version"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add it, for example version: 1
config.yaml:1:1: error: the file has no "calendars"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add calendars, with at least one calendar under it
config.yaml:1:1: error: the file has no "severities"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add severities, with at least one severity under it
config.yaml:1:1: error: the file has no "classify"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add classify, with otherwise: medium under it
config.yaml:1:1: error: "a" is not a setting of the file  [unknown-setting]
    a: &a [x, x]
    ^
  fix: take it out, or look up in docs/settings.md what may stand here
config.yaml:1:4: error: a value that begins with "&" is a label in YAML, and "&a" is not used  [alias]
    a: &a [x, x]
       ^
  fix: take the label out; if the sign is meant, put quotes around the value
config.yaml:2:1: error: "b" is not a setting of the file  [unknown-setting]
    b: &b [*a, *a]
    ^
  fix: take it out, or look up in docs/settings.md what may stand here
config.yaml:2:4: error: a value that begins with "&" is a label in YAML, and "&b" is not used  [alias]
    b: &b [*a, *a]
       ^
  fix: take the label out; if the sign is meant, put quotes around the value
config.yaml:2:8: error: a value that begins with "*" is a reference in YAML, and "*a" is not followed  [alias]
    b: &b [*a, *a]
           ^^
  fix: write the value out; if the star is meant, put quotes around the value
config.yaml:2:12: error: a value that begins with "*" is a reference in YAML, and "*a" is not followed  [alias]
    b: &b [*a, *a]
               ^^
  fix: write the value out; if the star is meant, put quotes around the value
config.yaml:3:1: error: "c" is not a setting of the file  [unknown-setting]
    c: &c [*b, *b]
    ^
  fix: take it out, or look up in docs/settings.md what may stand here
config.yaml:3:4: error: a value that begins with "&" is a label in YAML, and "&c" is not used  [alias]
    c: &c [*b, *b]
       ^
  fix: take the label out; if the sign is meant, put quotes around the value
config.yaml:3:8: error: a value that begins with "*" is a reference in YAML, and "*b" is not followed  [alias]
    c: &c [*b, *b]
           ^^
  fix: write the value out; if the star is meant, put quotes around the value
config.yaml:3:12: error: a value that begins with "*" is a reference in YAML, and "*b" is not followed  [alias]
    c: &c [*b, *b]
               ^^
  fix: write the value out; if the star is meant, put quotes around the value
14 problems
""",
    ),
    "a merge key": (
        office(
            ("  high: {", "  high:\n    <<: *defaults\n    "),
            ("calendar: office}", "calendar: office"),
            ("No workaround, respond_within: 6h, ", "No workaround\n    respond_within: 6h\n    "),
        ),
        """
config.yaml:6:5: error: the merge key "<<" is not followed  [merge-key]
        <<: *defaults
        ^^
  fix: write the keys out where they belong
config.yaml:6:9: error: a value that begins with "*" is a reference in YAML, and "*defaults" is not followed  [alias]
        <<: *defaults
            ^^^^^^^^^
  fix: write the value out; if the star is meant, put quotes around the value
2 problems
""",
    ),
    "a tag of Python": (
        office(("version: 1\n", 'version: 1\nbots: !!python/object/apply:os.system ["rm"]\n')),
        """
config.yaml:2:7: error: the type "!!python/object/apply:os.system" is not accepted  [unknown-tag]
    bots: !!python/object/apply:os.system ["rm"]
          ^
  fix: write the value without it; if the exclamation mark is meant, put quotes around the value
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
    "a quote that is never closed": (
        office(("No workaround", '"No workaround')),
        """
config.yaml:5:17: error: this quote is never closed  [not-yaml]
      high: {means: "No workaround, respond_within: 6h, calendar: office}
                    ^
  fix: close it at the end of the value
1 problem
""",
    ),
    "a list that is never closed": (
        office(("[{at: breach}]}]", "[{at: breach}}]")),
        """
config.yaml:7:20: error: this list is not closed, or lacks a comma  [not-yaml]
    escalate: [{rungs: [{at: breach}}]
                       ^
  fix: write [one, two, three]
1 problem
""",
    ),
    "a star without quotes": (
        office(
            (
                "{otherwise: high}",
                "\n  otherwise: high\n  rules:\n    - name: Down\n      severity: high\n"
                "      when:\n        text: [*down]\n",
            )
        ),
        """
config.yaml:12:16: error: a value that begins with "*" is a reference in YAML, and "*down" is not followed  [alias]
            text: [*down]
                   ^^^^^
  fix: write the value out; if the star is meant, put quotes around the value
1 problem
""",
    ),
    "a placeholder without quotes": (
        office(("{otherwise: high}", "\n  otherwise: {{ default }}\n")),
        """
config.yaml:7:15: error: a key should be a word, not a list or braces  [key-not-text]
      otherwise: {{ default }}
                  ^
  fix: put quotes around a value such as "{placeholder}" or "[text]"
1 problem
""",
    ),
    "a second colon": (
        office(
            ("  high: {means: No workaround, ", "  high:\n    means: Serious: no workaround\n    "),
            ("6h, calendar: office}", "6h\n    calendar: office"),
        ),
        """
config.yaml:6:19: error: a second colon stands here  [not-yaml]
        means: Serious: no workaround
                      ^
  fix: put quotes around a value that holds ": ", or give this key its own line, indented like its fellows
1 problem
""",
    ),
    "a line that is neither key nor list": (
        office(("classify", "remember this\nclassify")),
        """
config.yaml:6:1: error: this line is neither a key with its value nor a part of a list  [not-yaml]
    remember this
    ^
  fix: write "key: value", with a space after the colon; or begin a list's entry with "- "
1 problem
""",
    ),
    "two documents": (
        OFFICE + "---\n" + OFFICE,
        """
config.yaml:9:1: error: a second document begins here; a policy is one  [several-documents]
    ---
    ^^^
  fix: delete this line, or keep the second part in a file of its own
1 problem
""",
    ),
    "a secret": (
        office(("version: 1\n", 'version: 1\nslack:\n  token_env: xoxb-2847-secret-word\n  channel: "#support"\n')),
        """
config.yaml:3:14: error: this should be the name of an environment variable  [secret-in-file]
      token_env: •••••••••••••••••••••
                 ^^^^^^^^^^^^^^^^^^^^^
  fix: write a name such as ZENDESK_TOKEN here and put the secret into that variable
1 problem
""",
    ),
    "a secret under a name of its own": (
        office(
            (
                "version: 1\n",
                'version: 1\nslack: {token: correct-horse, channel: "#support", token_env: SLACK_BOT_TOKEN}\n',
            )
        ),
        """
config.yaml:2:9: error: "token" is not a setting of slack  [unknown-setting]
    slack: {token: •••••••••••••, channel: "#support", token_env: SLACK_BOT_TOKEN}
            ^^^^^
  fix: write token_env with the name of the environment variable that holds it
1 problem
""",
    ),
    "a password in an address": (
        office(("version: 1\n", "version: 1\nstore:\n  url: postgresql://slabot:correct-horse@db.example/slabot\n")),
        """
config.yaml:3:8: error: this address holds a password  [secret-in-file]
      url: •••••••••••••••••••••••••••••••••••••••••••••••••••
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: put it into a variable: url_env: DATABASE_URL
1 problem
""",
    ),
    "an address that is not encrypted": (
        office(
            (
                "version: 1\n",
                'version: 1\nslack: {token_env: SLACK, channel: "#support", api_url: "http://slack.example"}\n',
            )
        ),
        """
config.yaml:2:57: error: "http://slack.example" is no address that a token may be sent to  [bad-address]
    slack: {token_env: SLACK, channel: "#support", api_url: "http://slack.example"}
                                                            ^^^^^^^^^^^^^^^^^^^^^^
  fix: use https://…; plain http is accepted for 127.0.0.1, ::1 and localhost only
1 problem
""",
    ),
    "closed before the customer can reopen": (
        office(("waiting:", "solved: {reopen_within: 3d, close_after: 2d}\nwaiting:")),
        """
config.yaml:8:42: error: tickets would be closed before the time to reopen them is over  [closed-before-reopen]
    solved: {reopen_within: 3d, close_after: 2d}
                                             ^^
  fix: set close_after to at least reopen_within
1 problem
""",
    ),
    "an unknown exempt severity": (
        office(("waiting:", "exempt: {severities: [hihg]}\nwaiting:")),
        """
config.yaml:8:23: error: "hihg" is not a severity of this file  [unknown-severity]
    exempt: {severities: [hihg]}
                          ^^^^
  fix: use one of high; did you mean "high"?
1 problem
""",
    ),
    "two rules of one name": (
        office(
            (
                "{otherwise: high}",
                "\n  otherwise: high\n  rules:\n    - {name: Down, severity: high, when: {text: down}}\n"
                "    - {name: Down, severity: high, when: {text: dead}}",
            )
        ),
        """
config.yaml:10:14: error: entry 1 of classify.rules is named "Down" too  [duplicate-name]
        - {name: Down, severity: high, when: {text: dead}}
                 ^^^^
  fix: give each its own name; explanations and reports tell them apart by it
1 problem
""",
    ),
    "a ladder of no clock": (
        office(("{rungs", "{clock: frist_response, rungs")),
        """
config.yaml:7:20: error: "frist_response" is not a clock of this file  [unknown-clock]
    escalate: [{clock: frist_response, rungs: [{at: breach}]}]
                       ^^^^^^^^^^^^^^
  fix: use one of first_response; did you mean "first_response"?
1 problem
""",
    ),
    "a rung that is none": (
        office(("at: breach", "at: 30 minutes before")),
        """
config.yaml:7:26: error: "30 minutes before" is no rung  [bad-rung]
    escalate: [{rungs: [{at: 30 minutes before}]}]
                             ^^^^^^^^^^^^^^^^^
  fix: write one of: 50% used, 30m before, breach, 30m after, "30m after, then every 30m"
1 problem
""",
    ),
    "a placeholder that nobody fills": (
        office(("{mode: off}", '{mode: off, templates: {follow_up: "Hello {name}"}}')),
        """
config.yaml:8:45: error: {name} is no placeholder  [bad-template]
    waiting: {mode: off, templates: {follow_up: "Hello {name}"}}
                                                ^^^^^^^^^^^^^^
  fix: use {requester}, {number}, {follow_ups}, {or_after}, {reopen_within}, {ticket}, {subject}
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
    "a control sequence for the terminal": (
        office(("otherwise: high", 'otherwise: "\\e[31mhigh"')),
        r"""
config.yaml:6:23: error: "�[31mhigh" is not a severity of this file  [unknown-severity]
    classify: {otherwise: "\e[31mhigh"}
                          ^^^^^^^^^^^^
  fix: use one of high
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


def test_the_file_that_is_changed_below_is_right() -> None:
    assert said(OFFICE) == "config.yaml is right: 0 helpdesks, 1 severity, 1 calendar"


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_said_to_be_wrong_in_these_words(text: str | bytes, expected: str) -> None:
    assert said(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_wrong_file(text: str | bytes) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(text)

    assert str(caught.value) == said(text)


def said(text: str | bytes) -> str:
    """What the command prints about a file, on a day in November 2026."""
    return plain(as_text(Result("config.yaml", *check_policy(text, "config.yaml", date(2026, 11, 24)))))
