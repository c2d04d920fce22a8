"""Is there any text that `slabot check` cannot answer?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from slabot.policy import check_policy
from slabot.policy.nodes import read
from slabot.policy.paths import value_at

EXAMPLE = (Path(__file__).resolve().parents[2] / "config.example.yaml").read_text(encoding="utf-8")
# The proof about waiting takes its time and has a test of its own.
QUIET = EXAMPLE.replace(
    "waiting:                                    # Waiting on Customer\n  mode: observe", "waiting:\n  mode: off"
)
QUIET += """
agreements:
  - name: gold
    when: {organization: [Contoso Ltd], tags: vip, requester: "@contoso.example"}
    unless: {group: [Billing], fields: {plan: trial}, brand: North}
    from: 2026-01-01
    until: 2027-01-01
    calendar: around_the_clock
    received_when_closed: as_usual
    severities: {critical: {respond_within: 1h, calendar: support_week}}
    clocks: [{name: resolution, kind: resolution, within: {critical: 8h}}]
    escalate: [{severity: critical, clock: [first_response, resolution], rungs: [{at: 50% used, notify: "#gold"}]}]
    quiet_hours: {severities: [low], calendar: support_week}
    waiting: {mode: off, follow_ups: 2, on_business_days: [1, 2]}
    solved: {reopen_within: 2d, close_after: 4d}
    exempt: {groups: [Billing], closing: {brands: [North]}}
  - {name: later, when: {organization: contoso ltd}, from: 2027-02-01}
  - {name: internal, when: {requester: "@acme.example"}, no_promise: our own people}
"""
TREE = read(QUIET, "config.yaml")
SCALARS = sorted(path for path in TREE.values if not isinstance(value_at(TREE.value, path), dict | list) and path != ())
TODAY = date(2026, 11, 24)

# What a hurried admin, or a generator gone wrong, may leave where a value belongs.
odd = st.sampled_from(
    [
        "", "~", "true", "0", "-1", "3", "1.5", ".inf", ".nan", "9" * 30, "9" * 5_000, "[]", "{}", "[[]]", "[~]",
        "{a: 1}", "[x, y]", "x", "999999999999999d", "99999999999999999999h", "0h", "1e9d", "999999999 business days",
        "2026-13-01", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "²h", "٣h",
        "101% used", "0% used", '"{"', '"{0}"', '"{requester.x}"', '"{requester!r:>10}"', '"*"', '"**"',
        "mon-", "sun-mon",
        "00:00-00:00", "24:00-25:00", "22:00-06:00", "99:99-11:11", "XX", '"https://["', '"http://[::1"',
        '"https://x:99999"',
        '":80"', '"127.0.0.1:99999"', '"2040-2020"', '"0000-9999"', '"30m after, then every 0m"', "999999h before",
        '"../etc/passwd"', "/etc/localtime", '"a\\0b"', '"\\ud83d"', '"\\e[31m"', "*x", "&x 1", "!!int 3",
        "{{ x }}", "@x", "'", "[",
    ]
) | st.text(max_size=20)  # fmt: skip


def sound(text: str | bytes) -> None:
    """Every answer is a policy or problems, each with its place in the file and its way out."""
    policy, problems = check_policy(text, "config.yaml", TODAY)

    assert (policy is None) == any(problem.severity == "error" for problem in problems)
    assert list(problems) == sorted(problems, key=lambda problem: (problem.line, problem.column))
    for problem in problems:
        assert problem.message
        assert problem.fix
        assert "\n" not in problem.message + problem.fix + problem.source_line
        assert len(str(problem)) < 3_000


@given(st.text() | st.binary())
def test_any_text_has_an_answer(text: str | bytes) -> None:
    sound(text)


@given(st.lists(st.tuples(st.sampled_from(SCALARS), odd), min_size=1, max_size=3))
def test_a_policy_with_any_values_changed_has_an_answer(changes: list[tuple[tuple[str | int, ...], str]]) -> None:
    lines = QUIET.splitlines()
    for path, value in changes:
        place = TREE.values[path]
        line = lines[place.line - 1]
        lines[place.line - 1] = f"{line[: place.column - 1]}{value}{line[place.column - 1 + place.width :]}"
    sound("\n".join(lines))


@given(st.integers(0, len(QUIET)), st.integers(0, 80), st.text(max_size=5))
def test_a_policy_with_a_part_cut_out_or_put_in_has_an_answer(at: int, length: int, put: str) -> None:
    sound(QUIET[:at] + put + QUIET[at + length :])
