"""kill -9 between any two instructions: what was answered is there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from slabot.store import meta, open_store

WRITERS = """
import os, sys, threading
from slabot.store import meta, open_store

store = open_store(sys.argv[1])

def work(thread):
    number = 0
    while True:
        name = f"{thread}/{number}"
        store.write(lambda conn: meta.put(conn, name, "x" * 2000))
        os.write(1, f"{name}\\n".encode())  # the answer, straight to the pipe
        number += 1

for thread in range(6):
    threading.Thread(target=work, args=(thread,), daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.parametrize("answers", [1, 7, 150])
def test_every_write_that_was_answered_survives_a_kill(store_url: str, answers: int) -> None:
    root = Path(__file__).parents[3]
    process = subprocess.Popen([sys.executable, "-c", WRITERS, store_url], stdout=subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(answers)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.read().splitlines(keepends=True)  # answered before it died, read after
    process.stdout.close()
    assert process.wait(60) == -signal.SIGKILL

    names = [line.decode().strip() for line in told if line.endswith(b"\n")]
    assert len(names) >= answers
    with open_store(store_url) as store:
        stored = store.read(lambda conn: set(conn.execute(text("SELECT name FROM meta")).scalars()))
        assert set(names) <= stored
        if store.address.is_sqlite:
            assert store.read(lambda conn: conn.execute(text("PRAGMA integrity_check")).scalar()) == "ok"
        store.write(lambda conn: meta.put(conn, "after", "it goes on"))
