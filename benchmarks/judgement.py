"""How much processor time does it take to judge a message?

    python -m benchmarks.judgement [--rounds 5]

The texts are the project's own labelled requests and replies, and one request with a log of 200 kB pasted in. Aims:
1 ms a message in the mean, and the log at most 20 ms more than the same request without it. Texts are remembered, so
each is given a number of its own, which makes it new.

Beside them, without an aim, the worst that a person could write: ten messages of twenty troubles each, judged anew with
each message, as tickets are.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from slabot.judgement import find, judge, meaning, shipped

SETS = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "judgement"
LOG = "2026-11-02 04:00:01 FATAL core: all workers dead, service down\n" * 3200
LONG = "It does not start. " * 20
MESSAGES = 10  # of a ticket that grows
AIM, LOG_AIM = 0.001, 0.020  # seconds


def rows(name: str) -> list[dict[str, str]]:
    """A labelled set."""
    return [json.loads(line) for line in (SETS / name).read_text(encoding="utf-8").splitlines()]


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The least processor time of a piece of work."""
    work()  # loads the lexicons
    times: list[float] = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


# Replies are remembered; what is measured here is the first reading of each.


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    requests, replies, lexicon = rows("severity.jsonl"), rows("silence.jsonl"), shipped()
    request, numbers = requests[0], count(1)

    def new(text: str) -> str:
        return f"{text}\n\nNo. {next(numbers)}"

    def judged(text: str) -> object:
        return judge(find(request["subject"], [new(text)], lexicon))

    def grows() -> object:
        texts = [new(LONG) for _ in range(MESSAGES)]
        return [judge(find(request["subject"], texts[: place + 1], lexicon)) for place in range(MESSAGES)]

    each = seconds(lambda: [judge(find(r["subject"], [new(r["text"])], lexicon)) for r in requests], options.rounds)
    reply = seconds(lambda: [meaning.__wrapped__(r["text"], r["subject"]) for r in replies], options.rounds)
    bare = seconds(lambda: judged(request["text"]), options.rounds)
    with_log = seconds(lambda: judged(f"{request['text']}\n\n{LOG}"), options.rounds)
    grown = seconds(grows, options.rounds) / MESSAGES
    print(f"a request        {each / len(requests) * 1000:6.2f} ms in the mean of {len(requests)}")
    print(f"a reply          {reply / len(replies) * 1000:6.2f} ms in the mean of {len(replies)}")
    print(f"a log of 200 kB  {(with_log - bare) * 1000:6.2f} ms more")
    print(f"a ticket grows   {grown * 1000:6.2f} ms a message in the mean of {MESSAGES} of {len(LONG)} characters")
    print(f"1 ms a message at most: {'met' if max(each / len(requests), reply / len(replies)) <= AIM else 'MISSED'}")
    print(f"a log at most 20 ms more: {'met' if with_log - bare <= LOG_AIM else 'MISSED'}")


if __name__ == "__main__":
    main()
