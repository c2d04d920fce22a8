"""What happens in each cell of the matrix of faults? Writes the table for the docs.

Promise: every line of the table was played; a cell that could not be is named with its reason. This ends with 0 only if
every promise held in every cell.

    python tools/half_broken_world.py -o docs/half-broken-world.md       all of them, about half an hour
    python tools/half_broken_world.py --only "slack · all" --jobs 2      those whose name holds these words
    python tools/half_broken_world.py --every 5                          each fifth, for a first look
    python tools/half_broken_world.py --keep run.jsonl                   goes on with a run that was broken off

A busy machine is late by itself, so a cell that was not as promised is played once more, alone, at the end. With --keep
each outcome is written down at once; a further run with the same file plays what is missing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from tests.promises.half_broken import Outcome, play  # noqa: E402
from tests.promises.matrix import ALL, CELLS, FAULTS, SCOPES, WITHOUT_A_WAY, Cell  # noqa: E402

CELLS_OF_A_PROCESS = 10
MARK = {"a": "good tickets paged in time", "b": "the truth told", "c": "goes on by itself", "d": "ends when told to"}
INTRODUCTION = """# A half broken world

One peer misbehaves, and everybody else is served: whatever it does, good tickets beside the bad ones are paged in time,
`/readyz` and the heartbeat say the truth within two minutes, all goes on by itself afterwards, and slabot ends when it
is told to. The tables are written by `python tools/half_broken_world.py` from a run; all cells are tests, too, in
`tests/promises/test_half_broken_world.py`: a few of them in `make test`, every one in `make test-long`.
How each fault looks on the wire: [the sandbox](sandbox.md#make-the-way-to-it-misbehave).

A cell says after how long `/readyz` was not ready, counted from the first call that was hit, and how long after the
fault all was well, heartbeat and late pages too, in seconds of a clock that runs forty times as fast as the wall's.
"""


def main() -> int:
    """Play, write, and say how it went."""
    given = _arguments()
    chosen = [cell for cell in CELLS if all(words in cell.name for words in given.only)][:: given.every]
    outcomes = _kept(given.keep)
    missing = [cell for cell in chosen if cell not in outcomes]
    for jobs, again in ((given.jobs, False), (1, True)):
        cells = [cell for cell in chosen if outcomes[cell].problems] if again else missing
        for number, (cell, outcome) in enumerate(_played(cells, jobs), 1):
            outcomes[cell] = outcome
            said = "; ".join(outcome.problems) or "well"
            print(f"{number}/{len(cells)} {cell.name}: {said}", file=sys.stderr, flush=True)
            if given.keep is not None:
                with given.keep.open("a", encoding="utf-8") as kept:
                    kept.write(json.dumps({"cell": cell.name, **asdict(outcome)}) + "\n")
    table = (
        INTRODUCTION + _played_of_all(outcomes) + "".join(_tables(outcomes)) + _without_a_way() + _failures(outcomes)
    )
    if given.output is None:
        print(table)
    else:
        given.output.write_text(table, encoding="utf-8")
    failed = sum(bool(outcome.problems) for outcome in outcomes.values())
    print(f"{len(outcomes)} cells, {failed} of them not as promised", file=sys.stderr)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="WORDS")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--jobs", type=int, default=4, metavar="N", help="most of the time they wait")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("-o", dest="output", type=Path, metavar="FILE")
    return parser.parse_args()


def _kept(file: Path | None) -> dict[Cell, Outcome]:
    """What an earlier run wrote down; of a cell that was played twice, the last."""
    if file is None or not file.exists():
        return {}
    named = {cell.name: cell for cell in CELLS}
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return {named[name]: Outcome(**row) for row in rows if (name := row.pop("cell")) in named}


def _played(cells: Sequence[Cell], jobs: int) -> Iterator[tuple[Cell, Outcome]]:
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(jobs, maxtasksperchild=CELLS_OF_A_PROCESS) as pool:
        for place, outcome in pool.imap_unordered(_play, map(ALL.index, cells)):
            yield ALL[place], outcome


def _play(place: int) -> tuple[int, Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return place, play(ALL[place], f"sqlite:///{folder}/slabot.db")
        except Exception as error:
            return place, Outcome(problems=[f"it could not be played: {type(error).__name__}: {error}"])


def _played_of_all(outcomes: Mapping[Cell, Outcome]) -> str:
    """How many there are in the tables."""
    return f"\n{len(outcomes)} of {len(CELLS)} cells were played; an empty one was not.\n"


def _tables(outcomes: Mapping[Cell, Outcome]) -> Iterator[str]:
    for peer, scopes in SCOPES.items():
        of_peer = {(cell.fault.name, cell.scope): outcome for cell, outcome in outcomes.items() if cell.peer is peer}
        if not of_peer:
            continue
        yield f"\n## {peer}\n\n| fault | {' | '.join(scopes)} |\n|---|{'---|' * len(scopes)}\n"
        for fault in FAULTS:
            row = [_shown(of_peer.get((fault.name, scope))) for scope in scopes]
            if any(row):
                yield f"| {fault.name} | {' | '.join(row)} |\n"


def _shown(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if outcome.problems:
        broken = sorted({problem[0] for problem in outcome.problems if problem[1:2] == ":"})
        return "**not**: " + (", ".join(MARK[letter] for letter in broken) or outcome.problems[0])
    told = "ready" if outcome.told_after is None else f"told {max(0, outcome.told_after):.0f}"
    return f"{told}, well {outcome.healed_after or 0:.0f}"


def _without_a_way() -> str:
    reasons: dict[str, list[str]] = {}
    for cell in WITHOUT_A_WAY:
        reasons.setdefault(str(cell.no_way), []).append(cell.name)
    lines = [f"- {'; '.join(names)}: {reason}.\n" for reason, names in reasons.items()]
    return f"\n## Without a way\n\n{len(WITHOUT_A_WAY)} of {len(ALL)} cells.\n\n" + "".join(lines)


def _failures(outcomes: Mapping[Cell, Outcome]) -> str:
    lines = [
        f"- {cell.name}: {'; '.join(outcome.problems)}\n" for cell, outcome in outcomes.items() if outcome.problems
    ]
    return "\n## Not as promised\n\n" + "".join(lines) if lines else ""


if __name__ == "__main__":
    sys.exit(main())
