"""Say calmly what nobody foresaw.

Promise: a person is told what happened and what to do, without a traceback and without the error's own message, which
may hold what a customer wrote or a secret. ``SLABOT_DEBUG=1`` shows everything to whoever asks for it.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from pathlib import Path

import slabot

DEBUG = "SLABOT_DEBUG"
_HOME = Path(slabot.__file__).resolve().parent.parent


def sentence(error: BaseException) -> str:
    """The words for an error that is no `SlabotError`.

    The system's own reason and the name of a file are said: both are ours or the user's own.
    """
    if isinstance(error, OSError) and error.strerror:
        about = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        return (
            f"{about}the system refused: {error.strerror}. Check that the file, folder or address is there, "
            f"that you may use it and that the disk has room; then try again.{_more(error)}"
        )
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Free some, or use a smaller file; nothing was changed."
    return (
        f"slabot met an error that it did not foresee ({type(error).__name__} at {_place(error)}). What was under way "
        f"was not finished. Please report it with this line and the command you gave.{_more(error)}"
    )


def traceback_wanted() -> bool:
    """True if the environment asks for tracebacks."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def shout_in_threads() -> None:
    """Let a thread that ends by an error say so in the same words."""

    def say(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
            print(sentence(failed.exc_value), file=sys.stderr)

    threading.excepthook = say


def _more(error: BaseException) -> str:
    if not traceback_wanted():
        return f" {DEBUG}=1 in the environment shows where it happened; look it through before you pass it on."
    return "\n" + "".join(traceback.format_exception(error)).rstrip()


def _place(error: BaseException) -> str:
    """The last line of ours that the error passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).resolve().is_relative_to(_HOME / "slabot")] or frames
    if not ours:
        return "an unknown place"
    file = Path(ours[-1].filename).resolve()
    return f"{file.relative_to(_HOME) if file.is_relative_to(_HOME) else file.name}:{ours[-1].lineno}"
