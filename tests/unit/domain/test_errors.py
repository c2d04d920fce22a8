"""Does an error keep what is wrong apart from what to do about it?"""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import pytest

from slabot.domain.errors import SlabotError, TicketFileError

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("why", "remedy", "text"),
    [
        ("it is red", "", "it is red"),
        ("it is red", "paint it", "it is red; paint it"),
        ("It is red.", "Paint it.", "It is red. Paint it."),
        ("it is red; or blue", "paint it; twice", "it is red; or blue; paint it; twice"),
    ],
)
def test_the_text_of_an_error_is_made_of_what_is_wrong_and_what_to_do(why: str, remedy: str, text: str) -> None:
    error = SlabotError(why, remedy)
    assert (error.why, error.remedy, str(error)) == (why, remedy, text)


def test_a_place_stands_before_what_is_wrong() -> None:
    error = TicketFileError("it is empty", "write something", place="line 3")
    assert (error.place, error.why, error.remedy) == ("line 3", "line 3: it is empty", "write something")


def test_a_copy_of_an_error_keeps_both_parts() -> None:
    for twin in (copy.copy(SlabotError("a", "b")), pickle.loads(pickle.dumps(SlabotError("a", "b")))):
        assert (twin.why, twin.remedy, str(twin)) == ("a", "b", "a; b")


def test_nobody_takes_a_remedy_out_of_a_text() -> None:
    cut = re.compile(r"""(?:partition|split)\(\s*["'](?:; |\. |: )["']""")
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for package in ("slabot", "adapters", "webhooks", "slabot_sandbox")
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if cut.search(line) and "_BOTS.partition" not in line  # a line of config.example.yaml
    }
    assert found == set()
