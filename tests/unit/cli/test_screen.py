"""What reaches a terminal, and what does not."""

from __future__ import annotations

import io
import os
import pty
import re
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import main, screen
from slabot.cli.screen import NoOutput, Screen, counting, working
from slabot.domain import SlabotError
from slabot.reports.style import coloured, harmless_json, one_line, strong

HOSTILE = "a\x1b[2Jb\x07c\x9bd\u202ee\x00f\u2066g\r\nh\ud800i\x7f"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def test_only_marks_of_ours_become_control_codes(terminal: Terminal) -> None:
    Screen(terminal, needed=True).write(f"{strong('bold')} {coloured('red', 'red')} {HOSTILE}")
    assert terminal.getvalue() == "\x1b[1mbold\x1b[0m \x1b[31mred\x1b[0m a�[2Jb�c�d�e�f�g\nh�i�"


def test_without_a_terminal_there_are_no_colours() -> None:
    out = io.StringIO()
    Screen(out, needed=True).write(f"{strong('bold')} {HOSTILE}")
    assert out.getvalue() == "bold a�[2Jb�c�d�e�f�g\nh�i�"


def test_scripts_and_emoji_stay_whole(terminal: Terminal) -> None:
    words = f"ünï 日本 می‌خواهم {FAMILY}\t."
    Screen(terminal, needed=True).write(words)
    assert terminal.getvalue() == words


def test_words_from_outside_cannot_pose_as_lines_of_ours() -> None:
    assert one_line("a\r\nb\n\n c\x0bd") == "a b c�d"


def test_json_keeps_its_meaning_without_steering() -> None:
    assert harmless_json('"a\x9b\u202e\ud800é"') == '"a\\u009b\\u202e\\ud800é"'


def test_an_output_closed_from_the_beginning_is_an_error_and_a_closed_error_output_is_silence() -> None:
    Screen(None, needed=False).write("lost")
    with pytest.raises(NoOutput):
        Screen(None, needed=True).write("lost")


def test_no_command_writes_control_codes_past_the_screen(checkout: Path) -> None:
    past = re.compile(r"click\.(style|secho)|\\x1b\[|print\(.*\\033")
    for file in sorted((checkout / "slabot").rglob("*.py")):
        if file.name != "style.py":
            assert not past.search(file.read_text(encoding="utf-8")), file


def test_what_nobody_foresaw_is_told_without_its_message_and_with_it_on_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("what the customer wrote")

    monkeypatch.setattr("slabot.cli.check.policy_bytes", broken)
    result = CliRunner().invoke(main, ["check", "x"])
    assert result.exit_code == 1
    assert "did not foresee (KeyError at slabot/cli/check.py:" in result.stderr
    assert "Please report it" in result.stderr
    assert "customer" not in result.output
    assert "Traceback" not in result.output
    wanted = CliRunner().invoke(main, ["check", "x"], env={"SLABOT_DEBUG": "1"})
    assert "Traceback" in wanted.stderr
    assert "what the customer wrote" in wanted.stderr


def test_an_error_of_ours_is_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise SlabotError("this is wrong; do that")

    monkeypatch.setattr("slabot.cli.check.policy_bytes", refused)
    result = CliRunner().invoke(main, ["check", "x"])
    assert (result.exit_code, result.stderr) == (1, "this is wrong; do that\n")


def test_progress_shows_after_a_while_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(screen, "SOON", 0.0)
    primary, secondary = pty.openpty()
    seen: list[bytes] = []
    shown = threading.Event()

    def watch() -> None:
        while b"Asking" not in b"".join(seen):
            seen.append(os.read(primary, 4096))
        shown.set()

    with os.fdopen(secondary, "w", encoding="utf-8") as err:
        monkeypatch.setattr(sys, "stderr", Screen(err, needed=False))
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        with working("Asking \x1b[2J the helpdesks"):
            assert shown.wait(60)
    assert b"\x1b[2J" not in b"".join(seen)
    os.close(primary)
    quiet = io.StringIO()
    monkeypatch.setattr(sys, "stderr", Screen(quiet, needed=False))
    with working("Asking"):
        pass
    assert quiet.getvalue() == ""


def test_how_far_something_is_is_a_bar_on_a_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Screen(terminal, needed=False))
    with counting() as show:
        show("copying \x1b[2J ledger", 1500, 6000)
    assert "ledger" in terminal.getvalue()
    assert "1500/6000" in terminal.getvalue()
    assert "\x1b[2J" not in terminal.getvalue()


def test_how_far_something_is_is_a_line_now_and_then_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = io.StringIO()
    monkeypatch.setattr(sys, "stderr", Screen(quiet, needed=False))
    with counting() as show:
        show("copying ledger", 1500, 6000)
        assert quiet.getvalue() == ""
        monkeypatch.setattr(screen, "NOW_AND_THEN", 0.0)
        show("copying \x1b[2J ledger", 3000, 6000)
    assert quiet.getvalue() == "copying �[2J ledger: 3,000 of 6,000\n"
