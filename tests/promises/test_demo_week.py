"""The week of the demo keeps all of its promises, judged from the journals of the stand-ins."""

from __future__ import annotations

from slabot.demo.play import play


def test_every_promise_of_the_demo_week_is_kept() -> None:
    said: list[str] = []

    kept = play(said.append)

    assert kept, "\n".join(line for line in said if "BROKEN" in line or line.startswith("        "))
    assert not [line for line in said if line.startswith("BROKEN")]
    assert len([line for line in said if line.startswith("kept")]) == 19
