"""Does this delivery come from our helpdesk, and which ticket is it about?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Hint
from adapters.errors import BadHook, BadSettings, BadSignature
from adapters.freshdesk.hooks import BODY, check_secrets, read_hint

NOW = datetime(2026, 1, 10, 10, 0, 20, tzinfo=UTC)
SECRET = "a long random secret"


def deliver(body: Any, *, now: datetime = NOW, secret: str | None = SECRET, given: str | None = SECRET) -> Hint:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({} if given is None else {"X-Webhook-Secret": given})
    return read_hint(headers, raw, now, secrets=[] if secret is None else [secret])


def test_recorded_deliveries_name_their_ticket_and_nothing_else_is_believed(recorded: Path) -> None:
    files = sorted((recorded / "freshdesk-webhooks").glob("*.json"))
    assert len(files) == 3
    for file in files:
        hint = deliver(file.read_bytes())
        assert (hint.ticket_id, hint.kind) == ("11", "automation")


@pytest.mark.parametrize("body", [{"ticket_id": "11"}, {"ticket_id": 11}, {"ticket_id": "0011", "status": "x"}])
def test_a_body_of_the_administrators_own_names_its_ticket(body: Any) -> None:
    assert deliver(body).ticket_id == "11"


def test_the_body_to_paste_is_one_of_them() -> None:
    assert deliver(BODY.replace("{{ticket.id}}", "4711").encode()).ticket_id == "4711"


def test_a_repeat_within_the_minute_is_the_same_and_one_later_is_not() -> None:
    first = deliver({"ticket_id": "11"})
    assert deliver({"ticket_id": "11"}, now=NOW + timedelta(seconds=39)).delivery_id == first.delivery_id
    assert deliver({"ticket_id": "11"}, now=NOW + timedelta(seconds=40)).delivery_id != first.delivery_id
    assert deliver({"ticket_id": "12"}).delivery_id != first.delivery_id


@pytest.mark.parametrize("given", [None, "", "another", SECRET[:-1], SECRET + "x", "ünicode", "\udcff"])
def test_without_our_secret_nothing_is_believed_and_ours_is_not_shown(given: str | None) -> None:
    with pytest.raises(BadSignature) as caught:
        deliver({"ticket_id": "11"}, given=given)
    assert SECRET not in str(caught.value)


def test_without_a_secret_configured_everything_is_refused() -> None:
    with pytest.raises(BadSignature, match="set webhook_secret_env"):
        deliver({"ticket_id": "11"}, secret=None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"ticket_id": "11", "subject": "He said "no""}',  # placeholders are filled in as they are
        b'{"a":' * 50_000,
        {},
        {"ticket_id": ""},
        {"ticket_id": "0"},
        {"ticket_id": True},
        {"ticket_id": {"id": 11}},
        {"ticket_id": "11/../12"},
        {"ticket_id": "٧"},
        {"ticket_id": "1" * 30},
        {"freshdesk_webhook": {"ticket_subject": "x"}},
        {"freshdesk_webhook": []},
    ],
)
def test_what_names_no_ticket_is_of_no_use_and_says_what_to_paste(body: Any) -> None:
    with pytest.raises(BadHook, match=r"ticket\.id"):
        deliver(body)


def test_an_empty_secret_protects_nothing() -> None:
    check_secrets([], setting="x")
    check_secrets(["s"], setting="x")
    with pytest.raises(BadSettings, match="make up a long random one"):
        check_secrets(["fine", "  "], setting="helpdesks.partners.webhook_secret_env")
