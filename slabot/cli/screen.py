"""Write to standard output and standard error so that nothing but slabot steers the terminal.

Promise: every character of every command, log line and progress bar passes here. What a customer or an account wrote is
shown as text and never as control codes; a character that the terminal's encoding lacks is replaced, not an error.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from slabot.domain import SlabotError
from slabot.reports.style import one_line, painted, plain

if TYPE_CHECKING:
    from rich.progress import Progress

NARROWEST, WIDE = 60, 160  # columns of a table: at least, and where it is no terminal
SOON = 0.5  # seconds; what is done by then shows no progress
NOW_AND_THEN = 10.0  # seconds between two lines that say how far something is


class NoOutput(SlabotError):
    """Standard output was closed before slabot began."""

    def __init__(self) -> None:
        super().__init__(
            "standard output is closed, so there is nowhere to write the answer",
            "run the command without >&-, or send its output to a file",
        )


class _Bytes(io.RawIOBase):
    """Takes bytes for a screen: whoever writes them passes it all the same."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen

    def writable(self) -> bool:
        return True

    def write(self, raw: Any) -> int:
        self._screen.write(bytes(raw).decode("utf-8", "replace"))
        return len(raw)

    def flush(self) -> None:
        self._screen.flush()


class Screen(io.TextIOBase):
    """A stream that writes text as text, and slabot's own marks in colour where the terminal has any."""

    def __init__(self, inner: TextIO | None, *, needed: bool) -> None:
        """Write to a stream.

        Args:
            inner: the process's own; None if it was closed.
            needed: writing to a closed one is an error, rather than silence.
        """
        self.inner, self._needed = inner, needed
        self.colour = _has_colour(inner)
        self.buffer = _Bytes(self)
        if isinstance(inner, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                inner.reconfigure(errors="replace")

    def write(self, text: str) -> int:
        """Write a text; returns how long it was.

        Raises:
            NoOutput: the stream was closed from the beginning.
        """
        if self.inner is not None:
            self.inner.write(painted(text) if self.colour else plain(text))
        elif self._needed and text:
            raise NoOutput
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        if self.inner is not None and not self.inner.closed:
            self.inner.flush()

    def isatty(self) -> bool:
        """True if a person may be looking."""
        return self.inner is not None and self.inner.isatty()

    def fileno(self) -> int:
        """The descriptor of the stream itself."""
        return self.inner.fileno() if self.inner is not None else super().fileno()

    def writable(self) -> bool:
        """Always."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """As the stream itself has it."""
        return getattr(self.inner, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """As the stream itself has it."""
        return getattr(self.inner, "errors", None) or "replace"


def mark_as_utf8() -> None:
    """Begin standard output with the mark by which spreadsheets know UTF-8, if it goes into a file."""
    stream = sys.stdout
    if not stream.isatty():
        inner = stream.inner if isinstance(stream, Screen) else stream
        if inner is not None:
            inner.write("\ufeff")


@contextlib.contextmanager
def screens() -> Iterator[None]:
    """Put screens before standard output and standard error; take them away at the end."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Screen(out, needed=True), Screen(err, needed=False)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table to standard output, as wide as the terminal; each line of a cell stays a line, and is only text."""
    from rich.box import SIMPLE_HEAD  # here and below: most commands draw nothing, and should start at once
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*heads, box=SIMPLE_HEAD, show_lines=True, pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text("\n".join(one_line(line) for line in cell.split("\n")), overflow="fold") for cell in row))
    out = io.StringIO()
    Console(file=out, width=_width(), color_system=None).print(drawn)
    sys.stdout.write("\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n")


def _width() -> int:
    """Columns of the terminal that standard output is."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stdout.isatty():
            return max(os.get_terminal_size(sys.stdout.fileno()).columns, NARROWEST)
    return WIDE


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Show on standard error that this is under way, and for how long, if a person looks and it takes a while."""
    stream = sys.stderr
    inner = stream.inner if isinstance(stream, Screen) else stream
    if inner is None or not inner.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield
        return
    began, shown = time.monotonic(), contextlib.ExitStack()
    later = threading.Timer(SOON, lambda: shown.enter_context(_spinner(what, inner, began)))
    later.daemon = True
    later.start()
    try:
        yield
    finally:
        later.cancel()
        later.join()
        shown.close()


@contextlib.contextmanager
def counting() -> Iterator[Callable[[str, int, int], None]]:
    """Show on standard error how far something is: a bar if a person looks, else a line every ten seconds.

    What is yielded takes what is done (`copying event`), how much of it was done, and how much there is.
    """
    stream = sys.stderr
    inner = stream.inner if isinstance(stream, Screen) else stream
    if inner is None or not inner.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield _Lines(stream)
        return
    with _bar(inner) as progress:
        task = progress.add_task("", total=None)

        def show(what: str, done: int, of: int) -> None:
            progress.update(task, description=one_line(what), completed=done, total=of)

        yield show


class _Lines:
    """Tells how far something is by a line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._told = stream, time.monotonic()

    def __call__(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self._told >= NOW_AND_THEN:
            self._told = time.monotonic()
            self._stream.write(f"{one_line(what)}: {done:,} of {of:,}\n")
            self._stream.flush()


def _bar(inner: TextIO) -> Progress:
    """A bar with numbers and the time that has passed."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=inner),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _spinner(what: str, inner: TextIO, began: float) -> Progress:
    """A spinner with the time that has passed; drawn by rich, which only what takes a while has to load."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    # The bar writes codes of its own, so it is handed the stream behind the screen; its words are cleaned before.
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(file=inner),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.add_task(one_line(what), total=None)
    progress.tasks[0].start_time = began
    return progress


def _has_colour(stream: TextIO | None) -> bool:
    if stream is None or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"
