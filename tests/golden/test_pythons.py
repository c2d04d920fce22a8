"""Does everything that names the supported Pythons name the same ones, and does slabot load on the one that runs this?

Promise: pyproject, Makefile, lock files and pages agree; no module of ours warns when it is compiled or imported.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.together import for_each

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
SUPPORTED = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))  # oldest first
OLDEST, NEWEST = SUPPORTED[0], SUPPORTED[-1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

PACKAGES = ("slabot", "slabot_sandbox", "adapters", "webhooks")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
RUN_BY_OTHERS = {"slabot/__main__.py", "slabot/store/migrations/env.py"}  # importing them starts something


class TestAgreement:
    def test_the_supported_pythons_have_no_gap(self) -> None:
        minors = [int(version.removeprefix("3.")) for version in SUPPORTED]
        assert minors == list(range(minors[0], minors[-1] + 1))

    def test_the_oldest_is_the_one_that_is_required_and_written_for(self) -> None:
        assert PROJECT["project"]["requires-python"] == f">={OLDEST}"
        assert PROJECT["tool"]["ruff"]["target-version"] == f"py{OLDEST.replace('.', '')}"
        assert PROJECT["tool"]["mypy"]["python_version"] == OLDEST

    def test_make_looks_for_each_of_them_newest_first(self) -> None:
        makefile = (ROOT / "Makefile").read_text()
        found = re.search(r"^PYTHONS := (.*)$", makefile, re.MULTILINE)
        assert found is not None
        assert found[1].split() == SUPPORTED[::-1]
        assert f"sys.version_info < ({OLDEST.replace('.', ', ')})" in makefile
        assert f"slabot needs Python {OLDEST} or newer" in makefile

    @pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
    def test_a_lock_file_was_checked_for_wheels_for_each_of_them(self, lock: Path) -> None:
        # Hashes do not tell what they are of, so tools/lock asks pip for every wheel and then writes this line.
        first = lock.read_text().splitlines()[0]
        assert first.endswith(f"with wheels for Python {' '.join(SUPPORTED)}."), "run make lock"

    @pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
    def test_a_page_that_names_them_names_the_oldest_and_the_newest(self, page: str) -> None:
        named = re.findall(r"Python (3\.\d+) to (3\.\d+)", (ROOT / page).read_text())
        assert set(named) == {(OLDEST, NEWEST)}

    def test_this_run_is_on_one_of_them(self) -> None:
        assert f"3.{sys.version_info.minor}" in SUPPORTED


class TestModules:
    @for_each(MODULES)
    def test_it_compiles_without_a_warning(self, module: Path) -> None:
        compile((ROOT / module).read_text(), module, "exec", dont_inherit=True)

    def test_all_are_imported_without_a_warning_theirs_or_a_librarys(self) -> None:
        names = [
            ".".join(module.with_suffix("").parts).removesuffix(".__init__")
            for module in MODULES
            if module.as_posix() not in RUN_BY_OTHERS
        ]
        program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, *names], cwd=ROOT, capture_output=True, text=True
        )
        assert (ran.returncode, ran.stderr) == (0, "")
