"""What does this answer of Zendesk mean?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from adapters.errors import (
    AdapterError,
    BadAnswer,
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SignInRefused,
    Unreachable,
)
from adapters.zendesk.answers import judge, read_object, retry_after

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
GET, PUT = "GET /api/v2/tickets/7/comments.json", "PUT /api/v2/tickets/7.json"


def answer(status: int, body: Any = b"", **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


def meaning(endpoint: str, response: requests.Response) -> AdapterError:
    with pytest.raises(AdapterError) as caught:
        judge(response, endpoint=endpoint, now=NOW)
    assert endpoint in str(caught.value)
    assert caught.value.endpoint == endpoint
    return caught.value


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (301, BadAnswer, BadAnswer),
        (400, Refused, Refused),
        (401, SignInRefused, SignInRefused),
        (403, NotAllowed, NotAllowed),
        (404, Gone, Gone),
        (405, Refused, Refused),
        (408, Unreachable, OutcomeUnknown),
        (409, Conflict, Conflict),
        (410, Gone, Gone),
        (422, Refused, Refused),
        (429, RateLimited, RateLimited),
        (500, Unreachable, OutcomeUnknown),
        (502, Unreachable, OutcomeUnknown),
        (503, Unreachable, OutcomeUnknown),  # without Retry-After it may come from something on the way back
        (504, Unreachable, OutcomeUnknown),
        (520, Unreachable, OutcomeUnknown),
    ],
)
def test_every_status_means_one_thing(status: int, read: type[AdapterError], write: type[AdapterError]) -> None:
    assert type(meaning(GET, answer(status))) is read
    assert type(meaning(PUT, answer(status))) is write


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_passes(status: int) -> None:
    judge(answer(status), endpoint=PUT, now=NOW)


def test_both_bodies_of_a_429_mean_the_same(recorded: Path) -> None:
    folder = recorded / "zendesk-errors-and-signatures"
    for name in ("error_429.json", "error_429_inconsistent.txt"):
        error = meaning(GET, answer(429, (folder / name).read_bytes(), Retry_After="17"))
        assert isinstance(error, RateLimited)
        assert error.until == NOW + timedelta(seconds=17)


@pytest.mark.parametrize("endpoint", [GET, PUT])
def test_maintenance_with_a_time_did_nothing_and_says_when(endpoint: str) -> None:
    error = meaning(endpoint, answer(503, b"<html>down</html>", Retry_After="120"))
    assert isinstance(error, Unreachable)
    assert error.until == NOW + timedelta(minutes=2)
    assert "at 2026-01-10 10:02:00 UTC, as it asked" in str(error)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("17", 17),
        ("0", 1),
        ("-5", 1),
        ("1.5", 1.5),
        ("600", 600),
        ("Sat, 10 Jan 2026 10:00:30 GMT", 30),
        ("Sat, 10 Jan 2026 09:00:00 GMT", 1),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_reason(value: str, seconds: float) -> None:
    assert retry_after({"Retry-After": value}, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "1e999", "601", "864000", "999999999"])
def test_a_retry_after_that_says_nothing_is_none(value: str) -> None:
    assert retry_after({"Retry-After": value}, NOW) in (None, NOW + timedelta(seconds=1))


def test_a_429_without_a_time_waits_a_minute() -> None:
    error = meaning(GET, answer(429))
    assert isinstance(error, RateLimited)
    assert error.until == NOW + timedelta(minutes=1)


CLOSED = {"description": "Status: closed prevents ticket update"}


@pytest.mark.parametrize(
    "body",
    [
        {"error": "RecordInvalid", "description": "Record validation errors", "details": {"status": [CLOSED]}},
        {"error": "RecordInvalid", "description": "Record validation errors", "details": {"base": [CLOSED]}},
        {"error": "RecordInvalid", "details": {"base": [{**CLOSED, "error": "ClosedTicket"}]}},
        {"error": "ClosedTicket", "description": "This ticket is closed"},
    ],
)
def test_a_closed_ticket_is_refused_by_its_status_in_every_shape(body: Any) -> None:
    error = meaning(PUT, answer(422, body))
    assert isinstance(error, Refused)
    assert error.field == "status"
    assert "closed" in error.reason


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (
            {"details": {"assignee_id": [{"description": "Assignee: is required"}]}},
            "assignee_id",
            "Assignee: is required",
        ),
        ({"error": {"title": "Invalid", "message": "No such field"}}, "base", "No such field"),
        ({"error": "TooManyValues", "description": "Too many"}, "base", "Too many"),
        ({"details": {"base": "text", "tags": [1, {"description": "bad"}]}}, "tags", "bad"),
        ([], "base", "status 422"),
        (b"<html>", "base", "status 422"),
        ({"details": {"x": [{"description": "a" * 500}]}}, "x", "a" * 199 + "…"),
    ],
)
def test_a_refusal_names_field_and_reason_whatever_the_shape(body: Any, field: str, reason: str) -> None:
    error = meaning(PUT, answer(422, body))
    assert isinstance(error, Refused)
    assert (error.field, error.reason) == (field, reason)


def test_a_missing_ticket_is_gone_and_anything_else_missing_is_a_wrong_address() -> None:
    gone = meaning(PUT, answer(404, {"error": "RecordNotFound", "description": "Not found"}))
    assert isinstance(gone, Gone)
    assert gone.ticket == "7"
    assert isinstance(meaning("GET /api/v2/users/me.json", answer(404)), BadAnswer)


def test_a_redirect_names_the_host_and_not_the_rest_of_the_address() -> None:
    error = meaning(GET, answer(302, Location="https://evil.example/login?secret=1"))
    assert "evil.example (302)" in str(error)
    assert "secret" not in str(error)
    assert isinstance(meaning(GET, answer(302, Location="http://[broken")), BadAnswer)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html>", "a page for people instead of JSON"),
        (b"", "an empty body"),
        (b'{"ticket": {"id": 7', "JSON that breaks off"),
        (b"[1, 2]", "no object but list"),
        (b"null", "no object but NoneType"),
        (b"[" * 100_000, "breaks off or is damaged"),
        (b"\xff\xff", "damaged"),
    ],
)
def test_a_body_that_is_no_json_object_is_said_to_with_the_endpoint(body: bytes, words: str) -> None:
    with pytest.raises(BadAnswer, match=words) as caught:
        read_object(answer(200, body), endpoint=GET)
    assert caught.value.endpoint == GET


def test_no_message_holds_the_words_of_a_customer() -> None:
    error = meaning(PUT, answer(500, b"Dear customer, your password is hunter2"))
    assert "hunter2" not in str(error)
