"""What are the bytes of the policy file that the command line names?

Promise: whatever is wrong with the file itself is one problem with its fix, in the same form as what is wrong in it.
"""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

from slabot.policy.problems import Problem
from slabot.policy.source import LARGEST, SourceText

STANDARD_INPUT = "-"
PATIENCE = 2.0  # seconds


def policy_bytes(path: str) -> bytes | Problem:
    """The content of a file, ``-`` for standard input; at most one byte more than is accepted."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        if Path(path).is_fifo():
            content = from_pipe(path, LARGEST)
            nobody = "this is a pipe into which nobody writes"
            return _unreadable(path, nobody, "name a file, or write into the pipe") if content is None else content
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return _unreadable(path, "there is no such file", "check its name and the folder you are in")
    except IsADirectoryError:
        return _unreadable(path, "this is a folder", "name the policy file in it, such as config.yaml")
    except PermissionError:
        return _unreadable(path, "this file may not be read by you", "check its permissions")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _unreadable(path, f"this file cannot be read: {reason}", "check its name and the disk")


def from_pipe(path: str, largest: int) -> bytes | None:
    """What is written into a pipe, at most one byte more than the largest; None if nobody begins to in a moment."""
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(pipe, "rb") as file:
        if not select.select([file], [], [], PATIENCE)[0]:
            return None
        os.set_blocking(pipe, True)
        return file.read(largest + 1)


def file_name(path: str) -> str:
    """The file's name in messages."""
    return "standard input" if path == STANDARD_INPUT else path


def _unreadable(path: str, message: str, fix: str) -> Problem:
    return SourceText("", path).problem("unreadable-file", message, fix)
