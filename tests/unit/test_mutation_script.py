"""Does the mutation script find what no test notices, and leave alone what is no mistake?

Promise: it is run as people run it, on a toy package with tests of its own.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tools.mutate import find_changes
from tools.mutation.alter import altered, changes_of, nudged
from tools.mutation.change import module_name
from tools.mutation.policy_file import altered_policy, changes_of_policy

ROOT = Path(__file__).resolve().parents[2]

TOY = '''
"""May somebody ride?"""

LEAST = 120  # centimetres


def may_ride(height: int, with_parent: bool = False) -> bool:
    """True if nobody needs to worry."""
    assert height > 0
    if with_parent and height >= 100:
        return True
    return height >= LEAST
'''
LOOSE = """
from toy.ride import may_ride


def test_the_tall_may_and_the_small_may_not():
    assert may_ride(150)
    assert not may_ride(90)
    assert may_ride(110, with_parent=True)
    assert not may_ride(110)
"""
EXACT = """

def test_the_boundaries():
    assert may_ride(120)
    assert not may_ride(119)
    assert may_ride(100, with_parent=True)
    assert not may_ride(99, with_parent=True)
"""


class Toy:
    """A checkout of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("toy/__init__.py", "")
        self.write("toy/ride.py", TOY.lstrip())
        self.write("tests/test_ride.py", LOOSE)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def ask(self, *options: str) -> tuple[int, str]:
        """The exit code, and everything it said."""
        fixed = ["--root", str(self.root), "--sources", "toy", "--tests", "tests", "--exempt", "exempt.toml"]
        fixed += ["--patience", "0.3"]
        done = subprocess.run(
            [sys.executable, str(ROOT / "tools" / "mutate.py"), *fixed, *options],
            cwd=self.root,
            env={"PYTHONPATH": f"{self.root}:{ROOT}", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path)


def test_what_no_test_notices_is_reported_until_a_test_stands_at_each_boundary(toy: Toy) -> None:
    code, said = toy.ask()
    assert code == 1, said
    assert "line 11: height >= LEAST → height > LEAST" in said
    assert "line 11: height >= LEAST → height < LEAST" not in said

    toy.write("tests/test_ride.py", LOOSE + EXACT)
    code, said = toy.ask("--resume")
    assert code == 0, said
    assert "0 not noticed" in said
    again = int(re.findall(r"the tests of a line: (\d+) tried", said)[0])
    assert 0 < again < len(find_changes(toy.root, ["toy"], "none.yaml"))


def test_a_loop_without_an_end_is_noticed(toy: Toy) -> None:
    toy.write("toy/ride.py", "def counted(n):\n    while n < 3:\n        n += 1\n    return n\n")
    toy.write("tests/test_ride.py", "from toy.ride import counted\n\ndef test_it():\n    assert counted(2) == 3\n")
    code, said = toy.ask()
    assert (code, "0 not noticed" in said) == (0, True), said


def test_tests_that_fail_by_themselves_are_named_and_nothing_is_tried(toy: Toy) -> None:
    toy.write("tests/test_ride.py", "def test_it():\n    assert False\n")
    code, said = toy.ask()
    assert code == 2
    assert "mend them first:\n  tests/test_ride.py::test_it" in said


def exemption(change: str) -> str:
    return f"""
        [[equivalent]]
        file = "toy/ride.py"
        line = "return height >= LEAST"
        changes = ["{change}"]
        reason = "The gate measures in steps of seven."
    """


def test_an_exemption_that_fits_nothing_is_an_error(toy: Toy) -> None:
    toy.write("exempt.toml", textwrap.dedent(exemption("height >= LEAST → height > MOST")))
    code, said = toy.ask()
    assert code == 2
    assert "fit no change any more" in said


def test_an_exempted_change_is_not_reported_and_is_named_if_a_test_notices_it(toy: Toy) -> None:
    toy.write("exempt.toml", textwrap.dedent(exemption("height >= LEAST → height < LEAST")))
    assert "1 exempt" in toy.ask("--quick")[1]
    code, said = toy.ask("--doubt")
    assert code == 1
    assert "a test notices it: toy/ride.py:11" in said


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", {"a <= b", "a >= b", "a < moved(b, -1)"}),
        ("x = a <= b", {"a < b", "a > b", "a <= moved(b, 1)"}),
        ("x = a is None", {"a is not None"}),
        ("x = a == 'word'", {"a != 'word'"}),
        ("x = a not in b", {"a in b"}),
        ("x = -1", {"0", "-2"}),
        ("x = a[0]", {"a[1]", "a[-1]"}),
        ("x = a[:n]", {":n + 1", ":n - 1"}),
        ("x = at + SECOND", {"at - SECOND", "at"}),
        ("x = min(a, b)", {"max(a, b)"}),
        ("x = any(a)", {"all(a)"}),
        ("x = sorted(a, key=b)", {"list(a)"}),
        ("x = a and not b", {"a or not b", "a and b"}),
        ("x = a if b else c", {"a if not b else c"}),
        ("x = [a for a in b if c]", {" for a in b if not c"}),
        ("x = True", {"False"}),
        ("x = timedelta()", {"moved(timedelta(), 1)"}),
        ("x += 'word'", set()),
        ("x = f'{a + 1}'", set()),
        ("x: 'a < b' = y", set()),
        ("assert a < b", set()),
        ("def __repr__(self):\n    return a < b", set()),
        ("@lru_cache(maxsize=5)\ndef f(): ...", set()),
    ],
)
def test_each_way_to_be_wrong_and_what_is_left_alone(source: str, expected: set[str]) -> None:
    assert {change.change.split("→ ")[1] for change in changes_of(source, "x.py")} == {
        words.strip() for words in expected
    }


def test_every_change_can_be_made_again_by_its_number_and_differs_from_the_file() -> None:
    for change in changes_of(TOY, "toy/ride.py"):
        made = ast.unparse(altered(TOY, change.number))
        assert made != ast.unparse(ast.parse(TOY))
    assert len({change.key for change in changes_of(TOY, "toy/ride.py")}) == len(changes_of(TOY, "toy/ride.py"))


def test_every_target_of_the_default_policy_is_altered() -> None:
    text = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    changes = changes_of_policy(text, "config.example.yaml")
    said = {change.change for change in changes}
    assert {"→ respond_within: 3h", "→ respond_within: 3 business days", "→ - {at: 51% used}"} <= said
    assert {"→ grace: 2 business day", "→ or_after: 8d", "→ on_business_days: [1, 2, 4]"} <= said
    for change in changes[::9]:
        was, now = text.splitlines(), altered_policy(text, change.number).splitlines()
        assert [place for place, line in enumerate(was, 1) if line != now[place - 1]] == [change.line]


def test_the_smallest_step_depends_on_what_is_moved() -> None:
    noon = datetime(2026, 1, 9, 12, tzinfo=UTC)
    assert nudged(noon, 1) - noon == timedelta(seconds=1)  # type: ignore[operator]
    assert nudged(date(2026, 1, 9), -1) == date(2026, 1, 8)
    assert nudged((1, 2), 1) == (1, 3)
    assert nudged(timedelta(hours=1), -1) == timedelta(seconds=3599)


def test_a_package_is_imported_by_its_folder() -> None:
    assert module_name("slabot/rules/__init__.py") == "slabot.rules"
    assert module_name("slabot/rules/ladder.py") == "slabot.rules.ladder"
