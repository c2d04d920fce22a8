"""Where do the examples touch files and the terminal?

Promise: a file is read a line at a time, whatever its size; whatever is wrong with it is one message with the place
and the way out, never a traceback; whoever stops reading the output early (`| head`) is not shouted at.
"""

from __future__ import annotations

import gzip
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from slabot.domain import SlabotError

QUIET = 1.0  # seconds before anything is said about progress
EVERY = 1.0  # seconds between two words about it on a terminal
EVERY_IN_A_LOG = 5.0  # the same where standard error is no terminal


class ExampleError(SlabotError):
    """Input that an example cannot use. The message names the place and what to change."""


@contextmanager
def lines_of(path: str) -> Iterator[TextIO]:
    """The file as text; ``-`` is standard input, and ``.gz`` is unpacked on the way.

    Raises:
        ExampleError: it cannot be opened, or what it holds is not UTF-8 or not gzip.
    """
    try:
        if path == "-":
            yield sys.stdin
        elif path.endswith(".gz"):
            with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
                yield stream
        else:
            with Path(path).open(encoding="utf-8-sig", newline="") as stream:
                yield stream
    except FileNotFoundError:
        raise ExampleError(f"{path}: there is no such file; check the name and the folder you are in") from None
    except BrokenPipeError:
        raise  # that is about the output
    except (OSError, EOFError) as error:
        raise ExampleError(f"{path}: it cannot be read: {error}") from None
    except UnicodeDecodeError:
        raise ExampleError(f"{path}: this is not UTF-8 text; save the file as UTF-8") from None


class Progress:
    """Words on standard error about work that takes longer than a second."""

    def __init__(self, say: Callable[[], str], stream: TextIO | None = None) -> None:
        """Args: what to say when it is time; where (standard error)."""
        self._say, self._stream = say, stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._next = time.monotonic() + QUIET
        self._said = False

    def tick(self) -> None:
        """Say something if it is time; cheap otherwise."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (EVERY if self._terminal else EVERY_IN_A_LOG)
        self._said = True
        print(f"\r\033[K{self._say()}" if self._terminal else self._say(), end="" if self._terminal else "\n",
              file=self._stream, flush=True)  # fmt: skip

    def done(self) -> None:
        """Clear the line on a terminal."""
        if self._said and self._terminal:
            print("\r\033[K", end="", file=self._stream, flush=True)


def run(main: Callable[[], int]) -> int:
    """Run an example's main; an error is its message on standard error and exit 1."""
    try:
        code = main()
        sys.stdout.flush()
    except SlabotError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return code
