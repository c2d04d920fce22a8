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


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_agreements_is_described_in_these_words(text: str, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_file_with_wrong_agreements(text: str) -> None:
    assert refusal(text) == printed(text)
