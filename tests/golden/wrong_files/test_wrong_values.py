"""What is said about a calendar, a severity or a ladder that does not exist or cannot work?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import office, printed, refusal

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
  fix: write one of: 50% used, 30m before, breach, 30m after, "30m after, then every 30m for 3 days"
1 problem
""",
    ),
    "a placeholder that nobody fills": (
        office(("{mode: off}", '{mode: off, templates: {follow_up: "Hello {name}"}}')),
        """
config.yaml:8:45: error: {name} is no placeholder  [bad-template]
    waiting: {mode: off, templates: {follow_up: "Hello {name}"}}
                                                ^^^^^^^^^^^^^^
  fix: use {requester}, {number}, {follow_ups}, {or_after}, {reopen_within}, {late_reply}, {ticket}, {subject}, {question}
1 problem
""",  # noqa: E501
    ),
    "a third party without its sign": (
        office(("waiting:", "third_parties: [help@vendor.example, vendor.example]\nwaiting:")),
        """
config.yaml:8:38: error: "vendor.example" is neither an address nor a domain  [bad-third-party]
    third_parties: [help@vendor.example, vendor.example]
                                         ^^^^^^^^^^^^^^
  fix: write "@vendor.example" for everybody there
1 problem
""",
    ),
    "two third parties in one text": (
        office(("waiting:", 'third_parties: ["a@vendor.example, b@vendor.example"]\nwaiting:')),
        """
config.yaml:8:17: error: "a@vendor.example, b@vendor.example" is neither an address nor a domain  [bad-third-party]
    third_parties: ["a@vendor.example, b@vendor.example"]
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: write a list, one each: [a@vendor.example, "@vendor.example"]
1 problem
""",
    ),
    "a channel in both lists": (
        office(("waiting:", "requests: {channels: [email, Web], not_from_channels: [web]}\nwaiting:")),
        """
config.yaml:8:56: error: "web" stands under requests.channels too: its tickets would be requests and none  [channel-in-both]
    requests: {channels: [email, Web], not_from_channels: [web]}
                                                           ^^^
  fix: take it out of one of the two
1 problem
""",  # noqa: E501
    ),
    "a choice that is nearly one": (
        office(("waiting:", "requests: {written_by_agents: from_the_costumer}\nwaiting:")),
        """
config.yaml:8:31: error: "from_the_costumer" is not one of the choices here  [unknown-value]
    requests: {written_by_agents: from_the_costumer}
                                  ^^^^^^^^^^^^^^^^^
  fix: use one of as_the_helpdesk_says, from_creation, from_the_customer; did you mean "from_the_customer"?
1 problem
""",
    ),
    "words that many messages begin with": (
        office(("waiting:", 'automatic_replies: {words: [Automatic reply, "  ", ok]}\nwaiting:')),
        """
config.yaml:8:46: error: "  " is too short: messages that only happen to begin so would be taken for it  [bad-beginning]
    automatic_replies: {words: [Automatic reply, "  ", ok]}
                                                 ^^^^
  fix: write at least a word of three letters, as in Automatic reply
config.yaml:8:52: error: "ok" is too short: messages that only happen to begin so would be taken for it  [bad-beginning]
    automatic_replies: {words: [Automatic reply, "  ", ok]}
                                                       ^^
  fix: write at least a word of three letters, as in Automatic reply
2 problems
""",
    ),
    "a merge that could not be seen": (
        office(
            (
                "calendars:",
                "helpdesks:\n  partners: {kind: freshdesk, domain: partners.freshdesk.com, token_env: FRESHDESK_KEY, "
                "merge_words: []}\nslack: {token_env: SLACK_BOT_TOKEN, channel: support}\ncalendars:",
            )
        ),
        """
config.yaml:3:89: error: this list is empty  [empty-value]
      partners: {kind: freshdesk, domain: partners.freshdesk.com, token_env: FRESHDESK_KEY, merge_words: []}
                                                                                            ^^^^^^^^^^^
  fix: add an entry
1 problem
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_described_in_these_words(text: str | bytes, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_file_with_a_wrong_value(text: str | bytes) -> None:
    assert refusal(text) == printed(text)
