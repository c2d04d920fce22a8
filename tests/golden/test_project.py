"""Does the project keep its own rules of the house?

Promise: what CONTRIBUTING.md says about folders, locks, clocks and records is checked here, not remembered.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import slabot
from tests.fixtures.together import for_each

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("slabot", "slabot_sandbox", "adapters", "webhooks")
PURE = ("domain", "calendars", "judgement", "policy", "rules")  # of slabot: `now` is handed in, nothing else is asked
LONGEST = 400  # lines of a module; past that there is a second idea in it

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PURE_MODULES = [path for path in MODULES if path.relative_to(ROOT).parts[:2] in {("slabot", p) for p in PURE}]

# Reading the wall clock or the machine's own time zone, as `name.attribute`.
CLOCK_READS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "ctime"),
    ("time", "gmtime"),
    ("time", "localtime"),
    ("time", "monotonic"),
    ("time", "monotonic_ns"),
    ("time", "perf_counter"),
    ("time", "sleep"),
    ("time", "strftime"),
    ("time", "time"),
    ("time", "time_ns"),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def pins(lock: Path) -> dict[str, str]:
    """Package name to exact version."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE | re.IGNORECASE))


def requirement_lines(text: str) -> set[str]:
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return {line for line in lines if line and not line.startswith("-")}


def links(page: Path) -> list[str]:
    """Relative link targets of a Markdown page, without their anchors."""
    targets = re.findall(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)", page.read_text())
    return [target for target in targets if "://" not in target and not target.startswith("mailto:")]


def contract(name: str) -> dict[str, Any]:
    contracts: list[dict[str, Any]] = PROJECT["tool"]["importlinter"]["contracts"]
    return next(each for each in contracts if each["id"] == name)


class TestLocks:
    def test_there_is_one_for_each_list(self) -> None:
        sources = {path.stem for path in (ROOT / "requirements").glob("*.in")}
        assert {path.stem for path in LOCKS} == sources == {"bench", "build", "runtime", "test"}

    @pytest.mark.parametrize("lock", LOCKS, ids=name_of)
    def test_it_names_no_host_and_no_path(self, lock: Path) -> None:
        assert not re.findall(r".*(?:/|https?:|file:|^--| @ ).*", lock.read_text(), re.MULTILINE)

    @pytest.mark.parametrize("lock", LOCKS, ids=name_of)
    def test_every_package_has_an_exact_version_and_hashes(self, lock: Path) -> None:
        starts = [line for line in lock.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]
        assert starts
        assert [line for line in starts if not re.fullmatch(r"[\w.-]+==\S+ (?:; .+ )?\\", line)] == []

    @pytest.mark.parametrize("script", ["Makefile", "tools/lock", "tools/try_pythons"])
    def test_nothing_that_it_names_is_installed_without_its_hash(self, script: str) -> None:
        text = (ROOT / script).read_text().replace("\\\n", " ")
        reading = [line for line in text.splitlines() if re.search(r"(?: -r|--requirement) ", line)]
        assert reading
        assert [line for line in reading if "--require-hashes" not in line] == []

    def test_tests_run_on_the_releases_that_users_run(self) -> None:
        runtime = pins(ROOT / "requirements" / "runtime.txt")
        test = pins(ROOT / "requirements" / "test.txt")
        assert runtime.items() <= test.items()

    def test_pyproject_and_the_runtime_list_ask_for_the_same(self) -> None:
        asked = requirement_lines((ROOT / "requirements" / "runtime.in").read_text())
        assert asked == set(PROJECT["project"]["dependencies"])


class TestHouse:
    def test_the_packages_are_named_and_none_is_discovered(self) -> None:
        assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
        assert PROJECT["tool"]["importlinter"]["root_packages"] == list(PACKAGES)

    @pytest.mark.parametrize("package", PACKAGES)
    def test_every_folder_with_modules_is_a_package(self, package: str) -> None:
        folders = {path.parent for path in (ROOT / package).rglob("*.py")}
        assert [name_of(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []

    def test_every_part_of_slabot_has_its_place_in_the_arrows(self) -> None:
        parts = {path.parent.name for path in (ROOT / "slabot").glob("*/__init__.py")}
        parts |= {path.stem for path in (ROOT / "slabot").glob("*.py")} - {"__init__", "__main__"}
        placed = set(re.findall(r"slabot\.(\w+)", " ".join(contract("house")["layers"])))
        assert parts - placed == set()

    def test_the_tree_that_contributing_draws_is_the_real_one(self) -> None:
        drawn = (ROOT / "CONTRIBUTING.md").read_text().partition("## The house")[2].split("```")[1]
        lines = re.findall(r"^( *)([\w.]+/?) ", drawn, re.MULTILINE)
        inside = {name.rstrip("/") for indent, name in lines if indent}
        top = {name.rstrip("/") for indent, name in lines if not indent}
        parts = [
            path for path in (ROOT / "slabot").iterdir() if path.suffix in ("", ".py") and path.name[0] not in "_."
        ]
        assert inside == {path.name for path in parts}
        tracked = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        folders = {path.partition("/")[0] for path in tracked if "/" in path and path[0] != "."}
        assert top == folders - {"requirements"}

    @for_each(MODULES, name_of)
    def test_a_module_is_short(self, module: Path) -> None:
        assert len(module.read_text().splitlines()) <= LONGEST

    def test_the_types_are_published(self) -> None:
        assert (ROOT / "slabot" / "py.typed").is_file()


def clock_reads(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        if (name, node.attr) in CLOCK_READS:
            yield f"line {node.lineno}: {name}.{node.attr}"
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
                yield f"line {node.lineno}: astimezone() reads the machine's time zone; hand a zone in"
            case ast.ImportFrom(module="time"):
                yield f"line {node.lineno}: from time import"


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{alias.name}" for alias in names)


class TestPureModules:
    @for_each(PURE_MODULES, name_of)
    def test_it_reads_no_clock(self, module: Path) -> None:
        assert list(clock_reads(ast.parse(module.read_text()))) == []

    @for_each(PURE_MODULES, name_of)
    def test_it_imports_nothing_that_the_arrows_forbid(self, module: Path) -> None:
        forbidden = (*contract("pure")["forbidden_modules"], "urllib.error", "urllib.request")
        names = set(imported(ast.parse(module.read_text())))
        assert [name for name in names if f"{name}.".startswith(tuple(f"{f}." for f in forbidden))] == []

    @pytest.mark.parametrize(
        "text",
        [
            "datetime.now(UTC)",
            "datetime.datetime.now()",
            "datetime.utcnow()",
            "dt.date.today()",
            "time.time()",
            "field(default_factory=time.monotonic)",
            "from time import time",
            "at.astimezone()",
        ],
    )
    def test_a_reading_of_the_clock_is_found(self, text: str) -> None:
        assert list(clock_reads(ast.parse(text)))

    @pytest.mark.parametrize("text", ["now.date()", "span.time", "at.astimezone(zone)", "clock.now()"])
    def test_other_words_about_time_are_not(self, text: str) -> None:
        assert list(clock_reads(ast.parse(text))) == []


class TestRecords:
    def test_the_changelog_has_a_heading_for_this_version(self) -> None:
        headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
        assert slabot.__version__ in headings

    def test_there_is_a_template_for_decisions(self) -> None:
        assert "0000-template.md" in {path.name for path in DECISIONS}

    @pytest.mark.parametrize("record", DECISIONS, ids=name_of)
    def test_a_decision_answers_the_four_questions_in_order(self, record: Path) -> None:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
        headings = [h.lower() for h in re.findall(r"^## +(.+)$", record.read_text(), re.MULTILINE)]
        wanted = ["question", "options", "why", "change our mind"]
        found = [next((at for at, h in enumerate(headings) if word in h), None) for word in wanted]
        assert None not in found, f"{headings} lacks one of {wanted}; copy 0000-template.md"
        assert found == sorted(at for at in found if at is not None)

    def test_two_decisions_never_share_a_number(self) -> None:
        numbers = [path.name[:4] for path in DECISIONS]
        assert len(numbers) == len(set(numbers))

    def test_the_licence_is_the_one_that_is_named(self) -> None:
        assert PROJECT["project"]["license"] == "GPL-3.0-or-later"
        text = (ROOT / "LICENSE").read_text()
        assert "GNU GENERAL PUBLIC LICENSE" in text
        assert "Version 3" in text


class TestDocs:
    def test_the_index_leads_to_every_page(self) -> None:
        index = ROOT / "docs" / "README.md"
        linked = {(index.parent / target).resolve() for target in links(index)}
        pages = {page.resolve() for page in (ROOT / "docs").glob("*.md")} - {index.resolve()}
        assert sorted(page.name for page in pages - linked) == []

    @for_each(PAGES, name_of)
    def test_links_between_pages_lead_somewhere(self, page: Path) -> None:
        assert [target for target in links(page) if not (page.parent / target).exists()] == []
