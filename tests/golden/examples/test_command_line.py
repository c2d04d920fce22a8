"""Do the examples run from the command line, with one clear message where the input is wrong?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from examples import event_log, replay, warehouse
from examples.edge import ExampleError, run
from tests.golden.examples.event_log import HEAD, POLICY, records


class TestOnTheCommandLine:
    @pytest.fixture
    def call(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> Callable[..., tuple[int, str, str]]:
        def called(main: Callable[[], int], *arguments: str) -> tuple[int, str, str]:
            monkeypatch.setattr(sys, "argv", ["example", *arguments])
            code = run(main)
            captured = capsys.readouterr()
            return code, captured.out, captured.err

        return called

    @pytest.fixture
    def small(self, tmp_path: Path) -> Path:
        path = tmp_path / "log.csv"
        rest = ",Value 1" * (len(event_log.FIELDS) + 1)
        path.write_text(
            f"{HEAD}\n"
            f"Case 1,Assign seriousness,Value 1,2012/01/09 10:00:00.000,Value 1{rest}\n"
            f"Case 1,Take in charge ticket,Value 1,2012/01/09 10:05:00.000,Value 1{rest}\n"
            f"Case 1,Wait,Value 1,2012/01/09 10:06:00.000,Value 1{rest}\n"
        )
        return path

    def test_a_log_becomes_ticket_files_becomes_a_summary(
        self, call: Callable[..., tuple[int, str, str]], small: Path, tmp_path: Path
    ) -> None:
        code, out, err = call(event_log.main, str(small))
        assert (code, len(out.splitlines())) == (0, 1)
        assert "1 tickets from 3 rows" in err
        tickets = tmp_path / "tickets.jsonl"
        tickets.write_text(out)
        code, out, _ = call(replay.main, str(tickets), "-c", str(POLICY), "--json")
        summed = json.loads(out)["severities"]["high"]
        assert code == 0
        assert summed["verdicts"]["met"] == 1
        assert summed["first_response_seconds"]["median"] == 300
        assert (summed["acts"]["follow_up"], summed["acts"]["auto_solve"]) == (3, 1)
        code, out, _ = call(replay.main, str(tickets), "-c", str(POLICY))
        assert out.startswith("First response\n")

    @pytest.mark.parametrize("main", [event_log.main, replay.main, warehouse.main])
    def test_help_shows_an_example(
        self, main: Callable[[], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["example", "--help"])
        with pytest.raises(SystemExit) as ended:
            run(main)
        assert ended.value.code == 0
        assert "Example: python -m examples." in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a,b\n1,2\n", "names no column Case ID"),
            (f"{HEAD}\nCase 1,Wait\n", "log.csv:2: this row has too few columns"),
            (f"{HEAD}\nCase 1,Wait,V,yesterday,V,V{',V' * 6}\n", 'log.csv:2: "yesterday" is not a time'),
        ],
    )
    def test_a_log_that_is_none_is_one_message_with_the_line(
        self, call: Callable[..., tuple[int, str, str]], tmp_path: Path, text: str, words: str
    ) -> None:
        path = tmp_path / "log.csv"
        path.write_text(text)
        code, out, err = call(event_log.main, str(path))
        assert (code, out) == (1, "")
        assert words in err
        assert "Traceback" not in err

    def test_a_missing_file_a_wrong_ticket_and_an_empty_file_are_told(
        self, call: Callable[..., tuple[int, str, str]], tmp_path: Path
    ) -> None:
        assert "there is no such file" in call(event_log.main, str(tmp_path / "none.csv"))[2]
        path = tmp_path / "tickets.jsonl"
        path.write_text('\n{"helpdesk": "acme"}\n')
        assert "tickets.jsonl:2" in call(replay.main, str(path), "-c", str(POLICY))[2]
        path.write_text("\n")
        assert "holds no ticket" in call(replay.main, str(path), "-c", str(POLICY))[2]

    def test_cases_whose_rows_are_apart_are_refused(self) -> None:
        row = "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1"
        with pytest.raises(ExampleError, match="sort the file by Case ID"):
            records(f"Case 1,{row}", f"Case 2,{row}", f"Case 1,{row}")
