"""Judgements beside what people called the same texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from slabot.reports.evaluation import EstimatedShare, JudgedText, confusion, reply_figures, severity_figures

ROWS = [
    {"id": "a", "text": "All agents are offline.", "label": "critical", "trap": None, "language": "en"},
    {"id": "b", "text": "The export does not work.", "label": "medium", "trap": None, "language": "en"},
    {"id": "c", "text": "Was passiert, wenn alles ausfällt?", "label": "low", "trap": "hypothetical", "language": "de"},
    {"id": "d", "text": "The console is down for all.", "label": "high", "trap": "odd", "language": "en"},
]


def run(path: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", str(path), *more])


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def test_the_figures_are_printed_with_their_intervals(labelled: Path) -> None:
    result = run(labelled, "--wrong")
    assert result.exit_code == 0, result.output
    assert "critical ones found    1 of 1: 100% (21% to 100%)" in result.stdout
    assert "false critical pages   1 of 3: 33%" in result.stdout
    assert "undecided              1 of 4: 25%" in result.stdout
    assert "medium → high or medium: 1" in result.stdout
    assert "hypothetical" in result.stdout
    assert "b: medium, judged high or medium" in result.stdout
    assert "d: high, judged critical" in result.stdout
    assert "a:" not in result.stdout


def test_the_machine_form_has_every_text(labelled: Path) -> None:
    answer = json.loads(run(labelled, "--json").stdout)
    assert (answer["version"], answer["of"], answer["all"]["texts"]) == (1, "severity", 4)
    assert answer["texts"][1] == {"id": "b", "label": "medium", "judged": "high", "or_else": "medium"}
    assert set(answer["by_language"]) == {"de", "en"}
    assert set(answer["by_trap"]) == {"hypothetical", "none", "odd"}


def test_replies_are_told_by_their_labels(tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    rows = [{"text": "Thanks!", "label": "thanks_only"}, {"text": "I am on leave until Monday.", "label": "auto_reply"}]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    result = run(path)
    assert "automatic ones found   1 of 1" in result.stdout
    assert "feedback lost          0 of 0: none" in result.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no text"),
        ("nothing", ":1: this line is not JSON"),
        ('{"label": "low"}', ":1: this line lacks a text or a label"),
        ('\n["low"]', ":2: this line lacks a text or a label"),
        ('{"text": "x", "label": "low"}\n{"text": "x", "label": "urgent"}', 'the label "urgent" does not go'),
        ('{"text": "x", "label": "feedback"}\n{"text": "x", "label": "low"}', "does not go with the others"),
    ],
)
def test_a_file_that_cannot_be_measured_is_refused_at_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(text, encoding="utf-8")
    result = run(path)
    assert (result.exit_code, said in result.output) == (1, True), result.output


# ── The figures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_undecided_counts_for_the_recall_and_not_for_the_f1() -> None:
    rows = [
        JudgedText("1", "critical", "critical", "high"),
        JudgedText("2", "critical", "high"),
        JudgedText("3", "low", "low"),
        JudgedText("4", "high", None),
    ]
    figures = severity_figures(rows)
    assert (figures.recall, figures.false_alarms, figures.undecided) == (
        EstimatedShare(1, 2),
        EstimatedShare(0, 2),
        EstimatedShare(2, 4),
    )
    assert figures.right == EstimatedShare(1, 2)
    assert figures.macro_f1 == pytest.approx((0 + 0 + 1) / 3)
    assert confusion(rows)["high", "nothing"] == 1


def test_feedback_that_is_read_as_less_is_lost() -> None:
    rows = [
        JudgedText("1", "feedback", "thanks_only"),
        JudgedText("2", "feedback", "unclear"),
        JudgedText("3", "auto_reply", "feedback"),
    ]
    figures = reply_figures(rows)
    assert (figures.false_alarms, figures.recall) == (EstimatedShare(1, 2), EstimatedShare(0, 1))


@pytest.mark.parametrize(
    ("share", "interval"),
    [
        (EstimatedShare(0, 0), (0.0, 1.0)),
        (EstimatedShare(10, 10), (0.722, 1.0)),
        (EstimatedShare(5, 10), (0.237, 0.763)),
        (EstimatedShare(0, 10), (0.0, 0.278)),
    ],
)
def test_a_share_has_wilsons_interval(share: EstimatedShare, interval: tuple[float, float]) -> None:
    assert share.interval == pytest.approx(interval, abs=0.001)


def test_the_same_texts_have_the_same_interval() -> None:
    rows = [JudgedText(str(n), "low" if n % 3 else "high", "low") for n in range(30)]
    assert severity_figures(rows).macro_f1_interval == severity_figures(rows).macro_f1_interval
    low, high = severity_figures(rows).macro_f1_interval
    assert low < severity_figures(rows).macro_f1 < high
