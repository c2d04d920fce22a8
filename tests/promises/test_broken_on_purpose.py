"""The demo's week is a judge: whatever promise the product breaks, it says so.

Promise: for each promise of the week there is one change to the product, and the week reports that very promise.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from slabot.demo.promises import promises

SCRIPT = "tools/break_demo.py"


def test_there_is_a_break_for_each_promise(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(checkout / "tools"))  # where it finds what the two share
    spec = importlib.util.spec_from_file_location("break_demo", checkout / SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "break_demo", script)  # where its dataclass looks for its own names
    spec.loader.exec_module(script)
    meant = [entry.breaks for entry in script.BREAKS.values()]
    assert len(meant) == len(promises()) == 27
    for promise in promises():
        assert [words for words in meant if promise.words.startswith(words)], promise.words


@pytest.mark.long
def test_each_break_is_noticed(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout / SCRIPT)], capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "27 of 27 changes were noticed." in done.stdout
    assert "UNNOTICED" not in done.stdout
