"""slabot on a machine whose clock somebody sets: the command as it is, with another clock behind its port.

    python -m tests.campaign.set_clock FILE worker -c config.yaml

The file holds one number, the seconds by which the wall clock is ahead; the clock that only goes forward is the
machine's own. Whoever writes another number has set the clock of every process that reads this file.
"""

from __future__ import annotations

import os
import struct
import sys
from datetime import datetime, timedelta
from pathlib import Path

from slabot import clock

AHEAD = struct.Struct("<d")  # seconds


def set_ahead(file: Path, by: timedelta) -> None:
    """Set the clock of the processes that read this file, as seen from the true time."""
    with file.open("r+b" if file.exists() else "wb") as opened:
        opened.write(AHEAD.pack(by.total_seconds()))


class CampaignClock(clock.SystemClock):
    """The machine's clock, ahead by what the file says."""

    handle = -1

    def now(self) -> datetime:
        """The present instant, as this machine believes."""
        (ahead,) = AHEAD.unpack(os.pread(self.handle, AHEAD.size, 0))
        return super().now() + timedelta(seconds=ahead)


def main() -> None:
    """Run a command of slabot."""
    file, *arguments = sys.argv[1:]
    CampaignClock.handle = os.open(file, os.O_RDONLY)
    clock.SystemClock = CampaignClock  # type: ignore[misc]
    sys.argv = ["slabot", *arguments]
    from slabot.cli.main import main as command

    command()


if __name__ == "__main__":
    main()
