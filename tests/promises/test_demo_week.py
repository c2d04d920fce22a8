"""The week of the demo keeps all of its promises, judged from the journals of the stand-ins."""

from __future__ import annotations

from slabot.demo.play import play
from slabot.demo.stage import InProcess
from slabot.store import ledger
from tests.grammar import slips


def test_every_promise_of_the_demo_week_is_kept_and_told_in_whole_sentences() -> None:
    said: list[str] = []
    rows: list[str] = []

    class Watched(InProcess):
        """Hands out its ledger before it ends."""

        def stop(self) -> None:
            parts = self.parts
            rows.extend(row.text for row in parts.store.read(lambda conn: ledger.since(conn, parts.started_at)))
            super().stop()

    kept = play(said.append, make=Watched)

    assert kept, "\n".join(line for line in said if "BROKEN" in line or line.startswith("        "))
    assert not [line for line in said if line.startswith("BROKEN")]
    assert len([line for line in said if line.startswith("kept")]) == 27
    assert len(rows) > 50
    assert {words: wrong for words in rows if (wrong := slips(words))} == {}
    assert {line: wrong for line in said if (wrong := slips(line, whole=False))} == {}
