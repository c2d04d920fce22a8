"""What does this answer of Freshdesk mean? And is every kind of answer read by one rule?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from adapters.errors import (
    AdapterError,
    BadAnswer,
    Gone,
    NoSuchPlace,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SignInRefused,
    TooLarge,
    Unreachable,
)
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.answers import judge
from adapters.http import session as sessions
from slabot.clock import SteppedClock

from ..conftest import Answer, Scripted
from .conftest import Opens

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
READ, WRITE = "GET /api/v2/tickets/7", "PUT /api/v2/tickets/7"
PAGE = b"<html><body>We are sorry</body></html>"
CLOSURE = {
    "description": "Validation failed",
    "errors": [
        {"field": "cf_root_cause", "message": "It should not be blank", "code": "missing_field"},
        {"field": "type", "message": "It should be one of these", "code": "invalid_value"},
    ],
}


def answer(status: int, body: Any = b"", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


@pytest.mark.parametrize(
    ("endpoint", "given", "kind", "words"),
    [
        (WRITE, answer(400, CLOSURE), Refused, "cf_root_cause, type: cf_root_cause: It should not be blank; type: It"),
        (WRITE, answer(400, {"code": "invalid_json", "message": "bad json"}), Refused, "base: bad json"),
        (WRITE, answer(400, PAGE), Refused, "base: status 400"),
        (
            READ,
            answer(401, {"code": "invalid_credentials", "message": "x"}),
            SignInRefused,
            "does not accept this API key",
        ),
        (WRITE, answer(403, {"code": "access_denied", "message": "no"}), NotAllowed, r"lacks the permission \(403: no"),
        (READ, answer(403, {"code": "require_feature", "message": "no API"}), NotAllowed, "plan does not include it"),
        (READ, answer(404), Gone, "Ticket 7 is not there"),
        ("GET /api/v2/tickets/7/conversations", answer(404), Gone, "Ticket 7"),
        ("GET /api/v2/agents/me", answer(404), NoSuchPlace, "there is nothing at this address"),
        (WRITE, answer(405, {"code": "method_not_allowed", "message": "PUT"}), Refused, "PUT"),
        (
            WRITE,
            answer(409, {"errors": [{"field": "email", "message": "unique", "code": "x"}]}),
            Refused,
            "email: uniq",
        ),
        (WRITE, answer(415, {"code": "invalid_content_type", "message": "JSON please"}), Refused, "JSON please"),
        (WRITE, answer(429, {"message": "x"}, Retry_After="30"), RateLimited, "10:00:30"),
        (READ, answer(429, PAGE), RateLimited, "10:01:00"),
        (READ, answer(500, PAGE), Unreachable, "error of its own .500"),
        (WRITE, answer(500, PAGE), OutcomeUnknown, "error of its own .500"),
        (WRITE, answer(502, PAGE), OutcomeUnknown, "502"),
        (WRITE, answer(503, PAGE, Retry_After="20"), Unreachable, "10:00:20"),
        (READ, answer(302, Location="https://elsewhere.example/login"), BadAnswer, "points to elsewhere.example"),
    ],
)
def test_every_answer_that_is_no_success_is_one_clear_error(
    endpoint: str, given: requests.Response, kind: type[AdapterError], words: str
) -> None:
    with pytest.raises(AdapterError, match=words) as caught:
        judge(given, endpoint=endpoint, now=NOW)
    assert type(caught.value) is kind
    assert endpoint in str(caught.value)


def test_a_success_passes() -> None:
    for status in (200, 201, 202, 204):
        judge(answer(status), endpoint=WRITE, now=NOW)


# -- over HTTP -----------------------------------------------------------------------------------------------------


def test_the_key_goes_as_freshdesk_wants_it(book: Scripted, hostile: FreshdeskAdapter) -> None:
    hostile.whoami()
    assert book.asked[0].headers["Authorization"] == "Basic a2V5Olg="  # key:X


@pytest.mark.parametrize("body", [PAGE, b"", b'{"id": 7, "sta', b"null", b"[]", {"hello": "world"}])
def test_a_read_that_makes_no_sense_is_a_bad_answer(book: Scripted, hostile: FreshdeskAdapter, body: Any) -> None:
    book.on("GET", "/tickets/7", Answer(body=body))
    with pytest.raises(BadAnswer) as caught:
        hostile.fetch("7")
    assert caught.value.endpoint == READ


@pytest.mark.parametrize("body", [PAGE, {"message": "x"}, [{"id": 1}, None], [{"private": False}]])
def test_conversations_that_cannot_be_read_are_never_taken_for_none(
    book: Scripted, hostile: FreshdeskAdapter, body: Any
) -> None:
    at = "2026-01-10T09:00:00Z"
    book.on("GET", "/tickets/7", Answer(body={"id": 7, "status": 2, "created_at": at, "updated_at": at}))
    book.on("GET", "/tickets/7/conversations", Answer(body=body))
    with pytest.raises(BadAnswer) as caught:
        hostile.fetch("7")
    assert caught.value.endpoint == f"{READ}/conversations"


@pytest.mark.parametrize(
    "spoiled", [{"private": None}, {"incoming": "no"}, {"created_at": None}, {"created_at": "2026-01-10"}]
)
def test_a_conversation_that_lacks_what_matters_is_an_error_and_no_guess(
    book: Scripted, hostile: FreshdeskAdapter, spoiled: dict[str, Any]
) -> None:
    at = "2026-01-10T09:00:00Z"
    whole = {"id": 1, "private": False, "incoming": True, "user_id": 5, "created_at": at, "body_text": "x"}
    book.on("GET", "/tickets/7", Answer(body={"id": 7, "status": 2, "created_at": at, "updated_at": at}))
    book.on("GET", "/tickets/7/conversations", Answer(body=[{**whole, **spoiled}]))
    with pytest.raises(BadAnswer):
        hostile.fetch("7")


def test_pages_without_an_end_are_an_error(
    book: Scripted, hostile: FreshdeskAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.freshdesk.history.PAGES", 3)
    at = "2026-01-10T09:00:00Z"
    book.on("GET", "/tickets/7", Answer(body={"id": 7, "status": 2, "created_at": at, "updated_at": at}))
    endless = Answer(body=[], headers={"Link": '<https://x.example/>; rel="next"'})
    book.on("GET", "/tickets/7/conversations", endless)
    with pytest.raises(BadAnswer, match="more than 3 pages of conversations"):
        hostile.fetch("7")


def test_ten_megabytes_are_not_taken_in(book: Scripted, hostile: FreshdeskAdapter) -> None:
    book.on("GET", "/tickets/7", Answer(body=b" " * (sessions.BODY + 1)))
    with pytest.raises(TooLarge):
        hostile.fetch("7")


def test_a_write_that_a_proxy_answers_is_an_outcome_that_nobody_knows(
    book: Scripted, hostile: FreshdeskAdapter
) -> None:
    at = "2026-01-10T09:00:00Z"
    book.on("GET", "/tickets/7", Answer(body={"id": 7, "status": 2, "created_at": at, "updated_at": at}))
    bodies: list[Any] = [PAGE, b"", [], {"id": 8}]
    for body in bodies:
        book.on("PUT", "/tickets/7", Answer(body=body))
        book.on("POST", "/tickets/7/reply", Answer(body=body if body != {"id": 8} else {"id": None}))
        with pytest.raises(OutcomeUnknown):
            hostile.assign("7", "5", seen=at, marker="m")
        with pytest.raises(OutcomeUnknown):
            hostile.send_public("7", "Hello", seen=at, marker=f"m{body!r}")
    assert all(asked.path.count("/tickets/7") for asked in book.asked if asked.method != "GET")


def test_a_whole_fetch_keeps_its_time(book: Scripted, hostile: FreshdeskAdapter, clock: SteppedClock) -> None:
    book.on("GET", "/tickets/7", Answer(body={"id": 7}, drip=0.2))
    with pytest.raises(Unreachable):
        hostile.fetch("7", timeout=0.5)
    assert clock.now() - NOW < timedelta(minutes=1)


def test_settings_that_cannot_work_are_refused_at_once(opened: Opens) -> None:
    for url, changed, words in (
        ("partners.freshdesk.com", {}, "write it like https://acme.freshdesk.com"),
        ("http://partners.freshdesk.com", {}, "unprotected"),
        ("https://partners.freshdesk.com", {"token": " "}, "the API key is empty"),
        ("https://partners.freshdesk.com", {"webhook_secrets": [""]}, "secret is empty"),
    ):
        with pytest.raises(AdapterError, match=words):
            opened(url, **changed)
