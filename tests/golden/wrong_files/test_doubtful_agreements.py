"""What is said about agreements that hold, though hardly as somebody meant them?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import printed
from tests.golden.wrong_files.test_wrong_agreements import agreements

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


@pytest.mark.parametrize(("text", "expected"), DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_is_doubtful_about_agreements_is_described_in_these_words(text: str, expected: str) -> None:
    assert printed(text) == expected.strip("\n")
