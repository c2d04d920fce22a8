"""Is a request judged by the definitions of the agreement, and by nothing else?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slabot.judgement import Judgement, SeverityLevel, TakenBack, find, judge, shipped
from slabot.reports.evaluation import Figures, JudgedText, severity_figures

OWN = Path(__file__).resolve().parents[2] / "fixtures" / "judgement" / "severity.jsonl"
CRITICAL, HIGH, MEDIUM, LOW = SeverityLevel.CRITICAL, SeverityLevel.HIGH, SeverityLevel.MEDIUM, SeverityLevel.LOW


def judged(text: str, subject: str = "") -> Judgement:
    found = judge(find(subject, [text], shipped()))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "level", "or_else"),
    [
        ("The console is down for all of our users.", CRITICAL, None),
        ("Ransomware is spreading on our servers.", CRITICAL, None),
        ("All endpoints are unprotected.", CRITICAL, None),
        ("Everything is dead.", CRITICAL, None),
        ("The gateway is completely down.", CRITICAL, HIGH),
        ("No machine is protected.", CRITICAL, None),
        ("Kein Kassensystem in keiner Filiale verbindet sich mit dem Server.", CRITICAL, None),
        ("The console works fine for nobody: no one can log in.", CRITICAL, None),
        ("Kein Rechner ist geschützt.", CRITICAL, None),
        ("Aucun poste n'est protégé.", CRITICAL, None),
        ("Ningún equipo está protegido.", CRITICAL, None),
        ("Can you call me back because all agents are offline and nobody can work?", CRITICAL, None),
        ("Können Sie zurückrufen, weil alle Agenten offline sind und niemand arbeiten kann?", CRITICAL, None),
        ("¿Pueden llamarnos porque nadie puede entrar en la plataforma?", CRITICAL, None),
        ("Would all agents be offline because of an expired licence?", LOW, None),
        ("Production is fine, but all agents in staging are offline.", LOW, None),
        ("In staging, not in production, all agents are offline.", LOW, None),
        ("The export does not work.", HIGH, MEDIUM),
        ("The export does not work and we found no workaround.", HIGH, None),
        ("The export does not work, so we copy the rows by hand.", MEDIUM, None),
        ("All agents in our office in Leeds are offline.", HIGH, None),
        ("Our people cannot work, the export is broken.", HIGH, None),
        ("The console is slow.", MEDIUM, None),
        ("One user cannot log in.", MEDIUM, None),
        ("On our staging system nobody can log in.", LOW, None),
        ("On our staging system nobody can log in, and forty testers are idle.", HIGH, MEDIUM),
        ("How do I export the list?", LOW, None),
        ("The logo is wrong.", LOW, None),
        ("The tower of our building can be seen from the river.", MEDIUM, LOW),
    ],
)
def test_each_definition_decides(text: str, level: SeverityLevel, or_else: SeverityLevel | None) -> None:
    found = judged(text)
    assert (found.level, found.or_else) == (level, or_else), found.reason


@pytest.mark.parametrize("claim", ["URGENT! ", "P1, critical: ", "Emergency!!! ", "No rush: "])
@pytest.mark.parametrize("text", ["The export does not work.", "The logo is wrong.", "All agents are offline."])
def test_what_a_text_claims_changes_nothing(claim: str, text: str) -> None:
    assert judged(claim + text).level is judged(text).level
    assert judged(claim + text).findings.claims


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The console is not down.", TakenBack.NEGATED),
        ("What if all agents are offline?", TakenBack.ASKED),
        ("Suppose all agents are offline.", TakenBack.HYPOTHETICAL),
        ("Last year all agents were offline.", TakenBack.PAST),
        ("This morning all agents were offline, all is back to normal.", TakenBack.RESOLVED),
        ("In the lab all agents are offline.", TakenBack.TEST),
        ("Microsoft 365 is down for all of us.", TakenBack.ELSEWHERE),
    ],
)
def test_what_takes_trouble_back_is_kept_with_it(text: str, why: TakenBack) -> None:
    found = judged(text)
    assert why in {trouble.taken_back for trouble in found.findings.troubles}
    assert found.level is LOW


def test_a_name_is_no_trouble() -> None:
    assert judged('Where is the playbook "all systems down"?').findings.troubles == ()
    assert judged("Where is the playbook called Total Outage?").level is LOW


def test_every_quote_stands_in_the_text() -> None:
    for line in OWN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = judge(find(row["subject"], [row["text"]], shipped()))
        whole = " ".join(f"{row['subject']} {row['text']}".split())
        for quote in () if found is None else found.quotes:
            assert quote in whole, row["id"]


def test_a_text_of_no_words_is_not_judged() -> None:
    assert judge(find("", [""], shipped())) is None


def test_later_messages_are_read_together_with_the_first() -> None:
    found = judge(find("Agents", ["They are offline.", "It is all of them, 900 machines."], shipped()))
    assert found is not None
    assert found.level is CRITICAL


def _figures(path: Path) -> Figures:
    rows: list[JudgedText] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = judge(find(row["subject"], [row["text"]], shipped()))
        or_else = None if found is None or found.or_else is None else found.or_else.value
        rows.append(JudgedText(row["id"], row["label"], None if found is None else found.level.value, or_else))
    return severity_figures(rows)


def _holds(figures: Figures, *, missed: int) -> None:
    assert figures.recall.of - figures.recall.count <= missed
    assert (figures.false_alarms.value or 0) <= 0.10
    assert (figures.undecided.value or 0) <= 0.30
    assert figures.macro_f1 >= 0.70


def test_the_figures_of_the_projects_own_texts_hold() -> None:
    _holds(_figures(OWN), missed=2)


def test_the_figures_of_texts_by_others_hold(shared_dir: Path) -> None:
    _holds(_figures(shared_dir / "cases" / "judgement" / "severity.jsonl"), missed=2)


def test_of_a_test_system_and_a_real_one_in_a_sentence_the_nearer_is_meant() -> None:
    found = judged("The lab is up and all production agents are offline.").findings
    assert [trouble.taken_back for trouble in found.troubles] == [None]


def test_that_it_works_well_in_one_place_denies_no_trouble_in_another() -> None:
    found = judged("The login page works fine in Chrome and hangs in Firefox.").findings
    assert [trouble.taken_back for trouble in found.troubles] == [None]
