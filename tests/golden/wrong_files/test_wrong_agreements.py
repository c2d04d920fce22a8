"""What is said about agreements that cannot hold, stand in each other's way or lack what they need?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import office, printed, refusal


def agreements(*lines: str, also: tuple[str, str] = ("version: 1", "version: 1")) -> str:
    """The right file with these agreements at its end, and one thing replaced."""
    return office(also) + "agreements:\n" + "".join(f"  - {line}\n" for line in lines)


WRONG: dict[str, tuple[str, str]] = {
    "conditions that are taken out again": (
        agreements(
            "{name: gold, when: {organization: [A, B]}, unless: {organization: [b, a, C]}}",
        ),
        """
config.yaml:10:57: error: "gold" never holds: every organization that when asks for is taken out again by unless  [agreement-never-fits]
      - {name: gold, when: {organization: [A, B]}, unless: {organization: [b, a, C]}}
                                                            ^^^^^^^^^^^^
  fix: leave out of unless.organization what stands under when.organization
1 problem
""",  # noqa: E501
    ),
    "an address whose domain is taken out": (
        agreements(
            '{name: gold, when: {requester: kim@a.example}, unless: {requester: "@A.example"}}',
        ),
        """
config.yaml:10:61: error: "gold" never holds: every requester that when asks for is taken out again by unless  [agreement-never-fits]
      - {name: gold, when: {requester: kim@a.example}, unless: {requester: "@A.example"}}
                                                                ^^^^^^^^^
  fix: leave out of unless.requester what stands under when.requester
1 problem
""",  # noqa: E501
    ),
    "a field that is taken out again": (
        agreements(
            "{name: gold, when: {fields: {plan: gold}}, unless: {fields: {plan: [gold, free]}}}",
        ),
        """
config.yaml:10:66: error: "gold" never holds: every fields.plan that when asks for is taken out again by unless  [agreement-never-fits]
      - {name: gold, when: {fields: {plan: gold}}, unless: {fields: {plan: [gold, free]}}}
                                                                     ^^^^
  fix: leave out of unless.fields.plan what stands under when.fields.plan
1 problem
""",  # noqa: E501
    ),
    "no promise, and a target": (
        agreements(
            "{name: free, no_promise: our own people, severities: {high: {respond_within: 1h}}}",
        ),
        """
config.yaml:10:66: error: "free" promises nothing (no_promise), so its clocks have no target and nobody is paged: respond_within would never count  [promise-beside-no-promise]
      - {name: free, no_promise: our own people, severities: {high: {respond_within: 1h}}}
                                                                     ^^^^^^^^^^^^^^
  fix: take respond_within out, or no_promise
1 problem
""",  # noqa: E501
    ),
    "no promise, and a ladder": (
        agreements(
            "{name: free, no_promise: our own people, escalate: [{rungs: [{at: breach}]}]}",
        ),
        """
config.yaml:10:46: error: "free" promises nothing (no_promise), so its clocks have no target and nobody is paged: escalate would never count  [promise-beside-no-promise]
      - {name: free, no_promise: our own people, escalate: [{rungs: [{at: breach}]}]}
                                                 ^^^^^^^^
  fix: take escalate out, or no_promise
1 problem
""",  # noqa: E501
    ),
    "no promise, and no reason": (
        agreements(
            "{name: free, no_promise: }",
        ),
        """
config.yaml:10:18: error: this is empty  [no-promise-without-words]
      - {name: free, no_promise: }
                     ^^^^^^^^^^
  fix: write it, as in no_promise: monitoring mails
1 problem
""",
    ),
    "no promise, and true for a reason": (
        agreements(
            "{name: free, no_promise: true}",
        ),
        """
config.yaml:10:30: error: no reason stands here, and people are shown why nothing is promised  [no-promise-without-words]
      - {name: free, no_promise: true}
                                 ^^^^
  fix: write it, as in no_promise: monitoring mails
1 problem
""",  # noqa: E501
    ),
    "conditions of nothing": (
        agreements(
            "{name: gold, when: }",
        ),
        """
config.yaml:10:18: error: "when" of an agreement is empty  [empty-value]
      - {name: gold, when: }
                     ^^^^
  fix: write a value behind when, or take it out
1 problem
""",
    ),
    "a condition of nothing": (
        agreements(
            "{name: gold, when: {organization: , tags: [vip]}}",
        ),
        """
config.yaml:10:25: error: "organization" of a condition is empty  [empty-value]
      - {name: gold, when: {organization: , tags: [vip]}}
                            ^^^^^^^^^^^^
  fix: write a value behind organization, or take it out
1 problem
""",
    ),
    "two of one name": (
        agreements(
            "{name: gold, when: {tags: gold}}",
            "{name: gold, when: {tags: vip}}",
        ),
        """
config.yaml:11:12: error: entry 1 of agreements is named "gold" too  [duplicate-name]
      - {name: gold, when: {tags: vip}}
               ^^^^
  fix: give each its own name; explanations and reports tell them apart by it
1 problem
""",
    ),
    "two clocks of one name": (
        agreements(
            "{name: gold, clocks: [{name: done, kind: resolution, within: 8h}, {name: done, "
            "kind: resolution, within: 9h}]}",
        ),
        """
config.yaml:10:78: error: entry 1 of agreements[0].clocks is named "done" too  [duplicate-name]
    …{name: gold, clocks: [{name: done, kind: resolution, within: 8h}, {name: done, kind: resolution, within: 9h}]}
                                                                              ^^^^
  fix: give each its own name; explanations and reports tell them apart by it
1 problem
""",
    ),
    "the name of the file's own terms": (
        agreements(
            "{name: default}",
        ),
        """
config.yaml:10:12: error: "default" is the name of the file's own terms  [bad-agreement-name]
      - {name: default}
               ^^^^^^^
  fix: choose another name
1 problem
""",
    ),
    "a condition about what was said": (
        agreements(
            "{name: gold, when: {tags: gold, text: [urgent]}}",
        ),
        """
config.yaml:10:37: error: an agreement rests on whose ticket it is, not on its text  [agreement-by-words]
      - {name: gold, when: {tags: gold, text: [urgent]}}
                                        ^^^^
  fix: use organization, requester, tags, group, brand, form, channel, type, helpdesk or fields
1 problem
""",
    ),
    "an end before the beginning": (
        agreements(
            "{name: gold, from: 2026-02-01, until: 2026-01-01}",
        ),
        """
config.yaml:10:43: error: it ends before it begins  [agreement-dates]
      - {name: gold, from: 2026-02-01, until: 2026-01-01}
                                              ^^^^^^^^^^
  fix: set until to a day after from
1 problem
""",
    ),
    "a severity that the file does not have": (
        agreements(
            "{name: gold, severities: {hihg: {respond_within: 1h}}}",
        ),
        """
config.yaml:10:31: error: "hihg" is not a severity of this file  [unknown-severity]
      - {name: gold, severities: {hihg: {respond_within: 1h}}}
                                  ^^^^
  fix: use one of high; did you mean "high"?
1 problem
""",
    ),
    "a ladder for a clock that neither has": (
        agreements(
            "{name: gold, escalate: [{clock: resolutoin, rungs: [{at: breach}]}], "
            "clocks: [{name: resolution, kind: resolution, within: 8h}]}",
        ),
        """
config.yaml:10:37: error: "resolutoin" is not a clock of this file  [unknown-clock]
      - {name: gold, escalate: [{clock: resolutoin, rungs: [{at: breach}]}], clocks: [{name: resolution, kind: res…
                                        ^^^^^^^^^^
  fix: use one of first_response, resolution; did you mean "resolution"?
1 problem
""",
    ),
    "a rota that the file does not have": (
        agreements(
            '{name: gold, escalate: [{rungs: [{at: breach, notify: "rota:gold"}]}]}',
        ),
        """
config.yaml:10:59: error: "rota:gold" names nothing under rotas  [unknown-rota]
      - {name: gold, escalate: [{rungs: [{at: breach, notify: "rota:gold"}]}]}
                                                              ^^^^^^^^^^^
  fix: add it under rotas
1 problem
""",
    ),
    "an end of the days to reopen with what the file says": (
        agreements(
            "{name: gold, solved: {reopen_within: 4d}}",
        ),
        """
config.yaml:10:18: error: tickets would be closed before the time to reopen them is over  [closed-before-reopen]
      - {name: gold, solved: {reopen_within: 4d}}
                     ^^^^^^
  fix: set close_after to at least reopen_within
1 problem
""",
    ),
    "follow-ups without their days": (
        agreements(
            "{name: gold, waiting: {follow_ups: 2}}",
        ),
        """
config.yaml:10:18: error: 2 follow-ups have 3 business days  [follow-up-days]
      - {name: gold, waiting: {follow_ups: 2}}
                     ^^^^^^^
  fix: give one day for each: on_business_days: [1, 2]
1 problem
""",
    ),
}

DOUBTFUL: dict[str, tuple[str, str]] = {
    "one that fits every ticket above others": (
        agreements(
            "{name: every}",
            "{name: gold, when: {tags: gold}}",
            "{name: vip, when: {tags: vip}}",
        ),
        """
config.yaml:10:12: warning: "every" asks for nothing, so it holds for every ticket and the 2 below it are never reached  [agreement-fits-all]
      - {name: every}
               ^^^^^
  fix: put it last, or say under when for whom it is
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 3 agreements
""",  # noqa: E501
    ),
    "one under a wider one": (
        agreements(
            "{name: gold, when: {tags: [gold, vip]}}",
            "{name: vip, when: {tags: VIP, organization: A}, severities: {high: {respond_within: 1h}}}",
        ),
        """
config.yaml:11:12: warning: "vip" is never in force: "gold" above it fits wherever it does, and the first counts  [agreement-never-reached]
      - {name: vip, when: {tags: VIP, organization: A}, severities: {high: {respond_within: 1h}}}
               ^^^
  fix: put "vip" above "gold", ask for less in "gold", or take it out
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 2 agreements
""",  # noqa: E501
    ),
    "one of whose names some are taken": (
        agreements(
            "{name: a, when: {organization: [A Ltd]}}",
            "{name: b, when: {organization: [B Ltd, a ltd]}}",
        ),
        """
config.yaml:11:44: warning: "a ltd" stands in the agreement "a" above, which counts for it: here it does nothing  [agreement-has-it-already]
      - {name: b, when: {organization: [B Ltd, a ltd]}}
                                               ^^^^^
  fix: take it out here or there, or put "b" above "a"
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 2 agreements
""",  # noqa: E501
    ),
    "one of whose names all are taken": (
        agreements(
            "{name: a, when: {organization: A}}",
            "{name: b, when: {organization: B}}",
            "{name: both, when: {organization: [A, B]}}",
        ),
        """
config.yaml:12:12: warning: "both" is never in force: each organization that it asks for stands in "a" or "b" above it  [agreement-never-reached]
      - {name: both, when: {organization: [A, B]}}
               ^^^^
  fix: put "both" above them, or take it out
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 3 agreements
""",  # noqa: E501
    ),
    "a gap between two": (
        agreements(
            "{name: old, when: {tags: gold}, until: 2027-01-01}",
            "{name: new, when: {tags: Gold}, from: 2027-02-01}",
        ),
        """
config.yaml:11:43: warning: from 2027-01-01 until 2027-02-01 neither "old" nor "new" holds: clocks that start on those days have the file's own terms  [agreements-leave-a-gap]
      - {name: new, when: {tags: Gold}, from: 2027-02-01}
                                              ^^^^^^^^^^
  fix: write from: 2027-01-01, or until: 2027-02-01 in "old"
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 2 agreements
""",  # noqa: E501
    ),
    "an overlap of two": (
        agreements(
            "{name: old, when: {tags: gold}, from: 2026-01-01, until: 2027-02-01}",
            "{name: new, when: {tags: gold}, from: 2027-01-01, until: 2028-01-01}",
        ),
        """
config.yaml:11:43: warning: from 2027-01-01 until 2027-02-01 both "old" and "new" hold, and the first in the file counts: "old"  [agreements-overlap]
      - {name: new, when: {tags: gold}, from: 2027-01-01, until: 2028-01-01}
                                              ^^^^^^^^^^
  fix: write until: 2027-01-01 in "old", or from: 2027-02-01
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 2 agreements
""",  # noqa: E501
    ),
    "one that has ended": (
        agreements(
            "{name: old, when: {tags: gold}, until: 2026-11-24}",
        ),
        """
config.yaml:10:44: warning: "old" holds for no clock that starts now: it ended as 2026-11-24 began  [agreement-over]
      - {name: old, when: {tags: gold}, until: 2026-11-24}
                                               ^^^^^^^^^^
  fix: take it out, or move until; clocks that have stopped keep its terms either way
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 1 agreement
""",
    ),
    "a clock that is nearly one of the file": (
        agreements(
            "{name: gold, clocks: [{name: resolutoin, kind: resolution, within: 8h}]}",
            also=("escalate:", "clocks: [{name: resolution, kind: resolution, within: 8h}]\nescalate:"),
        ),
        """
config.yaml:11:34: warning: "resolutoin" is a clock of its own beside "resolution", which goes on as the file says  [near-clock]
      - {name: gold, clocks: [{name: resolutoin, kind: resolution, within: 8h}]}
                                     ^^^^^^^^^^
  fix: did you mean "resolution"? An agreement replaces a clock of the file by its name
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 1 agreement
""",  # noqa: E501
    ),
    "a rung of the file before the start": (
        agreements(
            "{name: gold, severities: {high: {respond_within: 15m}}}",
            also=("at: breach", "at: 30m before"),
        ),
        """
config.yaml:10:12: warning: under "gold", "30m before" lies before the start of first_response under high, whose target is 15m: the page would go out at once  [rung-before-start]
      - {name: gold, severities: {high: {respond_within: 15m}}}
               ^^^^
  fix: choose less than 15m, or a rung such as 50% used
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 1 agreement
""",  # noqa: E501
    ),
    "a ladder that tells nobody in time": (
        agreements(
            "{name: gold, escalate: [{severity: high, clock: done, rungs: [{at: breach}]}], "
            "clocks: [{name: done, kind: resolution, within: 8h}]}",
        ),
        """
config.yaml:10:18: warning: nobody is told before the first response is missed for high  [severity-without-ladder]
      - {name: gold, escalate: [{severity: high, clock: done, rungs: [{at: breach}]}], clocks: [{name: done, kind:…
                     ^^^^^^^^
  fix: add a ladder: - {severity: [high], rungs: [{at: 30m before}, {at: breach}]}
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 1 agreement
""",
    ),
    "a channel that nobody knows": (
        agreements(
            "{name: chats, when: {channel: chatt}}",
        ),
        """
config.yaml:10:35: warning: "chatt" is a channel that slabot has not heard of  [unknown-channel]
      - {name: chats, when: {channel: chatt}}
                                      ^^^^^
  fix: write it as the helpdesk's API does, such as email, web, chat or phone; did you mean "chat"?
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar, 1 agreement
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), [*WRONG.values(), *DOUBTFUL.values()], ids=[*WRONG, *DOUBTFUL])
def test_what_is_wrong_with_agreements_is_described_in_these_words(text: str, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_file_with_wrong_agreements(text: str) -> None:
    assert refusal(text) == printed(text)
