"""The tests of the paging promises are judges: whatever promise the product breaks, a file turns red.

Promise: for each file of promises in this folder there is one change to the product, made on purpose in a process of
its own, after which that file fails.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = "tools/break_promises.py"


@pytest.fixture
def script(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(checkout / "tools"))  # where it finds what the two share
    spec = importlib.util.spec_from_file_location("break_promises", checkout / SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "break_promises", module)  # where its dataclass looks for its own names
    spec.loader.exec_module(module)
    return module


def test_there_is_a_break_for_each_file_of_promises(script: ModuleType) -> None:
    files = {file.name for file in Path(__file__).parent.glob("test_*.py")}
    assert {entry.breaks for entry in script.BREAKS.values()} == files - script.JUDGES_OF_TESTS


def test_each_file_says_its_promise_at_its_top(script: ModuleType) -> None:
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        assert script.promise_of(file.name).endswith((".", ":")), file.name
        assert "\nPromise" in file.read_text(encoding="utf-8"), file.name


@pytest.mark.long
def test_each_break_is_noticed(script: ModuleType, checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout / SCRIPT)], capture_output=True, text=True, timeout=3600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(script.BREAKS)} of {len(script.BREAKS)} changes were noticed." in done.stdout
