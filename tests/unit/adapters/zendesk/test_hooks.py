"""Does this delivery come from our helpdesk, just now, and which ticket is it about?"""

from __future__ import annotations

import contextlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Hint
from adapters.errors import BadHook, BadSignature
from adapters.zendesk.hooks import TEST_SECRET, read_hint, signature

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
STAMP = "2026-01-10T10:00:00Z"
SECRET = "a webhook's own signing secret"
EVENT = {
    "type": "zen:event-type:ticket.status_changed",
    "account_id": 12514403,
    "subject": "zen:ticket:35436",
    "time": "2026-01-10T09:51:50Z",
    "detail": {"id": "35436", "status": "SOLVED"},
    "event": {"current": "SOLVED", "previous": "OPEN"},
}


def deliver(
    body: Any,
    *,
    stamp: str = STAMP,
    now: datetime = NOW,
    secret: str | None = SECRET,
    headers: dict[str, str | None] | None = None,
) -> Hint:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {
        "X-Zendesk-Webhook-Signature": signature(SECRET, stamp, raw),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": "01HAN0000000000000000000",
    }
    for name, value in (headers or {}).items():
        key = f"X-Zendesk-Webhook-{name.replace('_', '-')}"
        sent.pop(key)
        if value is not None:
            sent[key] = value
    return read_hint(sent, raw, now, secrets=[] if secret is None else [secret])


def test_the_published_vectors_hold_and_the_obsolete_order_does_not(recorded: Path) -> None:
    folder = recorded / "zendesk-errors-and-signatures"
    vectors = json.loads((folder / "signature_vectors.json").read_text(encoding="utf-8"))
    assert len(vectors) == 3
    for vector in vectors:
        body = vector["body"].encode() if "body" in vector else (folder / vector["body_file"]).read_bytes()
        same = signature(vector["secret"], vector["timestamp"], body) == vector["signature"]
        assert same is (vector["order"] == "timestamp+body")


def test_an_obsolete_signature_over_body_and_timestamp_is_refused(recorded: Path) -> None:
    folder = recorded / "zendesk-errors-and-signatures"
    vectors = json.loads((folder / "signature_vectors.json").read_text(encoding="utf-8"))
    vector = next(each for each in vectors if each["order"].startswith("body"))
    headers = {
        "X-Zendesk-Webhook-Signature": vector["signature"],
        "X-Zendesk-Webhook-Signature-Timestamp": vector["timestamp"],
        "X-Zendesk-Webhook-Invocation-Id": "x",
    }
    at = datetime.fromisoformat(vector["timestamp"])
    with pytest.raises(BadSignature, match="does not fit"):
        read_hint(headers, vector["body"].encode(), at, secrets=[vector["secret"]])


def test_an_event_gives_the_ticket_and_the_delivery() -> None:
    hint = deliver(EVENT)
    assert (hint.ticket_id, hint.kind) == ("35436", "ticket.status_changed")
    assert len(hint.delivery_id) == 40


def test_an_event_without_detail_gives_the_ticket_of_its_subject() -> None:
    assert deliver({**EVENT, "detail": {}}).ticket_id == "35436"


@pytest.mark.parametrize("number", ["4711", 4711])
def test_a_trigger_gives_the_ticket(number: object) -> None:
    hint = deliver({"ticket_id": number})
    assert (hint.ticket_id, hint.kind) == ("4711", "trigger")


def test_header_names_are_compared_without_case() -> None:
    raw = b'{"ticket_id": "1"}'
    headers = {
        "x-zendesk-webhook-signature": signature(SECRET, STAMP, raw),
        "x-zendesk-webhook-signature-timestamp": STAMP,
    }
    assert read_hint(headers, raw, NOW, secrets=[SECRET]).ticket_id == "1"


@pytest.mark.parametrize("minutes", [-5, -4, 0, 4, 5])
def test_a_signature_of_the_last_or_next_five_minutes_is_taken(minutes: int) -> None:
    assert deliver(EVENT, now=NOW + timedelta(minutes=minutes)).ticket_id == "35436"


@pytest.mark.parametrize(("seconds", "side"), [(301, "old"), (-301, "ahead of this machine's clock")])
def test_an_older_or_a_future_signature_is_refused(seconds: int, side: str) -> None:
    with pytest.raises(BadSignature, match=f"5 minutes {side}"):
        deliver(EVENT, now=NOW + timedelta(seconds=seconds))


def test_freshness_is_that_of_the_attempt_not_of_the_event() -> None:
    # A recorded attempt came 8 min 10 s after its event.
    assert deliver({**EVENT, "time": "2026-01-10T09:51:50Z"}).ticket_id == "35436"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Signature": None}, "it is not signed"),
        ({"Signature_Timestamp": None}, "it is not signed"),
        ({"Signature": ""}, "it is not signed"),
        ({"Signature": "AAAA"}, "does not fit"),
        ({"Signature": "ü" * 44}, "does not fit"),
        ({"Signature": "\udcff"}, "does not fit"),
        ({"Signature_Timestamp": "2026-01-10T10:00:01Z"}, "does not fit"),
        ({"Signature_Timestamp": "\udcff"}, "does not fit"),
    ],
)
def test_what_is_not_signed_by_us_is_refused(changed: dict[str, str | None], words: str) -> None:
    with pytest.raises(BadSignature, match=words) as caught:
        deliver(EVENT, headers=changed)
    assert signature(SECRET, STAMP, json.dumps(EVENT).encode()) not in str(caught.value)


@pytest.mark.parametrize("stamp", ["1234", "yesterday", "2026-01-10T10:00:00", "9999-12-31T23:59:59Z"])
def test_a_signed_time_that_is_no_time_is_refused(stamp: str) -> None:
    with pytest.raises(BadSignature, match="cannot be read"):
        deliver(EVENT, stamp=stamp)


def test_another_secret_does_not_do_and_neither_does_none() -> None:
    with pytest.raises(BadSignature, match="does not fit"):
        deliver(EVENT, secret=TEST_SECRET)
    with pytest.raises(BadSignature, match="no signing secret is configured; set webhook_secret_env"):
        deliver(EVENT, secret=None)


@pytest.mark.parametrize("invocation", [None, "", "another", "x" * 10_000, "\xff"])
def test_a_replay_under_another_id_is_the_same_delivery(invocation: str | None) -> None:
    """Nobody has signed that header."""
    assert deliver(EVENT, headers={"Invocation_Id": invocation}).delivery_id == deliver(EVENT).delivery_id


def test_another_time_or_another_body_is_another_delivery() -> None:
    later = (NOW + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = {deliver(EVENT).delivery_id, deliver(EVENT, stamp=later).delivery_id, deliver({"ticket_id": 1}).delivery_id}
    assert len(ids) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[" * 100_000,
        [],
        "4711",
        {},
        {"ticket_id": ""},
        {"ticket_id": "0"},
        {"ticket_id": None},
        {"ticket_id": True},
        {"ticket_id": {"id": 1}},
        {"ticket_id": "4711/../users"},
        {"ticket_id": "٤٧١١"},
        {"ticket_id": "1" * 21},
        {"ticketID": "12345"},
        {**EVENT, "detail": {"id": "0"}, "subject": "zen:user:1"},
        {**EVENT, "detail": [], "subject": 7},
    ],
)
def test_a_body_that_names_no_ticket_is_said_to_and_what_to_send(body: Any) -> None:
    with pytest.raises(BadHook, match=re.escape('send {"ticket_id": "{{ticket.id}}"}')):
        deliver(body)


def test_an_event_about_something_else_is_said_to(recorded: Path) -> None:
    folder = recorded / "zendesk-errors-and-signatures"
    with pytest.raises(BadHook, match=r"user\.group_membership_created is about no ticket; subscribe"):
        deliver((folder / "webhook_user_group_membership_created.json").read_bytes())


@given(st.binary(max_size=200), st.dictionaries(st.text(max_size=50), st.text(max_size=50), max_size=5), st.text())
def test_no_delivery_whatever_raises_anything_else(body: bytes, headers: dict[str, str], signed: str) -> None:
    headers = {**headers, "x-zendesk-webhook-signature": signed, "x-zendesk-webhook-signature-timestamp": STAMP}
    with pytest.raises((BadSignature, BadHook)):
        read_hint(headers, body, NOW, secrets=[SECRET])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.sampled_from(["type", "detail", "id", "ticket_id", "subject"]), s),
    )
)
def test_no_signed_body_whatever_raises_anything_else(body: Any) -> None:
    with contextlib.suppress(BadHook):
        assert deliver(body).ticket_id.isdecimal()
