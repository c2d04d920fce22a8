"""What is said about repeats that end wrongly, or not at all?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import office, printed, refusal


def rung(words: str) -> str:
    return office(("at: breach", f'at: "{words}"'))


def after(words: str) -> str:
    return office(
        ("breach}]}", f'breach}}, {{at: "1h after, then every 2h for 3 days"}}], after_repeats: {{{words}}}}}')
    )


WRONG: dict[str, tuple[str, str]] = {
    "an end before the first repeat": (
        rung("30m after, then every 30m for 10m"),
        """
config.yaml:7:26: error: "30m after, then every 30m for 10m" ends before the first repeat  [bad-rung]
    escalate: [{rungs: [{at: "30m after, then every 30m for 10m"}]}]
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: write at least 30m behind for, or 30m after alone
1 problem
""",
    ),
    "an end after no day": (
        rung("30m after, then every 30m for 0 days"),
        """
config.yaml:7:26: error: "0 days" in "30m after, then every 30m for 0 days" is no length of working time  [bad-rung]
    escalate: [{rungs: [{at: "30m after, then every 30m for 0 days"}]}]
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: write 1 to 366 days as in 3 days, or hours such as 12h
1 problem
""",
    ),
    "an end in days of real time": (
        rung("30m after, then every 30m for 3d"),
        """
config.yaml:7:26: error: "3d" in "30m after, then every 30m for 3d" is no length of working time  [bad-rung]
    escalate: [{rungs: [{at: "30m after, then every 30m for 3d"}]}]
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: write 1 to 366 days as in 3 days, or hours such as 12h
1 problem
""",
    ),
    "an end of what is not repeated": (
        rung("30m after for 3 days"),
        """
config.yaml:7:26: error: "for 3 days" in "30m after for 3 days" ends what is not repeated  [bad-rung]
    escalate: [{rungs: [{at: "30m after for 3 days"}]}]
                             ^^^^^^^^^^^^^^^^^^^^^^
  fix: write "30m after, then every 30m for 3 days", or 30m after alone
1 problem
""",
    ),
    "no working day at all": (
        after("every: working day, for: 0 days"),
        """
config.yaml:7:121: error: "0 days" lies outside 1 to 366 days  [bad-duration]
    …[{at: breach}, {at: "1h after, then every 2h for 3 days"}], after_repeats: {every: working day, for: 0 days}}]
                                                                                                          ^^^^^^
  fix: write it like 10 days
1 problem
""",
    ),
    "a number of days without a unit": (
        after("every: working day, for: 10"),
        """
config.yaml:7:121: error: 10 has no unit  [bad-duration]
    …gs: [{at: breach}, {at: "1h after, then every 2h for 3 days"}], after_repeats: {every: working day, for: 10}}]
                                                                                                              ^^
  fix: write "10 days"
1 problem
""",
    ),
    "days without how often": (
        after("for: 10 days"),
        """
config.yaml:7:80: error: "escalate[0].after_repeats" has no "every"  [missing-setting]
    escalate: [{rungs: [{at: breach}, {at: "1h after, then every 2h for 3 days"}], after_repeats: {for: 10 days}}]
                                                                                   ^^^^^^^^^^^^^
  fix: add it, for example every: working day
1 problem
""",
    ),
    "every hour": (
        after("every: hour"),
        """
config.yaml:7:103: error: "hour" is not one of the choices here  [unknown-value]
    escalate: [{rungs: [{at: breach}, {at: "1h after, then every 2h for 3 days"}], after_repeats: {every: hour}}]
                                                                                                          ^^^^
  fix: use working day
1 problem
""",
    ),
    "nobody who can be told": (
        after("every: working day, notify: [leads]"),
        """
config.yaml:7:125: error: "leads" names nobody who can be told  [bad-destination]
    …: breach}, {at: "1h after, then every 2h for 3 days"}], after_repeats: {every: working day, notify: [leads]}}]
                                                                                                          ^^^^^
  fix: write "#channel", user:maya@acme.example, group:@support-leads, assignee, rota:primary, email:team@acme.example, pagerduty:main or webhook:pager
1 problem
""",  # noqa: E501
    ),
}
DOUBTFUL: dict[str, tuple[str, str]] = {
    "a repeat without an end": (
        rung("1h after, then every 2h"),
        """
config.yaml:7:26: warning: "1h after, then every 2h" goes on for as long as nobody answers: weeks, if it comes to that  [repeats-without-end]
    escalate: [{rungs: [{at: "1h after, then every 2h"}]}]
                             ^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: say for how long: "1h after, then every 2h for 3 days"; afterwards one page comes each working day, for 10 days or as after_repeats says
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",  # noqa: E501
    ),
    "a repeat that never comes": (
        rung("1h after, then every 12h for 1 day"),
        """
config.yaml:7:26: warning: "1h after, then every 12h for 1 day" is never repeated: office is not open for so long in that time  [repeat-never-comes]
    escalate: [{rungs: [{at: "1h after, then every 12h for 1 day"}]}]
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: choose more days, or repeat it more often
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",  # noqa: E501
    ),
    "what comes after repeats that never end": (
        office(("breach}]}", "breach}], after_repeats: {every: working day}}")),
        """
config.yaml:7:36: warning: this never comes: none of its rungs is repeated  [after-repeats-never]
    escalate: [{rungs: [{at: breach}], after_repeats: {every: working day}}]
                                       ^^^^^^^^^^^^^
  fix: give each rung that is repeated an end, as in "30m after, then every 30m for 3 days", or take this out
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), [*WRONG.values(), *DOUBTFUL.values()], ids=[*WRONG, *DOUBTFUL])
def test_what_is_wrong_with_repeats_is_described_in_these_words(text: str, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_a_file_with_wrong_repeats(text: str) -> None:
    assert refusal(text) == printed(text)
