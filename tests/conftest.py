"""What does every test stand on?

Promise: no test depends on the machine's time zone, and none is left out without saying why.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import settings

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"

# A zone 45 minutes off the hour, with a change of clocks: code that reads local time by mistake fails here.
os.environ["TZ"] = "Pacific/Chatham"
time.tzset()

# Each commit waits for the disk, which is most of what a small test takes. Where there is room, temporary files are
# kept in memory: slabot asks for the same, and has it at once.
MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes; three workers with a PostgreSQL each take a quarter of it
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# No deadline per example: a slow machine is no bug. "ci" draws the same examples each time and prints how to
# repeat a failure.
settings.register_profile("default", max_examples=35, deadline=None)
settings.register_profile("ci", max_examples=35, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root folder of the checkout."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder `shared` beside the checkout: recorded answers and vectors, read and never copied.

    Absent, the test is skipped on a developer's machine and fails where the environment says CI.
    """
    if SHARED.is_dir():
        return SHARED
    reason = f"needs the folder of recorded data beside the checkout: {SHARED} is missing"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
