"""Does everything exist that the documentation names?

Promise: commands, options, settings, check codes, events, metrics, environment variables, make targets, tests, modules
and files are looked up in what the program itself says of them: click's commands, the policy's models, the
vocabularies. A name that is somebody else's, or an example of one, stands in `FOREIGN` with its reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import click
import pytest
import yaml

from slabot.channels.slack.commands import Subcommand
from slabot.channels.slack.message import Button
from slabot.cli import main
from slabot.policy import Policy, check_policy
from slabot.policy.codes import CODES
from slabot.policy.shape import NAME, settings
from slabot.store import LedgerEvent
from slabot_sandbox.journal import Did
from tests.fixtures.together import for_each

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "config.example.yaml",
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")

CONTEXT = click.Context(main)
TOP = set(Policy.model_fields)
# Without the names that authors choose: "calendars.open" for calendars.NAME.open.
SETTINGS = {tuple(step for step in setting.path.split(".") if step != NAME) for setting in settings(Policy)}
FAMILIES = {event.value.partition(".")[0] for event in LedgerEvent}
EVENTS = {event.value for event in LedgerEvent} | {did.value for did in Did}

FOREIGN = {
    "slabot ref": "how a note that slabot wrote is marked in a helpdesk",
    "slabot cannot": "the beginning of a sentence that a command prints",
    "clock.agreement": "a part of what an outgoing webhook carries",
    "clock.due_at": "a part of what an outgoing webhook carries",
    "clock.met_until": "a part of what an outgoing webhook carries",
    "clock.run_until": "a method of the stepped clock",
    "slabot.db": "the store's file in the examples",
    "slabot.db-wal": "a file of SQLite",
    "slabot.db-shm": "a file of SQLite",
}


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def tree() -> frozenset[str]:
    """The path of everything in the checkout; not what was installed into it."""
    there: set[str] = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in (".venv", ".git")]
        there.update(os.path.relpath(os.path.join(folder, name), ROOT) for name in (*folders, *files))
    return frozenset(there)


@cache
def names() -> frozenset[str]:
    """What the files and folders of the checkout are called."""
    return frozenset(path.rpartition("/")[2] for path in tree())


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks in these languages; "" for a block without one."""
    return [body for language, body in FENCE.findall(text_of(page)) if not languages or language in languages]


def spans(page: Path) -> list[str]:
    """What stands between backticks in the text."""
    return [" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", text_of(page)))]


def lines(page: Path) -> Iterator[str]:
    """Every line that somebody may type: spans, lines of blocks, and of indented examples."""
    yield from spans(page)
    for body in blocks(page):
        yield from body.replace("\\\n", " ").splitlines()
    yield from (line.strip() for line in text_of(page).splitlines() if line.startswith("    "))
    if page.suffix == ".yaml":
        yield from (
            part.strip() for line in text_of(page).splitlines() for part in line.split("  ") if "slabot " in part
        )


def typed(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Commands of slabot that a page shows: the name, and the words behind it."""
    for line in lines(page):
        match = re.match(
            r"(?:\$ |web: |docker [^|]*? |[\w.]*/bin/)?(?:\S+/)?slabot ([a-z][a-z-]*)\b(?![/:.@])(.*)", line
        )
        if match and f"slabot {match[1]}" not in FOREIGN:
            yield match[1], re.split(r"\s[|>#&;]", match[2])[0].split()


def relative(page: Path) -> str:
    return str(page.relative_to(ROOT))


each_page = for_each(PAGES, relative)


@each_page
def test_each_command_exists_and_takes_the_options_that_are_shown(page: Path) -> None:
    wrong = []
    for name, words in typed(page):
        command = main.get_command(CONTEXT, name)
        if command is None:
            wrong.append(f"slabot {name}")
            continue
        known = {"--help"} | {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        given = {word.partition("=")[0].rstrip(",.)") for word in words if re.match(r"--?[a-z]", word)}
        wrong += [f"slabot {name} {option}" for option in sorted(given - known)]
    assert wrong == []


@each_page
def test_each_option_that_is_named_alone_is_one_of_a_command_or_of_a_script(page: Path) -> None:
    commands = [main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)]
    known = {"--help", "--version"} | {option for one in commands if one for par in one.params for option in par.opts}
    scripts = "\n".join(
        text_of(path) for path in (ROOT / "tools").rglob("*") if path.is_file() and path.suffix != ".pyc"
    )
    named = {span.split()[0].partition("=")[0] for span in spans(page) if re.match(r"--[a-z]", span)}

    assert sorted(option for option in named - known if f'"{option}"' not in scripts and option not in scripts) == []


@each_page
def test_each_setting_that_is_named_by_its_path_exists(page: Path) -> None:
    named = {span for span in spans(page) if re.fullmatch(r"[a-z_]+(\.[A-Za-z_-]+)+", span)}
    wrong = []
    for path in sorted(named - set(FOREIGN) - EVENTS):
        first, *rest = path.split(".")
        if first in TOP and not _leads_to_a_setting((first, *rest)) and path not in names():
            wrong.append(path)
    assert wrong == []


def _leads_to_a_setting(path: tuple[str, ...]) -> bool:
    """True if the path is a setting's, with or without the names that its author chose."""
    return any(
        path[:1] == setting[:1] and _within(setting, path) and (path[-1] == setting[-1] or _named(setting, path))
        for setting in SETTINGS
    )


def _within(steps: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """True if the steps stand in the path in order."""
    rest = iter(path)
    return all(step in rest for step in steps)


def _named(setting: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """True for the name of an entry below a setting that holds named ones: ``severities.high``."""
    named = {s.path.removesuffix(f".{NAME}").split(f".{NAME}")[0] for s in settings(Policy) if NAME in s.path}
    return len(path) == len(setting) + 1 and ".".join(setting) in named


@each_page
def test_each_piece_of_a_policy_that_is_shown_has_only_settings_that_exist(page: Path) -> None:
    wrong = []
    for piece in [*blocks(page, "yaml"), *spans(page)]:
        if not re.match(r"\s*[a-z_]+:(\s|$)", piece):
            continue
        try:
            said = yaml.safe_load(piece)
        except yaml.YAMLError:
            continue
        if isinstance(said, dict) and set(said) <= TOP:
            _, problems = check_policy(piece, "piece", date(2026, 11, 24))
            wrong += [str(one) for one in problems if one.code in ("unknown-setting", "unknown-value", "unknown-mode")]
    assert wrong == []


@each_page
def test_each_check_code_that_is_linked_or_ignored_exists(page: Path) -> None:
    text = text_of(page)
    linked = set(re.findall(r"checks\.md#([a-z0-9-]+)", text))
    sections = {
        re.sub(r"[^a-z0-9]+", "-", one.lower())
        for one in re.findall(r"^## (.+)$", text_of(ROOT / "docs/checks.md"), re.M)
    }
    ignored = {code.strip() for codes in re.findall(r"slabot: ignore\[([^\]]*)\]", text) for code in codes.split(",")}

    assert sorted(linked - sections - set(CODES)) == []
    assert sorted(ignored - set(CODES) - {"code"}) == []


@each_page
def test_each_event_that_is_named_is_in_a_vocabulary(page: Path) -> None:
    named = {span for span in spans(page) if re.fullmatch(r"[a-z]+\.[a-z_]+", span)}
    wrong = {
        name
        for name in named - EVENTS - set(FOREIGN)
        if name.partition(".")[0] in FAMILIES and name not in names() and not _is_module(name)
    }
    assert sorted(wrong) == []


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


@each_page
def test_each_metric_that_is_named_is_measured(page: Path) -> None:
    measured = set(re.findall(r'"(slabot_[a-z_]+)"', text_of(ROOT / "webhooks" / "metrics.py")))
    ours = {"slabot_sandbox", "slabot_hands_off"}  # a package, and the tag of the example file
    ours |= {button.value for button in Button}

    assert sorted(set(re.findall(r"\bslabot_[a-z_]+\b", text_of(page))) - measured - ours) == []


@cache
def _program() -> str:
    """Everything that is no documentation."""
    roots = ("slabot", "slabot_sandbox", "adapters", "webhooks", "tools", "tests", "examples", "benchmarks")
    files = [
        path for root in roots for path in (ROOT / root).rglob("*") if path.suffix in (".py", ".yaml", ".toml", "")
    ]
    files = [path for path in files if path.is_file() and path != Path(__file__)]
    more = [ROOT / name for name in ("Makefile", "Procfile", "pyproject.toml", "config.example.yaml")]
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in (*files, *more))


@cache
def _words() -> frozenset[str]:
    """The words of that."""
    return frozenset(re.findall(r"\w+", _program()))


@for_each([page for page in PAGES if page.suffix == ".md"], relative)
def test_each_environment_variable_that_is_named_is_read_or_is_the_example_files(page: Path) -> None:
    named = {name for line in lines(page) for name in re.findall(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b", line)}

    assert sorted(named - _words()) == []


@each_page
def test_each_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = {match[1] for line in lines(page) if (match := re.match(r"(?:\$ )?make ([a-z][a-z-]*)\b", line))}

    assert sorted(named - targets) == []


@each_page
def test_each_slash_command_is_understood(page: Path) -> None:
    named = {match[1] for span in spans(page) if (match := re.fullmatch(r"/sla ([a-z]+)", span))}

    assert sorted(named - {topic.value for topic in Subcommand}) == []


@each_page
def test_each_file_test_and_module_that_is_named_is_there(page: Path) -> None:
    tests = set(re.findall(r"def (test_\w+)\(", _program())) | {name.removesuffix(".py") for name in names()}
    wrong = []
    for span in sorted(set(spans(page))):
        if re.search(r"NAME|NNNN", span):
            continue
        if re.fullmatch(
            r"(slabot|adapters|webhooks|tests|docs|tools|examples|benchmarks|slabot_sandbox)/[\w./-]+", span
        ):
            path = span.rstrip("/")
            found = path in tree()
        elif re.fullmatch(r"[\w.-]+\.(py|md|toml)", span):
            found = span in names()
        elif re.fullmatch(r"test_\w+", span):
            found = span in tests
        elif re.fullmatch(r"(slabot|adapters|webhooks|slabot_sandbox)(\.[a-z_]+)+", span):
            found = span in FOREIGN or span in EVENTS or _is_module(span)
        else:
            continue
        if not found:
            wrong.append(span)
    assert wrong == []


@each_page
def test_each_link_to_a_heading_finds_it(page: Path) -> None:
    wrong = []
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", FENCE.sub("", text_of(page))):
        if "://" in target:
            continue
        goal = (page.parent / target).resolve() if target else page
        if goal.suffix == ".md" and (not goal.is_file() or anchor not in _anchors(goal)):
            wrong.append(f"{target}#{anchor}")
    assert wrong == []


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# ── The test itself must be able to fail ────────────────────────────────────────────────────────────────────────────


def test_names_that_do_not_exist_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`slabot chek x`, `slabot check --jsn x`, `--jsn`, `waiting.mod`, `waiting: {mod: act}`, `page.sended`,\n"
        "slabot_nothing, `GONE_TOKEN_ENV`, `make nothing`, `/sla nothing`, `slabot/gone.py`, `test_that_is_gone`,\n"
        "[x](checks.md#gone-code), [y](#gone), `slabot.gone`, # slabot: ignore[gone] x\n",
        encoding="utf-8",
    )
    for test in (
        test_each_command_exists_and_takes_the_options_that_are_shown,
        test_each_option_that_is_named_alone_is_one_of_a_command_or_of_a_script,
        test_each_setting_that_is_named_by_its_path_exists,
        test_each_piece_of_a_policy_that_is_shown_has_only_settings_that_exist,
        test_each_check_code_that_is_linked_or_ignored_exists,
        test_each_event_that_is_named_is_in_a_vocabulary,
        test_each_metric_that_is_named_is_measured,
        test_each_environment_variable_that_is_named_is_read_or_is_the_example_files,
        test_each_make_target_exists,
        test_each_slash_command_is_understood,
        test_each_file_test_and_module_that_is_named_is_there,
        test_each_link_to_a_heading_finds_it,
    ):
        with pytest.raises(AssertionError):
            test(page)
