"""How much processor time do short commands take, beside importing what a policy file is read with?

    python -m benchmarks.check [--rounds 15]

Each command is a process of its own, from its start to its end, on `config.example.yaml`. The floor imports pydantic,
PyYAML and click and reads nothing. All take turns, and the least time of each counts: it is what the machine takes when
nothing is in the way. Aim: `slabot check` at most 4 times the floor, and 0.3 s where nothing else runs.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from pathlib import Path

POLICY = str(Path(__file__).resolve().parent.parent / "config.example.yaml")
FLOOR = "import click, yaml; from pydantic import BaseModel"
SLABOT = "from slabot.cli import main; main(prog_name='slabot')"
DUE = ["due", "-c", POLICY, "--calendar", "support_week", "--start", "2026-01-09T18:00:00+05:30", "--target", "6h"]
COMMANDS = {
    "python": ["pass"],
    "floor": [FLOOR],
    "slabot --help": [SLABOT, "--help"],
    "slabot check": [SLABOT, "check", POLICY],
    "slabot due": [SLABOT, *DUE],
}
AIM = 4.0  # times the floor


def processor_time(arguments: list[str]) -> float:
    """Seconds of a process and all that belongs to it.

    Raises:
        CalledProcessError: it did not succeed.
    """
    # Compiled modules are kept, as they are where slabot is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure all in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    for arguments in COMMANDS.values():
        processor_time(arguments)  # compiles what is not compiled yet
    rounds = [{name: processor_time(arguments) for name, arguments in COMMANDS.items()} for _ in range(options.rounds)]
    least = {name: min(one[name] for one in rounds) for name in COMMANDS}
    for name, seconds in least.items():
        print(f"{name:14} {seconds:6.3f} s {seconds / least['floor']:6.2f} times the floor")
    ratio = least["slabot check"] / least["floor"]
    print(f"slabot check at most {AIM:.0f} times the floor: {'met' if ratio <= AIM else 'MISSED'}")


if __name__ == "__main__":
    main()
