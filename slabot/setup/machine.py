"""Are the packages that this program runs the ones that it came with?

Promise: pure. `adapters` and `webhooks` are names that others publish packages under too; where such a one is installed
in the same environment, one of the two hides or overwrites the other, and that is said before it is met at night.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from slabot.domain import Finding, Level

OURS = "slabot"  # the distribution
SHARED_NAMES = ("adapters", "webhooks")
_REMEDY = "Install slabot into an environment of its own: make venv, or python -m venv and pip install there."


@dataclass(frozen=True, slots=True)
class Installed:
    """What is installed in this environment.

    Attributes:
        owners: import package to the distributions that install it.
        folders: import package to the folder in which it is found; empty for a package that is not found.
    """

    owners: Mapping[str, Iterable[str]]
    folders: Mapping[str, str]


def clashes(installed: Installed) -> Iterator[Finding]:
    """What stands in the way of slabot's own packages."""
    home = installed.folders.get(OURS, "")
    clean = True
    for name in SHARED_NAMES:
        others = sorted({owner for owner in installed.owners.get(name, ()) if owner.lower() != OURS})
        folder = installed.folders.get(name, "")
        if folder != home:
            clean = False
            yield Finding(Level.WRONG, f"The package {name} comes from {folder or 'nowhere'}, not from slabot", _REMEDY)
        elif others:
            clean = False
            yield Finding(
                Level.WRONG,
                f"{' and '.join(others)} installs a package named {name} too, so the next change to either breaks one",
                _REMEDY,
            )
    if clean:
        yield Finding(Level.RIGHT, "No other package is named adapters or webhooks here")
