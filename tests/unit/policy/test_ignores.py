"""Is a warning ignored exactly where a comment says so, and is every ignore that does nothing found?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import yaml

from slabot.policy import Checked, checked, nodes
from slabot.policy.codes import CODES

from .conftest import RIGHT, TODAY

LADDER = "  - rungs: [{at: 50% used}, {at: breach}]"
TWICE = "  - rungs: [{at: breach}, {at: breach}]"
IGNORE = "# slabot: ignore[rung-twice] it is meant"

Lines = Callable[..., Checked]


@pytest.fixture(params=["c", "python"])
def ladder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Check the right policy with a ladder written in these lines; by both engines of the YAML reader."""
    if request.param == "python":
        monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)

    def check(*lines: str, today: date = TODAY) -> Checked:
        assert LADDER in RIGHT
        return checked(RIGHT.replace(LADDER, "\n".join(lines)), "config.yaml", today)

    return check


def codes(found: Checked) -> list[str]:
    assert found.policy is not None, "\n".join(map(str, found.problems))
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    "lines",
    [
        (f"{TWICE}  {IGNORE}",),
        (f"{TWICE} #slabot:ignore[rung-twice] it is meant",),
        (f"{TWICE}  # SLABOT: Ignore [ rung-twice ] - it is meant",),
        (f"{TWICE}  # two people; {IGNORE}",),  # another comment first
        (f"  {IGNORE}", TWICE),
        (IGNORE, TWICE),  # at any indentation
        (f"  {IGNORE}", "  # and more about it", TWICE),  # other comments between
        ("  - rungs:", "    - {at: breach}", f"    {IGNORE}", "    - {at: breach}"),
    ],
)
def test_a_comment_beside_or_above_ignores_a_warning_with_its_reason(ladder: Lines, lines: tuple[str, ...]) -> None:
    found = ladder(*lines)

    assert codes(found) == []
    assert [(one.problem.code, one.problem.severity, one.reason) for one in found.ignored] == [
        ("rung-twice", "warning", "it is meant")
    ]


@pytest.mark.parametrize(
    ("lines", "unused_at"),
    [
        ((f"  {IGNORE}", "", TWICE), (15, 20)),  # an empty line between
        ((TWICE, f"  {IGNORE}"), (16, 20)),  # below
        (("  - rungs:", "    - {at: breach}", f"    - {{at: 50% used}}  {IGNORE}", "    - {at: breach}"), (17, 40)),
    ],
)
def test_an_ignore_at_another_line_ignores_nothing(
    ladder: Lines, lines: tuple[str, ...], unused_at: tuple[int, int]
) -> None:
    found = ladder(*lines)

    assert sorted(codes(found)) == ["ignore-unused", "rung-twice"]
    assert found.ignored == ()
    (unused,) = (problem for problem in found.problems if problem.code == "ignore-unused")
    (warning,) = (problem for problem in found.problems if problem.code == "rung-twice")
    assert (unused.line, unused.column) == unused_at
    assert unused.fix == f"write it at the end of line {warning.line}, where such a finding is"


def test_only_the_code_that_is_named_is_ignored(ladder: Lines) -> None:
    found = ladder("  - rungs: [{at: breach}, {at: breach}, {at: 3h before}]  " + IGNORE)

    assert codes(found) == ["rung-before-start"]
    assert [one.problem.code for one in found.ignored] == ["rung-twice"]


def test_several_codes_are_ignored_by_one_comment_or_by_two(ladder: Lines) -> None:
    line = "  - rungs: [{at: breach}, {at: breach}, {at: 3h before}]"
    for comment in (
        "# slabot: ignore[rung-twice, rung-before-start] both are meant",
        "# slabot: ignore[rung-twice] both are meant # slabot: ignore[rung-before-start] both are meant",
    ):
        for lines in ((f"{line} {comment}",), (comment, line)):
            found = ladder(*lines)
            assert codes(found) == []
            assert {(one.problem.code, one.reason) for one in found.ignored} == {
                ("rung-twice", "both are meant"),
                ("rung-before-start", "both are meant"),
            }


def test_all_findings_of_the_code_on_the_line_are_ignored(ladder: Lines) -> None:
    found = ladder(f"  - rungs: [{{at: breach}}, {{at: breach}}, {{at: breach}}]  {IGNORE}")

    assert codes(found) == []
    assert len(found.ignored) == 2


@pytest.mark.parametrize(
    "text",
    [
        'means: "no # slabot: ignore[rung-twice] it is text"',
        "means: 'no # slabot: ignore[rung-twice] it''s text'",
        'means: "no\n      # slabot: ignore[rung-twice] text on its second line\n      "',
        "means: |\n      no\n      # slabot: ignore[rung-twice] text in a block",
        "means: >-\n      # slabot: ignore[rung-twice] text in a folded block",
        "means: no#slabot:ignore[rung-twice] text, since no space comes before the sign",
    ],
)
def test_a_sign_within_a_text_begins_no_comment(ladder: Lines, text: str) -> None:
    critical = "critical: {means: Unusable, respond_within: 2h, calendar: around_the_clock}"
    lines = ("critical:", text, "respond_within: 2h", "calendar: around_the_clock")
    changed = RIGHT.replace(critical, "\n    ".join(lines))
    assert changed != RIGHT
    found = checked(changed.replace(LADDER, TWICE), "config.yaml", TODAY)

    assert codes(found) == ["rung-twice"]


def test_a_comment_beside_the_head_of_a_block_of_text_is_a_comment(ladder: Lines) -> None:
    found = ladder(LADDER, "requests:", "  not_from_channels:", "    - >-  # slabot: ignore[rung-twice] x", "      api")

    assert codes(found) == ["ignore-unused"]


def test_a_comment_below_a_block_of_text_is_a_comment(ladder: Lines) -> None:
    found = ladder("  - rungs:", "      - at: >-", "          breach", f"      {IGNORE}", "      - at: breach")

    assert codes(found) == []
    assert len(found.ignored) == 1


@pytest.mark.parametrize(
    ("comment", "code", "place", "words", "fix"),
    [
        ("# slabot: ignore", "ignore-unreadable", 3, "names no code in brackets", "# slabot: ignore[code] reason"),
        ("# slabot: ignore rung-twice", "ignore-unreadable", 3, "names no code", "# slabot: ignore[code] reason"),
        ("# slabot: ignore[] as agreed", "ignore-unreadable", 3, "names no code", "# slabot: ignore[code] reason"),
        ("# slabot: ignore[rung-twise] as agreed", "ignore-unknown-code", 20, '"rung-twise"', 'mean "rung-twice"'),
        ("# slabot: ignore[bad-rung] as agreed", "ignore-of-an-error", 20, '"bad-rung" is an error', "delete this"),
        ("# slabot: ignore[ignore-unused] x", "ignore-of-an-error", 20, "is about ignores", "delete this"),
        (
            "# slabot: ignore[rung-twice] as agreed",
            "ignore-unused",
            20,
            "line 16, so this ignores nothing",
            "delete it",
        ),
    ],
)
def test_an_ignore_that_can_do_nothing_is_a_warning(
    ladder: Lines, comment: str, code: str, place: int, words: str, fix: str
) -> None:
    found = ladder(f"  {comment}", LADDER)

    assert codes(found) == [code]
    (problem,) = found.problems
    assert (problem.severity, problem.line, problem.column) == ("warning", 15, place)
    assert words in problem.message
    assert fix in problem.fix


@pytest.mark.parametrize("reason", ["", " ", " :", " - "])
def test_an_ignore_without_a_reason_holds_and_is_a_warning_itself(ladder: Lines, reason: str) -> None:
    found = ladder(f"{TWICE}  # slabot: ignore[rung-twice]{reason}")

    assert codes(found) == ["ignore-without-reason"]
    assert [one.reason for one in found.ignored] == [""]


def test_a_reason_that_is_missing_is_said_once_for_several_codes(ladder: Lines) -> None:
    found = ladder(f"{TWICE[:-1]}, {{at: 3h before}}]  # slabot: ignore[rung-twice, rung-before-start]")

    assert codes(found) == ["ignore-without-reason"]


@pytest.mark.parametrize(
    "comment",
    ["# slabot ignores weekends", "# slabot: our policy", "# slabot: ignored since May", "# ignore[rung-twice]"],
)
def test_other_comments_are_left_alone(ladder: Lines, comment: str) -> None:
    assert codes(ladder(f"{LADDER}  {comment}")) == []


def test_an_error_is_never_ignored(ladder: Lines) -> None:
    found = ladder("  - rungs: [{at: sometime}]  # slabot: ignore[bad-rung] we like it so")

    assert found.policy is None
    assert [(problem.code, problem.severity) for problem in found.problems] == [
        ("bad-rung", "error"),
        ("ignore-of-an-error", "warning"),
    ]


def test_in_a_file_with_errors_nothing_is_said_to_be_unused(ladder: Lines) -> None:
    """Warnings are looked for in a file without errors only, so nobody knows yet."""
    found = ladder(f"  - rungs: [{{at: sometime}}]  {IGNORE}")

    assert [problem.code for problem in found.problems] == ["bad-rung"]


def test_a_file_that_is_no_yaml_has_one_problem(ladder: Lines) -> None:
    found = ladder('  - rungs: [{at: "breach}]  # slabot: ignore[nonsense] x')

    assert [problem.code for problem in found.problems] == ["not-yaml"]


def test_a_secret_in_a_reason_is_not_shown(ladder: Lines) -> None:
    token = "xoxb-" + "1234567890-abcdefghijkl"
    (ignored,) = ladder(f"{TWICE}  {IGNORE} {token}").ignored

    assert token not in ignored.reason
    assert ignored.reason.startswith("it is meant")


def test_every_ignore_code_is_a_warning() -> None:
    assert all(check.warning for code, check in CODES.items() if code.startswith("ignore-"))
