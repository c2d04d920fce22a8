"""`slabot status` shows what the auditor found last."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import edge, main
from slabot.store import audits, open_store
from slabot.store.audits import AuditVerdict

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = """
version: 1
helpdesks: {acme: {kind: zendesk, subdomain: acme, email: bot@acme.example, token_env: T}}
store: {url: "sqlite:///%s"}
calendars: {always: {always: true}}
severities: {medium: {means: Partial, respond_within: 2h, calendar: always, priority: normal}}
classify: {priorities: {normal: medium}, otherwise: medium}
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(edge, "now", lambda: NOW)
    file = tmp_path / "slabot.db"
    with open_store(f"sqlite:///{file}"):
        pass
    path = tmp_path / "config.yaml"
    path.write_text(POLICY % file, encoding="utf-8")
    return str(path)


def found(policy: str, verdict: AuditVerdict | None, *options: str) -> str:
    if verdict is not None:
        with open_store(f"sqlite:///{Path(policy).with_name('slabot.db')}") as store:
            store.write(lambda conn: audits.keep_verdict(conn, verdict))
    result = CliRunner().invoke(main, ["status", "-c", policy, *options])
    assert result.exit_code == 1, result.output  # nobody runs it here
    return result.output


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (None, "has not looked yet; it does a minute after the start"),
        (AuditVerdict(at=NOW - MINUTE), "everything agreed Mon 12 Jan 2026 08:59, 1 min ago\n"),
        (AuditVerdict(at=NOW - MINUTE, heartbeat=True), "1 min ago; the heartbeat was heard\n"),
        (AuditVerdict(at=NOW - MINUTE, heartbeat=False), "1 min ago; the heartbeat was not heard\n"),
        (
            AuditVerdict(at=NOW - 6 * MINUTE),
            "has not looked since Mon 12 Jan 2026 08:54, 6 min ago; it does each minute while slabot runs",
        ),
    ],
)
def test_what_the_auditor_found_last_is_said(policy: str, verdict: AuditVerdict | None, said: str) -> None:
    assert said in found(policy, verdict)


def test_each_finding_has_a_line(policy: str) -> None:
    said = found(policy, AuditVerdict(at=NOW - MINUTE, findings=("one thing is wrong", "another is, too")))

    assert "this did not agree, and the heartbeat is withheld:\n  one thing is wrong\n  another is, too\n" in said


def test_the_machine_form_has_it_too(policy: str) -> None:
    verdict = AuditVerdict(at=NOW, findings=("one thing",), looked_at=7, repaired=1)

    assert json.loads(found(policy, verdict, "--json"))["audit"] == {
        "at": "2026-01-12T09:00:00+00:00",
        "agrees": False,
        "findings": ["one thing"],
        "looked_at": 7,
        "repaired": 1,
        "heartbeat": None,
    }
