"""Are the packages that this program runs the ones that it came with?"""

from __future__ import annotations

from slabot.cli.doctor import installed
from slabot.domain import Level
from slabot.setup.machine import Installed, clashes

HOME = {"slabot": "/here", "adapters": "/here", "webhooks": "/here"}


def test_alone_is_right() -> None:
    (found,) = clashes(Installed({"adapters": ["slabot"], "webhooks": ["slabot"]}, HOME))
    assert found.level is Level.RIGHT
    (found,) = clashes(Installed({}, HOME))  # an editable installation owns nothing by name
    assert found.level is Level.RIGHT


def test_another_distribution_with_a_package_of_that_name_is_wrong() -> None:
    (found,) = clashes(Installed({"adapters": ["slabot", "adapter-transformers"], "webhooks": ["slabot"]}, HOME))
    assert found.level is Level.WRONG
    assert "adapter-transformers installs a package named adapters too" in found.words
    assert "environment of its own" in found.remedy


def test_a_package_that_is_found_elsewhere_is_wrong() -> None:
    elsewhere, nowhere = clashes(Installed({}, {"slabot": "/here", "adapters": "/there"}))
    assert "adapters comes from /there" in elsewhere.words
    assert "webhooks comes from nowhere" in nowhere.words
    assert {elsewhere.level, nowhere.level} == {Level.WRONG}


def test_here_they_are_slabots_own() -> None:
    assert [finding.level for finding in clashes(installed())] == [Level.RIGHT]
