"""Which token is Zendesk asked with, and when is the next one asked for? Over real HTTP."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from adapters.base import OAuthClient
from adapters.errors import AdapterError, BadAnswer, CannotSignIn, NotAllowed, ScopeTooNarrow, SignInRefused
from adapters.http.address import AccountAddress
from adapters.zendesk import tokens
from adapters.zendesk.adapter import ZendeskAdapter
from adapters.zendesk.tokens import LIFE, TokenSource
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import ME, STATUSES, Answer, Scripted

CLIENT = OAuthClient(client_id="the-client-id", client_secret="the-client-secret")
GIVEN = {"access_token": "tok-1", "token_type": "bearer", "scope": "read write", "expires_in": 7200}
Source = Callable[..., TokenSource]


def address_of(url: str) -> AccountAddress:
    return AccountAddress.parse(url, setting="base_url", example="https://acme.zendesk.com")


def give(scripted: Scripted, *answers: Answer) -> None:
    scripted.on_path("POST", "/oauth/tokens", *answers)


def asked(scripted: Scripted) -> list[Any]:
    return [each.body for each in scripted.asked if each.path == "/oauth/tokens"]


def bearer(source: TokenSource, within: float = 60) -> str:
    request = source.sign(within)(requests.Request("GET", "http://x").prepare())
    return request.headers["Authorization"]


@pytest.fixture
def source(scripted: Scripted, clock: SteppedClock) -> TokenSource:
    give(scripted, Answer(body=GIVEN))
    return TokenSource(address_of(scripted.url), CLIENT, clock)


@pytest.fixture
def signed_in(sandbox: Sandbox, clock: SteppedClock) -> Iterator[ZendeskAdapter]:
    """The adapter on the stand-in, by OAuth."""
    desk = sandbox.zendesk
    client = OAuthClient(client_id=desk.client_id, client_secret=desk.client_secret)
    adapter = ZendeskAdapter(name="acme", url=desk.url, oauth=client, statuses=STATUSES, clock=clock)
    yield adapter
    adapter.close()


# -- what is asked, and when ---------------------------------------------------------------------------------------


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


# -- threads -------------------------------------------------------------------------------------------------------


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


# -- what the endpoint may answer ----------------------------------------------------------------------------------

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


# -- after a failure -----------------------------------------------------------------------------------------------


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


# -- a token that is not let in ------------------------------------------------------------------------------------


def oauth_on(scripted: Scripted, clock: SteppedClock) -> ZendeskAdapter:
    return ZendeskAdapter(name="acme", url=scripted.url, oauth=CLIENT, statuses=STATUSES, clock=clock)


def test_after_a_401_the_same_call_is_made_once_more_with_another_token(
    scripted: Scripted, clock: SteppedClock
) -> None:
    give(scripted, Answer(body=GIVEN), Answer(body=GIVEN | {"access_token": "tok-2"}))
    scripted.on("GET", "/users/me.json", Answer(401), Answer(body=ME))
    assert oauth_on(scripted, clock).whoami().id == "900"
    sent = [each.headers["Authorization"] for each in scripted.of("GET", "/users/me.json")]
    assert sent == ["Bearer tok-1", "Bearer tok-2"]


def test_a_write_too_is_made_once_more_after_a_401_for_nothing_was_done(
    signed_in: ZendeskAdapter, sandbox: Sandbox
) -> None:
    ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
    seen = signed_in.fetch(str(ticket)).version
    sandbox.zendesk.oauth.revoke_tokens()
    signed_in.set_category(str(ticket), Category.PENDING, seen=seen, marker="m")
    assert [call.status for call in sandbox.journal.calls(method="PUT")] == [401, 200]
    assert sandbox.zendesk.account.tickets[ticket].status == "open"


def test_a_token_that_dies_at_once_is_said_in_words_and_is_no_hot_loop(
    signed_in: ZendeskAdapter, sandbox: Sandbox
) -> None:
    sandbox.zendesk.oauth.set_tokens(dies_at_once=True)
    with pytest.raises(NotAllowed, match="does not accept the OAuth token that it gave a moment ago"):
        signed_in.whoami()
    for _ in range(20):
        with pytest.raises(NotAllowed, match="gives tokens to this OAuth client and then does not let them in"):
            signed_in.whoami()
    assert len(sandbox.journal.calls(endpoint="/oauth/tokens")) == 2
    assert len(sandbox.journal.calls(endpoint="users/me")) == 2


def test_it_goes_on_by_itself_once_tokens_live_again(
    signed_in: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    sandbox.zendesk.oauth.set_tokens(dies_at_once=True)
    with pytest.raises(NotAllowed):
        signed_in.whoami()
    sandbox.zendesk.oauth.set_tokens()
    clock.elapse(timedelta(seconds=5))
    assert signed_in.whoami().email == sandbox.zendesk.email


def test_a_revoked_client_is_said_and_a_restored_one_needs_no_restart(
    signed_in: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    signed_in.whoami()
    sandbox.zendesk.oauth.revoke_client(sandbox.zendesk.client_id)
    with pytest.raises(NotAllowed, match="does not accept this OAuth client with this secret"):
        signed_in.whoami()
    sandbox.zendesk.oauth.restore_client(sandbox.zendesk.client_id)
    clock.elapse(timedelta(minutes=1))
    assert signed_in.whoami().role == "admin"


def test_a_scope_that_is_too_narrow_names_the_call_and_what_it_needs(sandbox: Sandbox, clock: SteppedClock) -> None:
    desk = sandbox.zendesk
    ticket = str(desk.people.create_ticket("ana@customer.example", "Help", "It is down"))
    client = OAuthClient(
        client_id=desk.client_id, client_secret=desk.client_secret, scope="tickets:read users:read organizations:read"
    )
    adapter = ZendeskAdapter(name="acme", url=desk.url, oauth=client, statuses=STATUSES, clock=clock)
    with pytest.raises(ScopeTooNarrow, match=rf'GET /api/v2/tickets/{ticket}/audits.json.*global scope "read"') as it:
        adapter.find_marker(ticket, "m")
    assert it.value.scope == "read"
    assert not adapter.fetch(ticket).ticket.history_complete  # it is paged about all the same, and not written to
    with pytest.raises(ScopeTooNarrow, match='global scope "write"') as it:
        adapter.add_note(ticket, "x", marker="m")
    adapter.close()


def test_a_client_that_is_revoked_in_the_middle_of_a_ticket_says_nothing_about_the_ticket(
    scripted: Scripted, clock: SteppedClock
) -> None:
    give(scripted, Answer(body=GIVEN), Answer(401, {"error": "invalid_client"}))
    scripted.on("GET", "/tickets/7.json", Answer(body={"ticket": {"id": 7}}))
    scripted.on("GET", "/tickets/7/audits.json", Answer(401))
    with pytest.raises(SignInRefused, match="does not accept this OAuth client"):
        oauth_on(scripted, clock).fetch("7")


# -- what is shared, and what is never shown -----------------------------------------------------------------------


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
