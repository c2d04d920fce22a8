"""Ask Zendesk for tokens, keep them and renew them. Over real HTTP."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import requests

from adapters.base import OAuthClient
from adapters.errors import AdapterError, BadAnswer, CannotSignIn, NotAllowed, SignInRefused
from adapters.http.address import AccountAddress
from adapters.zendesk import tokens
from adapters.zendesk.adapter import ZendeskAdapter
from adapters.zendesk.tokens import LIFE, TokenSource
from slabot.clock import SteppedClock
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import STATUSES, Answer, Scripted
from .conftest import CLIENT, GIVEN, give, oauth_on


def address_of(url: str) -> AccountAddress:
    return AccountAddress.parse(url, setting="base_url", example="https://acme.zendesk.com")


def asked(scripted: Scripted) -> list[Any]:
    return [each.body for each in scripted.asked if each.path == "/oauth/tokens"]


def bearer(source: TokenSource, within: float = 60) -> str:
    request = source.sign(within)(requests.Request("GET", "http://x").prepare())
    return request.headers["Authorization"]


@pytest.fixture
def source(scripted: Scripted, clock: SteppedClock) -> TokenSource:
    give(scripted, Answer(body=GIVEN))
    return TokenSource(address_of(scripted.url), CLIENT, clock)


def test_a_token_is_asked_for_with_its_life_and_its_scope(source: TokenSource, scripted: Scripted) -> None:
    assert bearer(source) == "Bearer tok-1"
    assert asked(scripted) == [
        {
            "grant_type": "client_credentials",
            "client_id": "the-client-id",
            "client_secret": "the-client-secret",
            "scope": "read write",
            "expires_in": 7200,
        }
    ]
    assert "Authorization" not in scripted.asked[0].headers


def test_one_token_serves_until_it_is_renewed_before_its_end(
    source: TokenSource, scripted: Scripted, clock: SteppedClock
) -> None:
    give(scripted, Answer(body=GIVEN), Answer(body=GIVEN | {"access_token": "tok-2"}))
    assert bearer(source) == "Bearer tok-1"
    clock.elapse(LIFE * 3 / 4 - timedelta(seconds=1))
    assert bearer(source) == "Bearer tok-1"
    clock.elapse(timedelta(seconds=1))
    assert bearer(source) == "Bearer tok-2"
    assert len(asked(scripted)) == 2


def test_whoever_has_little_time_leaves_the_early_renewal_to_others(
    source: TokenSource, scripted: Scripted, clock: SteppedClock
) -> None:
    bearer(source)
    clock.elapse(LIFE * 4 / 5)
    assert bearer(source, within=2) == "Bearer tok-1"
    assert len(asked(scripted)) == 1


@pytest.mark.parametrize("told", ["left out", None, "soon", True, [3]])
def test_a_life_that_is_not_told_is_half_an_hour(
    source: TokenSource, scripted: Scripted, clock: SteppedClock, told: object
) -> None:
    body = {name: value for name, value in GIVEN.items() if name != "expires_in"}
    give(scripted, Answer(body=body if told == "left out" else body | {"expires_in": told}))
    assert source.sign(60).life == timedelta(minutes=30)
    clock.elapse(timedelta(minutes=31))
    bearer(source)
    assert len(asked(scripted)) == 2


def test_a_clock_that_is_set_back_keeps_no_token_alive(
    source: TokenSource, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer(source)
    forward = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: forward + LIFE.total_seconds())
    bearer(source)
    assert len(asked(scripted)) == 2


def test_twenty_threads_ask_once_and_all_get_the_token(source: TokenSource, scripted: Scripted) -> None:
    give(scripted, Answer(body=GIVEN, drip=0.002))
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(bearer(source))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["Bearer tok-1"] * 20
    assert len(asked(scripted)) == 1


def test_nobody_waits_longer_than_their_own_call_may_take_and_the_token_comes_all_the_same(
    source: TokenSource, scripted: Scripted
) -> None:
    give(scripted, Answer(body=GIVEN, drip=0.005))
    with pytest.raises(CannotSignIn, match="has not given a token yet"):
        source.sign(0.05)
    assert bearer(source) == "Bearer tok-1"
    assert len(asked(scripted)) == 1


def test_an_answer_that_never_ends_is_given_up(
    scripted: Scripted, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REQUEST", 0.3)
    give(scripted, Answer(body=GIVEN, drip=0.05))
    with pytest.raises(CannotSignIn, match=r"took too long|no answer came in time"):
        TokenSource(address_of(scripted.url), CLIENT, clock).sign(60)


def test_an_answer_that_is_too_large_is_given_up(source: TokenSource, scripted: Scripted) -> None:
    give(scripted, Answer(body=b" " * (10 * 2**20 + 1)))
    with pytest.raises(CannotSignIn, match="more than 10 MB"):
        source.sign(60)


PERSON = SignInRefused


PASSES = CannotSignIn


ANSWERS: list[tuple[Answer, type[AdapterError], str, str]] = [
    (Answer(400, {"error": "invalid_scope"}), PERSON, 'may not have the scope "read write"', "Allowed scopes"),
    (Answer(400, {"error": "invalid_client"}), PERSON, "does not accept this OAuth client", "auth.client_secret_env"),
    (Answer(400, {"error": "unauthorized_client"}), PERSON, "by its id and secret alone", "Confidential"),
    (Answer(400, {"error": "unsupported_grant_type"}), PERSON, "by its id and secret alone", "Confidential"),
    (Answer(400, {"error": "invalid_request"}), PERSON, "does not give a token for this", "compare the client"),
    (Answer(401, {"error": "invalid_client"}), PERSON, "does not accept this OAuth client", "auth.client_id_env"),
    (Answer(401, b""), PERSON, "does not accept this OAuth client", "auth.client_id_env"),
    (Answer(403, {"error": "access_denied"}), PERSON, "by its id and secret alone (403: access_denied)", "kind"),
    (Answer(403, b"<html>no</html>"), PERSON, "by its id and secret alone (403)", "kind"),
    (Answer(404, b""), PERSON, "there is no token endpoint at this address (404)", "subdomain or base_url"),
    (Answer(422, {"error": "x"}), PERSON, "does not give a token for this request (422: x)", "compare the client"),
    (Answer(302, b"", {"Location": "https://e.example/"}), BadAnswer, "it points to e.example (302)", "own address"),
    (Answer(429, b"", {"Retry-After": "90"}), PASSES, "no more tokens for the moment (429)", "at 2026-01-10 10:01:30"),
    (Answer(429, {"error": "x"}), PASSES, "no more tokens for the moment (429)", "at 2026-01-10 10:01:00"),
    (Answer(500, b"<html>"), PASSES, "an error of its own (500)", "at 2026-01-10 10:00:05"),
    (Answer(502), PASSES, "an error of its own (502)", "status page"),
    (Answer(503, b"", {"Retry-After": "120"}), PASSES, "an error of its own (503)", "at 2026-01-10 10:02:00"),
    (Answer(504), PASSES, "an error of its own (504)", "Pages leave all the same"),
    (Answer(408), PASSES, "an error of its own (408)", "tries again"),
    (Answer(200, b"<!DOCTYPE html>"), PASSES, "something else than JSON (200)", "tries again"),
    (Answer(200, b'{"access_to'), PASSES, "something else than JSON (200)", "tries again"),
    (Answer(200, b""), PASSES, "something else than JSON (200)", "tries again"),
    (Answer(200, {"token": "x"}), PASSES, "there is no token in Zendesk's answer (200)", "tries again"),
    (Answer(200, {"access_token": ""}), PASSES, "there is no token", "tries again"),
    (Answer(200, {"access_token": "a\nb"}), PASSES, "there is no token", "tries again"),
    (Answer(200, GIVEN | {"expires_in": 0}), PERSON, "ends after 0 seconds", "limit on the life of tokens"),
    (Answer(200, GIVEN | {"expires_in": -5}), PERSON, "ends after 0 seconds", "limit on the life of tokens"),
    (Answer(200, GIVEN | {"expires_in": "59"}), PERSON, "ends after 59 seconds", "limit on the life of tokens"),
    (Answer(drop=True), PASSES, "the connection broke off", "tries again"),
    (Answer(200, GIVEN, truncate=3), PASSES, "the connection broke off", "tries again"),
]


@pytest.mark.parametrize(
    ("answer", "kind", "what", "remedy"), ANSWERS, ids=[f"{each[0].status}-{n}" for n, each in enumerate(ANSWERS)]
)
def test_each_answer_of_the_token_endpoint_is_said_in_words_with_its_remedy(
    source: TokenSource, scripted: Scripted, answer: Answer, kind: type[AdapterError], what: str, remedy: str
) -> None:
    give(scripted, answer)
    with pytest.raises(kind) as caught:
        source.sign(60)
    words = str(caught.value)
    assert what in words
    assert remedy in words
    assert "POST /oauth/tokens" in words


def test_nobody_listening_is_said_too(clock: SteppedClock, scripted: Scripted) -> None:
    nowhere = TokenSource(address_of("http://127.0.0.1:1"), CLIENT, clock)
    with pytest.raises(CannotSignIn, match="the connection was refused"):
        nowhere.sign(60)


def test_a_failure_is_remembered_for_a_while_that_grows_and_ends(
    source: TokenSource, scripted: Scripted, clock: SteppedClock
) -> None:
    give(scripted, Answer(500))
    waits = []
    for _ in range(7):
        with pytest.raises(CannotSignIn) as caught:
            source.sign(60)
        assert caught.value.until is not None
        waits.append((caught.value.until - clock.now()).total_seconds())
        for _ in range(50):  # whoever asks meanwhile costs nothing
            with pytest.raises(CannotSignIn):
                source.sign(60)
        clock.elapse(timedelta(seconds=waits[-1]))
    assert waits == [5, 10, 20, 40, 60, 60, 60]
    assert len(asked(scripted)) == 7
    give(scripted, Answer(body=GIVEN))
    assert bearer(source) == "Bearer tok-1"


def test_retry_after_is_honoured(source: TokenSource, scripted: Scripted, clock: SteppedClock) -> None:
    give(scripted, Answer(429, b"", {"Retry-After": "90"}), Answer(body=GIVEN))
    for seconds in (0, 89):
        clock.elapse(timedelta(seconds=seconds))
        with pytest.raises(CannotSignIn):
            source.sign(60)
    assert len(asked(scripted)) == 1
    clock.elapse(timedelta(seconds=1))
    assert bearer(source) == "Bearer tok-1"


def test_while_a_renewal_fails_the_token_at_hand_serves_until_its_end(
    source: TokenSource, scripted: Scripted, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    bearer(source)
    give(scripted, Answer(500))
    clock.elapse(LIFE * 3 / 4)
    for _ in range(29):
        assert bearer(source) == "Bearer tok-1"
        clock.elapse(timedelta(minutes=1))
    assert "could not be renewed yet, and the present one goes on" in caplog.text
    clock.elapse(timedelta(minutes=1))
    with pytest.raises(CannotSignIn):
        source.sign(60)


def test_two_adapters_of_one_account_and_client_share_their_tokens(sandbox: Sandbox, clock: SteppedClock) -> None:
    desk = sandbox.zendesk
    client = OAuthClient(client_id=desk.client_id, client_secret=desk.client_secret)
    both = [ZendeskAdapter(name=n, url=desk.url, oauth=client, statuses=STATUSES, clock=clock) for n in ("a", "b")]
    for adapter in both:
        adapter.whoami()
        adapter.close()
    assert len(sandbox.journal.calls(endpoint="/oauth/tokens")) == 1


def test_nothing_that_is_printed_logged_or_raised_holds_a_secret(
    scripted: Scripted, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    adapter = oauth_on(scripted, clock)
    source = adapter._sign_in
    assert isinstance(source, TokenSource)
    echo = {"error": "invalid_request", "error_description": "bad: the-client-secret of the-client-id"}
    raised = []
    for answer in (Answer(400, echo), Answer(500, b"the-client-secret"), Answer(200, GIVEN)):
        give(scripted, answer)
        clock.elapse(timedelta(minutes=2))
        try:
            source.sign(60)
        except AdapterError as error:
            raised += [str(error), repr(error)]
    scripted.on("GET", "/users/me.json", Answer(401))
    with pytest.raises(NotAllowed) as caught:
        adapter.whoami()
    raised += [str(caught.value), repr(caught.value)]
    held = [adapter, source, CLIENT, source.client, source._session, source._token, vars(source)]
    shown = "\n".join([*raised, caplog.text, *map(repr, held)])
    assert len(raised) == 6
    for secret in ("the-client-secret", "the-client-id", "tok-1"):
        assert secret not in shown


def test_a_netrc_of_the_machine_signs_no_request_for_a_token(
    scripted: Scripted, clock: SteppedClock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    give(scripted, Answer(body=GIVEN))
    source = TokenSource(address_of(scripted.url), CLIENT, clock)
    source._session.trust_env = True  # as for any helpdesk that is not on this machine
    bearer(source)
    assert "Authorization" not in scripted.asked[0].headers


def test_a_fault_of_the_stand_in_reaches_the_words(
    signed_in: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    sandbox.faults.add(FaultKind.HTML, service="zendesk", path="/oauth/tokens", times=1)
    with pytest.raises(CannotSignIn, match="something else than JSON"):
        signed_in.whoami()
    clock.elapse(timedelta(seconds=5))
    assert signed_in.whoami().role == "admin"
