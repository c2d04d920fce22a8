"""Load files into the accounts, each by what it holds.

Promise: ticket files (JSON, or JSONL with one ticket a line), Zendesk exports (`{"tickets": [...]}`), recorded traffic
(lists of request and response) and Freshdesk's own objects are told apart by what they hold. Nothing is loaded from a
file that is not JSON or of no known kind; in a folder, such a file is named in the report and the others are loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slabot_sandbox.errors import LoadError
from slabot_sandbox.freshdesk.account import FreshdeskAccount
from slabot_sandbox.loading import freshdesk_files, freshdesk_tickets, zendesk_files, zendesk_tickets
from slabot_sandbox.loading.events import looks_like_ticket
from slabot_sandbox.loading.freshdesk_files import FreshdeskObjects
from slabot_sandbox.loading.report import LoadReport
from slabot_sandbox.loading.zendesk_files import ZendeskObjects
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.automations import ZendeskAutomations

SUFFIXES = (".json", ".jsonl", ".ndjson")
KNOWN = (
    "a ticket file (an object with created_at and events, or one such object a line), a Zendesk export "
    '({"tickets": [...]}), a recording (a list of objects with request and response) or objects of Freshdesk\'s API'
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where things can be loaded into."""

    zendesk: ZendeskAccount
    automations: ZendeskAutomations
    freshdesk: FreshdeskAccount


def load(path: Path, accounts: Accounts, *, freshdesk: bool = False) -> LoadReport:
    """Fill the accounts from a file, or from every JSON file in a folder; with `freshdesk`, ticket files go there.

    Raises:
        LoadError: there is no such file, it is no JSON, or it is none of the known kinds; for a folder, none of its
            files can be loaded.
    """
    report, zendesk_objects, freshdesk_objects = LoadReport(), ZendeskObjects(), FreshdeskObjects()
    files = _files(path)
    for file in files:
        try:
            _take(file, accounts, report, zendesk_objects, freshdesk_objects, freshdesk=freshdesk)
        except LoadError as error:
            report.unreadable.append(str(error))
            if len(report.unreadable) == len(files):
                raise
    with accounts.zendesk.lock:
        zendesk_files.keep(zendesk_objects, accounts.zendesk, accounts.automations, report)
    with accounts.freshdesk.lock:
        freshdesk_files.keep(freshdesk_objects, accounts.freshdesk, report)
    return report


def _take(
    file: Path,
    accounts: Accounts,
    report: LoadReport,
    zendesk_objects: ZendeskObjects,
    freshdesk_objects: FreshdeskObjects,
    *,
    freshdesk: bool,
) -> None:
    """Replay a file's tickets, or keep its objects for the end of the load."""
    values = list(_values(file))  # to its end, before anything of it is loaded
    if not values:
        raise LoadError(f"it is empty; it should be {KNOWN}", place=str(file))
    for place, value in values:
        tickets = value if isinstance(value, list) else [value]
        if tickets and all(looks_like_ticket(one) for one in tickets):
            _replay(tickets, place, accounts, report, freshdesk=freshdesk)
        elif not freshdesk_objects.gather(value) and not zendesk_objects.gather(value):
            raise LoadError(f"nothing in it is known; it should be {KNOWN}", place=place)


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
    except (ValueError, RecursionError) as error:
        if file.suffix == ".json" and not _is_lines(text):
            raise LoadError(f"it is not JSON ({error}); it should be {KNOWN}", place=str(file)) from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"{file}, line {number}", json.loads(line)
        except (ValueError, RecursionError) as error:
            raise LoadError(
                f"the line is not JSON ({error}); each line should hold one ticket", place=f"{file}, line {number}"
            ) from None


def _is_lines(text: str) -> bool:
    first = text.lstrip().splitlines()[:1]
    try:
        return bool(first) and isinstance(json.loads(first[0]), dict)
    except (ValueError, RecursionError):
        return False


def _replay(tickets: list[Any], place: str, accounts: Accounts, report: LoadReport, *, freshdesk: bool) -> None:
    for number, one in enumerate(tickets, start=1):
        where = place if len(tickets) == 1 else f"{place}, ticket {number}"
        if freshdesk:
            with accounts.freshdesk.lock:
                freshdesk_tickets.load_ticket(one, accounts.freshdesk, report, place=where)
        else:
            with accounts.zendesk.lock:
                zendesk_tickets.load_ticket(one, accounts.zendesk, accounts.automations, report, place=where)
