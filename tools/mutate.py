"""Which alterations of the rules, the calendars and the default policy would no test notice?

    python tools/mutate.py                               all of them
    python tools/mutate.py --only slabot/rules/ladder.py
    python tools/mutate.py --resume                      go on where an earlier run was stopped
    python tools/mutate.py --list                        only say what would be altered

It alters one thing at a time (a comparison, a boundary, a target, …), runs the tests, and reports the changes after
which all of them still passed. Ends with 0 if there is none, with 1 if there are some, with 2 if it could not ask.
More in docs/mutation.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tools.mutation.alter import changes_of
from tools.mutation.change import Change
from tools.mutation.coverage import PATIENCE
from tools.mutation.exempt import ExemptionError, exempted, read_exemptions
from tools.mutation.policy_file import changes_of_policy
from tools.mutation.session import Results, Session

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("slabot/calendars", "slabot/rules")
POLICY = "config.example.yaml"
# The tests of these two packages that need nothing but the checkout, so that every machine gives the same answer.
TESTS = (
    "tests/unit/calendars",
    "tests/unit/rules",
    "tests/golden/agreement",
    "tests/golden/terms",
    "--ignore=tests/unit/rules/test_long_histories.py",  # it asks how long something takes, and takes long itself
    "tests/properties/test_calendars.py",
    "tests/properties/test_dated_rows.py",
    "tests/properties/test_decide.py",
    "tests/properties/test_decide_play.py",
    "tests/properties/test_pages_play.py",
    "tests/properties/test_waiting_proof.py",
)
EXEMPT = "tools/mutation/equivalent.toml"


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description="Report alterations of the code that no test notices.")
    options.add_argument("--only", nargs="+", metavar="FILE", default=[], help="alter these files alone")
    options.add_argument("--list", action="store_true", help="list the changes and try none")
    options.add_argument("--resume", action="store_true", help="keep what earlier runs saw noticed")
    options.add_argument("--jobs", type=int, default=2, metavar="N", help="so many trials at a time (2)")
    options.add_argument("--quick", action="store_true", help="run the tests of each line alone; reports too much")
    options.add_argument("--doubt", action="store_true", help="try the exempted changes instead of the others")
    elsewhere = options.add_argument_group("for other code than slabot's")
    elsewhere.add_argument("--root", type=Path, default=ROOT, metavar="FOLDER", help="the checkout")
    elsewhere.add_argument("--sources", nargs="+", default=SOURCES, metavar="FOLDER", help="packages to alter")
    elsewhere.add_argument("--policy", default=POLICY, metavar="FILE", help="policy file to alter, if it is there")
    elsewhere.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH", help="tests to run")
    elsewhere.add_argument("--patience", type=float, default=PATIENCE, help=f"seconds for any test ({PATIENCE:g})")
    elsewhere.add_argument("--exempt", default=EXEMPT, metavar="FILE", help="list of equivalent changes")
    return options


def find_changes(root: Path, sources: Sequence[str], policy: str) -> list[Change]:
    """Every change there is, in the order of the files."""
    found = []
    for path in python_files(root, sources):
        found.extend(changes_of(path.read_text(encoding="utf-8"), str(path.relative_to(root))))
    if (root / policy).is_file():
        found.extend(changes_of_policy((root / policy).read_text(encoding="utf-8"), policy))
    return found


def python_files(root: Path, sources: Sequence[str]) -> list[Path]:
    """The modules that are altered."""
    return [path for source in sources for path in sorted((root / source).rglob("*.py"))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and report."""
    asked = parser().parse_args(arguments)
    root = asked.root.resolve()
    changes = find_changes(root, asked.sources, asked.policy)
    try:
        exempt = exempted(read_exemptions(root / asked.exempt), changes)
    except ExemptionError as error:
        print(error, file=sys.stderr)
        return 2
    if unknown := set(asked.only) - {change.file for change in changes}:
        print(f"nothing is altered in {', '.join(sorted(unknown))}; --list names the files", file=sys.stderr)
        return 2
    if asked.only:
        changes = [change for change in changes if change.file in asked.only]
    keys = {change.key for change in exempt}
    wanted = [change for change in changes if (change.key in keys) == asked.doubt]
    if asked.list:
        print("\n".join(str(change) for change in wanted))
        return 0
    results = Results(root / "build" / ("mutations-in-doubt.json" if asked.doubt else "mutations.json"))
    if asked.resume or asked.only:
        results.read()
    session = Session(
        root=root,
        sources=python_files(root, asked.sources),
        folders=asked.sources,
        tests=asked.tests,
        build=root / "build",
        jobs=asked.jobs,
        patience=asked.patience,
        results=results,
    )
    kept = [change for change in wanted if asked.resume and results.noticed(change, session.digest(change.file))]
    pending = [change for change in wanted if change not in kept]
    broken = session.run(pending, only_quick=asked.quick) if pending else []
    if broken:
        listed = "\n  ".join(broken)
        print(f"these tests fail without any change; mend them first:\n  {listed}", file=sys.stderr)
        return 2
    noticed = [change for change in wanted if results.noticed(change, session.digest(change.file))]
    return doubted(noticed) if asked.doubt else reported(wanted, noticed, len(changes) - len(wanted))


def reported(tried: Sequence[Change], noticed: Sequence[Change], exempt: int) -> int:
    """Say what came of it."""
    survivors = [change for change in tried if change not in noticed]
    by_file = Counter(change.file for change in survivors)
    print(f"{len(tried)} changes tried, {len(noticed)} noticed, {len(survivors)} not noticed; {exempt} exempt")
    for file, count in sorted(by_file.items()):
        print(f"\n{file}: {count}")
        for change in survivors:
            if change.file == file:
                print(f"  line {change.line}: {change.change}\n      in: {change.text}")
    return 1 if survivors else 0


def doubted(noticed: Sequence[Change]) -> int:
    """Say which exemptions are wrong."""
    for change in noticed:
        print(f"exempt, and yet a test notices it: {change}")
    return 1 if noticed else 0


if __name__ == "__main__":
    if "PYTHONHASHSEED" not in os.environ:  # so that sets have the same order in every run
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    raise SystemExit(main())
