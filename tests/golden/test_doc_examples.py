"""Is what the documentation shows what the commands print?"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_examples", ROOT / "tools" / "refresh_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLES = _script()


@pytest.mark.parametrize("page", EXAMPLES.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")

    assert EXAMPLES.refreshed(text) == text, "run python tools/refresh_examples.py and read the difference"


def test_the_readme_shows_what_a_first_reader_tries() -> None:
    shown = " ".join(EXAMPLES.shown((ROOT / "README.md").read_text(encoding="utf-8")))

    assert all(f"$ slabot {command} " in shown for command in ("due", "explain", "check"))
