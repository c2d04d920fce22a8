"""Replay a whole ticket file, on as many processes as there are cores.

Promise: the lines are handed out in parts and never held together. Where tickets want to write so much at once that a
limit of the policy might hold them back, these are played once more, side by side (`slabot.reports.backtest.braked`).
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from slabot.policy import Policy, RunLimits
from slabot.reports.backtest.bench import BacktestTask, Bench, Line, Yield
from slabot.reports.backtest.braked import OpenCount, Together
from slabot.reports.backtest.differences import TicketDifference
from slabot.reports.backtest.replay import Replayed, end_of, replayed
from slabot.reports.backtest.tally import MINUTE, PolicySide, Tally, TallyFigure

PART = 250  # lines that a process is handed at once
AHEAD = 4  # parts a process that are handed out before the first is done
ALONE = 500  # lines; what is shorter is not worth a second process
SELDOM = 50_000  # objects, between two looks for garbage
TOGETHER = 5000  # tickets that are played side by side, at most

Lines = Callable[[], Iterable[str]]
"""Reads the lines from the first on, as often as it is called."""
Progress = Callable[[int], None]
"""Is told how many lines are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtested:
    """What came of a file.

    Attributes:
        policies: that were tried, by their side.
        together: how many tickets were played side by side because the limits might hold them back.
        too_many: how many more wanted to write too much at once, and were played each by itself.
        watched: all that came of the tickets that are watched, by their references.
    """

    task: BacktestTask
    policies: dict[PolicySide, Policy]
    tally: Tally
    differences: list[TicketDifference]
    together: int
    too_many: int
    watched: dict[str, dict[PolicySide, Replayed]]


def backtest(task: BacktestTask, lines: Lines, progress: Progress, *, processes: int | None = None) -> Backtested:
    """Replay all lines.

    Args:
        task: through which policies.
        lines: of the ticket file.
        progress: is told.
        processes: how many; None for one a core.

    Raises:
        PolicyError: a policy is wrong.
        TicketFileError: a line is.
    """
    bench, whole = Bench(task), Yield()
    workers = (os.cpu_count() or 1) if processes is None else processes
    for part in _parts_done(bench, lines, workers):
        whole.take(part)
        progress(whole.lines)
    braked = _braked(bench, whole)
    chosen = set(sorted(braked)[:TOGETHER])
    if chosen:
        _play_together(bench, whole, lines, chosen)
    whole.keep_the_weightiest()
    return Backtested(
        task=task,
        policies=bench.policies,
        tally=whole.tally,
        differences=whole.differences,
        together=len(chosen),
        too_many=len(braked) - len(chosen),
        watched=whole.watched,
    )


def _numbered(lines: Iterable[str]) -> Iterator[list[Line]]:
    numbered = enumerate(lines, 1)
    while part := list(islice(numbered, PART)):
        yield part


def _parts_done(bench: Bench, lines: Lines, workers: int) -> Iterator[Yield]:
    parts = _numbered(lines())
    first = list(islice(parts, ALONE // PART))
    if workers < 2 or sum(map(len, first)) < ALONE:
        for part in (*first, *parts):
            yield bench.run(part)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (bench.task,)) as pool:
        going = [pool.submit(_run, part) for part in first]
        for part in parts:
            if len(going) >= workers * AHEAD:
                yield going.pop(0).result()
            going.append(pool.submit(_run, part))
        while going:
            yield going.pop(0).result()


_OF_PROCESS: list[Bench] = []


def _begin(task: BacktestTask) -> None:
    """Load the policies in a process of its own."""
    _OF_PROCESS[:] = [Bench(task)]
    # What is loaded is no garbage, and what a ticket leaves behind goes without being looked for, nearly all of it.
    gc.freeze()
    gc.set_threshold(SELDOM)


def _run(part: list[Line]) -> Yield:
    return _OF_PROCESS[0].run(part)


def _braked(bench: Bench, whole: Yield) -> set[int]:
    """Lines of tickets that write in, or after, a minute in which a limit may have been reached."""
    found: set[int] = set()
    for side, writes in whole.writes.items():
        by_minute: defaultdict[int, list[int]] = defaultdict(list)
        for place in range(0, len(writes), 2):
            by_minute[writes[place]].append(writes[place + 1])
        limits, opened = bench.policies[side].limits, OpenCount(whole.moves[side])
        first = next((at for at in sorted(by_minute) if _reaches(by_minute, at, limits, opened)), None)
        if first is not None:
            found.update(line for minute, lines in by_minute.items() if minute >= first for line in lines)
    return found


def _reaches(by_minute: dict[int, list[int]], minute: int, limits: RunLimits, opened: OpenCount) -> bool:
    """True if a run that begins in a minute may reach a limit; it may last into the next."""
    lines = [*by_minute[minute], *by_minute.get(minute + 1, ())]
    count = len(set(lines))
    if len(lines) > limits.writes_per_run or count > limits.stop_above_tickets:
        return True
    least = min(opened.at(minute - 1), opened.at(minute))  # the run may begin at any second of it
    return count > 1 and count * 100 > limits.stop_above_percent * least


def _play_together(bench: Bench, whole: Yield, lines: Lines, chosen: set[int]) -> None:
    """Replace what came of some lines by what comes of them side by side."""
    picked = ((number, text) for number, text in enumerate(lines(), 1) if number in chosen)
    numbers, records = zip(*bench.records(picked), strict=True)
    untils = [end_of(record, bench.task.now) for record in records]
    alone = [bench.sides(record) for record in records]
    for sides in alone:
        bench.take_out(whole, sides)
    whole.differences = [each for each in whole.differences if each.line not in chosen]
    together = [dict(sides) for sides in alone]
    for side, policy in bench.policies.items():
        moves = whole.moves.get(side)
        if moves is None:
            continue  # it writes nothing, so nothing is held
        for sides in alone:
            for at, more in sides[side].moves:
                moves[at // MINUTE] -= more
        company = Together(records, policy, untils, OpenCount(moves))
        for place, played in enumerate(company.play()):
            together[place][side] = replayed(
                records[place], played, policy, untils[place], reads_words=bench.reads_words
            )
        whole.tally.update({(side.value, TallyFigure.HELD, brake): count for brake, count in company.held.items()})
        whole.tally[side.value, TallyFigure.REPLAYED] += len(records)
    for number, sides in zip(numbers, together, strict=True):
        bench.count(whole, number, sides)
