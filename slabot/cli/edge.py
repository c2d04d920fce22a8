"""Where does the command line touch the world: files, the clock, the terminal?

Promise: this is the only place of the command line that reads a file or asks what time it is; whatever goes wrong
there is said in words with the file's name and what to do.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from slabot.calendars import Calendar
from slabot.cli.policy_file import file_name, from_pipe, policy_bytes
from slabot.domain import SlabotError, parse_instant
from slabot.domain.suggestions import suggestion
from slabot.policy import Policy, PolicyError, Problem, load_policy
from slabot.reports.style import harmless_json

POLICY_SIZE = 1024 * 1024  # bytes; the largest real policy seen is below a tenth of it
TICKET_SIZE = 32 * 1024 * 1024  # bytes


class FileError(SlabotError):
    """A file that cannot be read. The message names it and the way out."""


def read_text(path: str, *, largest: int, what: str) -> str:
    """Read a file as UTF-8.

    Raises:
        FileError: there is none, it may not be read, it is too large, or it is not UTF-8.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise FileError(f"{path}: this is a folder", f"name the {what} itself")
        if file.is_file() and file.stat().st_size > largest:
            raise FileError(
                f"{path}: the {what} is {file.stat().st_size / 1e6:,.0f} MB",
                f"at most {largest / 1e6:,.0f} MB are read. Is it the right file?",
            )
        if file.is_fifo():
            content = from_pipe(path, largest)
        else:
            with file.open("rb") as stream:
                content = stream.read(largest + 1)
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file", "check the name and the folder you are in") from None
    except PermissionError:
        raise FileError(f"{path}: you may not read this file", "check its permissions") from None
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: it cannot be read: {error}") from None
    if content is None:
        raise FileError(f"{path}: nobody writes into this pipe", "name a file, or write into it")
    if len(content) > largest:
        raise FileError(f"{path}: the {what} is larger than {largest / 1e6:,.0f} MB. Is it the right file?")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileError(f"{path}:{line}: this is not UTF-8 text", "save the file as UTF-8") from None


def read_policy(path: str) -> Policy:
    """The policy of a file.

    Raises:
        PolicyError: the file cannot be read, or says something wrong; all problems at once, each with place and fix.
    """
    content = policy_bytes(path)
    if isinstance(content, Problem):
        raise PolicyError((content,))
    return load_policy(content, file_name(path))


def named_calendar(policy: Policy, name: str, path: str, start: datetime) -> Calendar:
    """A calendar by its name in the file, with the hours that it has for what starts then."""
    if name not in policy.calendars:
        known = list(policy.calendars)
        raise SlabotError(f'{path} has no calendar "{name}"', f"it has {', '.join(known)}{suggestion(name, known)}")
    return policy.calendar_from(name, start)


def now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present date, UTC."""
    return now().date()


class InstantOption(click.ParamType[datetime]):
    """A time with an offset on the command line. One without is refused with exit 1, like one in a file."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the text; raises InstantError, which names the option."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(value)
        except SlabotError as error:
            name = f"{param.opts[0]}: " if param is not None else ""
            raise SlabotError(f"{name}{error}") from None


def print_json(value: object, *, indent: int | None = 2) -> None:
    """One JSON value on standard output."""
    click.echo(harmless_json(json.dumps(value, ensure_ascii=False, indent=indent)))
