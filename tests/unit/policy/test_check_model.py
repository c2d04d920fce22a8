"""Is the author told what leaves for a language model, and what is missing before it can be asked?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.policy.language_model import Sends
from tests.unit.policy.conftest import Check

READER = "classify:\n  reader: {mode: act, levels: {medium: low}}\n  model: "
HERE, THERE = "http://127.0.0.1:8000/v1", "https://models.example/v1"


def codes(check: Check, model: str, before: str = READER) -> list[tuple[str, str]]:
    _, problems = check(("classify:", before + model))
    return [(problem.code, problem.path) for problem in problems]


@pytest.mark.parametrize(
    ("model", "found"),
    [
        (f"{{mode: act, address: {THERE}, name: m, key_env: KEY}}", []),
        ("{mode: off}", []),
        ("{mode: act, name: m}", [("model-incomplete", "classify.model.mode")]),
        ("{mode: observe}", [("model-incomplete", "classify.model.mode")]),
        ("{mode: act, address: http://models.example/v1, name: m}", [("bad-address", "classify.model.address")]),
        (
            '{mode: act, address: "https://u:secret@models.example/v1", name: m}',
            [("secret-in-file", "classify.model.address")],
        ),
        (f"{{mode: act, address: {THERE}, name: m, within: 90s}}", [("out-of-range", "classify.model.within")]),
        (f"{{mode: act, address: {THERE}, name: m, a_day: 0}}", [("out-of-range", "classify.model.a_day")]),
        (f"{{mode: act, address: {THERE}, name: m, send: []}}", [("empty-value", "classify.model.send")]),
        (f"{{mode: act, address: {THERE}, name: m, send: [notes]}}", [("unknown-value", "classify.model.send")]),
        (f"{{mode: act, address: {THERE}, name: m, mask: [email]}}", [("model-unmasked", "classify.model.mask")]),
        (f"{{mode: act, address: {HERE}, name: m, mask: []}}", []),  # nothing leaves this machine
    ],
)
def test_what_is_wrong_with_the_settings_is_said_at_its_place(
    check: Check, model: str, found: list[tuple[str, str]]
) -> None:
    assert [(code, path.removesuffix("[0]")) for code, path in codes(check, model)] == found


def test_a_model_beside_a_reader_that_is_off_is_never_asked_and_said_to_be(check: Check) -> None:
    model = f"{{mode: act, address: {THERE}, name: m}}"
    assert codes(check, model, "classify:\n  model: ") == [("model-without-reader", "classify.model.mode")]


def test_the_pasted_key_is_not_shown(check: Check) -> None:
    _, problems = check(("classify:", f"{READER}{{mode: act, address: {THERE}, name: m, key_env: sk-1234abcdXYZ}}"))
    assert problems
    assert "sk-1234abcdXYZ" not in "".join(map(str, problems))


def test_by_default_nothing_is_asked_and_everything_is_masked(check: Check) -> None:
    policy, _ = check()
    assert policy is not None
    model = policy.classify.model
    assert (model.is_asked, model.send, len(model.mask)) == (False, tuple(Sends), 5)
    assert (model.within, model.a_day) == (timedelta(seconds=5), 500)
