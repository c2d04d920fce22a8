"""What is in this file, and how does it get into the account?

Promise: ticket files (JSON, or JSONL with one ticket a line), Zendesk exports (`{"tickets": [...]}`) and recorded
traffic (lists of request and response) are told apart by what they hold. Nothing is loaded from a file that cannot be
read whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slabot.sandbox.errors import LoadError
from slabot.sandbox.loading.report import LoadReport
from slabot.sandbox.loading.ticket_files import load_ticket, looks_like_ticket
from slabot.sandbox.loading.zendesk_files import Found, keep
from slabot.sandbox.zendesk.account import Account
from slabot.sandbox.zendesk.automations import Automations

SUFFIXES = (".json", ".jsonl", ".ndjson")
KNOWN = (
    "a ticket file (an object with created_at and events, or one such object a line), a Zendesk export "
    '({"tickets": [...]}) or a recording (a list of objects with request and response)'
)


def load(path: Path, account: Account, automations: Automations) -> LoadReport:
    """Fill the account from a file, or from every JSON file in a folder.

    Raises:
        LoadError: there is no such file, it is no JSON, or it is none of the known kinds.
    """
    report, found = LoadReport(), Found()
    for file in _files(path):
        for place, value in _values(file):
            _sort(value, place, account, automations, found, report)
    with account.lock:
        keep(found, account, automations, report)
    return report


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
        if not files:
            raise LoadError(f"the folder holds no file that ends in {', '.join(SUFFIXES)}", place=str(path))
        return files
    if not path.is_file():
        raise LoadError("there is no such file; check the path", place=str(path))
    return [path]


def _values(file: Path) -> Iterator[tuple[str, Any]]:
    """The JSON values of a file with their places: the whole file, or each of its lines."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(f"it cannot be read ({error}); it must be text in UTF-8", place=str(file)) from None
    try:
        yield str(file), json.loads(text)
        return
    except ValueError as error:
        if file.suffix == ".json" and not _is_lines(text):
            raise LoadError(f"it is not JSON ({error}); it should be {KNOWN}", place=str(file)) from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"{file}, line {number}", json.loads(line)
        except ValueError as error:
            raise LoadError(
                f"the line is not JSON ({error}); each line should hold one ticket", place=f"{file}, line {number}"
            ) from None


def _is_lines(text: str) -> bool:
    first = text.lstrip().splitlines()[:1]
    try:
        return bool(first) and isinstance(json.loads(first[0]), dict)
    except ValueError:
        return False


def _sort(value: Any, place: str, account: Account, automations: Automations, found: Found, report: LoadReport) -> None:
    if looks_like_ticket(value):
        with account.lock:
            load_ticket(value, account, automations, report, place=place)
    elif isinstance(value, list) and value and all(looks_like_ticket(one) for one in value):
        with account.lock:
            for number, one in enumerate(value):
                load_ticket(one, account, automations, report, place=f"{place}, ticket {number + 1}")
    elif not found.gather(value):
        raise LoadError(f"nothing in it is known; it should be {KNOWN}", place=place)
