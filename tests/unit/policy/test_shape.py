"""Are the settings of the file read off the models, all of them?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.policy import Policy
from slabot.policy.paths import Path
from slabot.policy.refusals import EXAMPLES
from slabot.policy.shape import keys_at, settings

PATHS = [setting.path for setting in settings(Policy)]


@pytest.mark.parametrize(
    "path",
    [
        "version",
        "helpdesks.NAME.subdomain",
        "helpdesks.NAME.domain",
        "slack.channel",
        "calendars.NAME.holidays.except",
        "calendars.NAME.breaks.at",
        "classify.rules.when.fields",
        "clocks.within",
        "escalate.rungs.at",
        "waiting.templates.follow_up",
        "keep_text",
    ],
)
def test_settings_of_every_depth_are_found(path: str) -> None:
    assert path in PATHS


def test_a_setting_is_listed_once() -> None:
    assert len(PATHS) == len(set(PATHS))
    assert "classify.rules.unless" in PATHS
    assert "classify.rules.unless.text" not in PATHS  # the same part as `when`


def test_every_setting_that_must_be_given_has_an_example_for_the_message() -> None:
    must = {setting.path.rpartition(".")[2] for setting in settings(Policy) if setting.required}

    assert must == must & set(EXAMPLES)


FILE: dict[str, Any] = {
    "helpdesks": {"a": {"kind": "zendesk"}, "f": {"kind": "freshdesk"}, "?": {}},
    "classify": {"rules": [{"when": {}}]},
    "escalate": [{"rungs": [{}]}],
}


@pytest.mark.parametrize(
    ("path", "has", "lacks"),
    [
        ((), "helpdesks", "kind"),
        (("helpdesks", "a"), "subdomain", "domain"),
        (("helpdesks", "f"), "domain", "subdomain"),
        (("helpdesks", "?"), "subdomain", "channel"),
        (("classify", "rules", 0, "when"), "organization", "severity"),
        (("escalate", 0, "rungs", 0), "notify", "rungs"),
    ],
)
def test_the_keys_of_a_place_are_known(path: Path, has: str, lacks: str) -> None:
    keys = keys_at(Policy, path, FILE)

    assert has in keys
    assert lacks not in keys


@pytest.mark.parametrize("path", [("helpdesks",), ("nowhere",), ("escalate",), ("version", "x")])
def test_where_names_are_free_there_are_no_keys(path: Path) -> None:
    assert keys_at(Policy, path, FILE) == ()
