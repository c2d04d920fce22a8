"""Break the product on purpose, each time in a process of its own, and report which changes were noticed."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
AT_ONCE = 2  # processes at a time


@dataclass(frozen=True, slots=True)
class Break:
    """One change to the product.

    Attributes:
        change: makes it; its docstring says what is wrong from then on.
        breaks: the promise that it must break: a file of tests, or how a promise of the demo begins.
    """

    change: Callable[[], None]
    breaks: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a change was noticed, and what was reported as broken, or what happened instead."""

    noticed: bool
    reported: list[str]


Judge = Callable[[Break], Verdict]


def judge_each(doc: str, script: str, breaks: Mapping[str, Break], judge: Judge, *, longest: int) -> int:
    """Run the command line of a script: judge each change that is named, or all; 0 if every one was noticed.

    Args:
        doc: the script's own docstring.
        script: its file.
        breaks: the changes by name.
        judge: makes a change, in this process, and says what came of it.
        longest: seconds that one change may take.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        verdict = judge(breaks[options.one])
        print()
        print(json.dumps([verdict.noticed, verdict.reported]))
        return 0
    names = options.names or list(breaks)
    if options.list:
        for name in names:
            print(f"{name:20} {breaks[name].change.__doc__}")
        return 0
    unnoticed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, verdict in zip(names, pool.map(lambda name: _verdict(script, name, longest), names), strict=True):
            unnoticed += not verdict.noticed
            print(f"{'noticed  ' if verdict.noticed else 'UNNOTICED'} {name:20} {breaks[name].change.__doc__}")
            for line in verdict.reported:
                print(f"{'':30} broken: {line}", flush=True)
    print(f"{len(names) - unnoticed} of {len(names)} changes were noticed.")
    return 1 if unnoticed else 0


def _verdict(script: str, name: str, longest: int) -> Verdict:
    command = [sys.executable, script, "--one", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=longest, check=False, cwd=CHECKOUT)
    except subprocess.TimeoutExpired:
        return Verdict(False, [f"it did not end within {longest} seconds"])
    try:
        return Verdict(*json.loads(done.stdout.strip().splitlines()[-1]))
    except (IndexError, ValueError, TypeError):
        return Verdict(False, [f"the process failed: {done.stderr.strip()[-200:]}"])
