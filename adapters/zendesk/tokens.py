"""Which token is Zendesk asked with, and when is the next one asked for?

Promise: one source for each account in a process, whichever threads use it, and one request for a token under way at
any moment. A token is renewed before it ends; while that fails, the one at hand serves until its end. After a failure
nobody asks for a while, and nobody waits longer than their own call may take. Tokens are kept in memory alone and shown
nowhere.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import requests
from requests.auth import AuthBase

from adapters.base import Clock, OAuthClient
from adapters.errors import AdapterError, CannotSignIn, OutcomeUnknown, SignInRefused, Unreachable
from adapters.http.address import AccountAddress
from adapters.http.session import HttpSession
from adapters.http.sign_in import Unsigned
from adapters.zendesk.token_answers import ENDPOINT, IssuedToken, judge_token, read_token
from slabot.outside import Limit, NoTimeLeft, waiting

log = logging.getLogger(__name__)

# Asked for: more than 300 s and less than 172,800 s, by Zendesk's rule. Long enough that half an hour without the token
# endpoint is not even noticed (EARLY), short enough that a token that leaks is soon worthless.
LIFE = timedelta(hours=2)
EARLY = 4  # a token is renewed when the last quarter of its life begins
REQUEST = 15.0  # seconds for one request for a token, its answer included
AGAIN_FIRST = timedelta(seconds=5)  # after one failure; doubled by each further one
AGAIN_MOST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant on two clocks.

    It has passed as soon as one of them says so: the one that people set may be set back, and the one that only goes
    forward stands still while the machine sleeps, or while time is stepped.
    """

    told: datetime
    forward: float

    def after(self, span: timedelta) -> Moment:
        """The moment that much later."""
        return Moment(self.told + span, self.forward + span.total_seconds())

    def has_come(self, now: Moment) -> bool:
        """True if either clock has reached it."""
        return now.told >= self.told or now.forward >= self.forward


class OAuthToken(AuthBase):
    """One token; signs requests with itself.

    Attributes:
        scope: what it is good for; empty where Zendesk did not say.
        life: how long it is good for in all.
    """

    def __init__(self, given: IssuedToken, *, asked: Moment) -> None:
        """Its life counts from before it was asked for, so it is never taken to be longer than it is."""
        self._secret = given.secret
        self.scope, self.life = given.scope, given.life
        self.ends = asked.after(given.life)
        self.renew_from = asked.after(given.life * (EARLY - 1) / EARLY)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request."""
        request.headers["Authorization"] = f"Bearer {self._secret}"
        return request


class TokenSource:
    """The tokens of one account. A `SignIn`, shared by all threads."""

    def __init__(self, address: AccountAddress, client: OAuthClient, clock: Clock) -> None:
        """Ask for nothing yet."""
        self.client = client
        self._clock = clock
        self._session = _TokenSession(address, client, clock)
        self._changed = threading.Condition()
        self._token: OAuthToken | None = None
        self._asking = False
        self._failure: AdapterError | None = None
        self._again = self._now()
        self._failures = 0  # one after the other, until a token is let in
        self._unproved = 0  # tokens, one after the other, that Zendesk gave and never let in

    def sign(self, within: float) -> OAuthToken:
        """A token that is good now.

        Whoever begins an early renewal waits for it; everybody else goes on with the token at hand.

        Raises:
            CannotSignIn: none is to be had just now, or not in this time.
            SignInRefused: Zendesk gives this client none.
        """
        with self._changed:
            mine = self._begin(within)
        self._wait(mine, within)
        with self._changed:
            if (token := self._held()) is not None:
                return token
            if self._asking or self._failure is None:
                raise CannotSignIn("Zendesk has not given a token yet", endpoint=ENDPOINT)
            raise self._failure.with_traceback(None)

    def _wait(self, mine: bool, within: float) -> None:
        """Wait for the request for a token, where there is a need; not once the adapter is closed that asks."""
        closed = threading.Event()

        def close() -> None:
            closed.set()
            with self._changed:
                self._changed.notify_all()

        def settled() -> bool:
            return closed.is_set() or not self._asking or not (mine or self._held() is None)

        with contextlib.suppress(NoTimeLeft), Limit(within), waiting(close) as seconds, self._changed:
            self._changed.wait_for(settled, seconds)

    def accepted(self, signed: AuthBase) -> None:
        """Zendesk let a token in."""
        if signed is self._token and (self._unproved or self._failures):
            with self._changed:
                self._unproved = self._failures = 0

    def refused(self, signed: AuthBase) -> bool:
        """Zendesk answered a token with 401: it is not used again. Always worth asking for another one."""
        with self._changed:
            if signed is self._token:
                self._token = None
                self._unproved += 1
                if self._unproved > 1:
                    self._fail(_useless(), self._now())
        return True

    def _begin(self, within: float) -> bool:
        """Ask for a token if one is needed and nobody does; True if so. The lock is held.

        In a thread of its own, since the first to need one may have no time to wait for the answer.
        """
        now, held = self._now(), self._held()
        is_good = held is not None and (within < REQUEST or not held.renew_from.has_come(now))
        if self._asking or is_good or (self._failure is not None and not self._again.has_come(now)):
            return False
        self._asking = True
        threading.Thread(target=self._ask, name="zendesk sign-in", daemon=True).start()
        return True

    def _ask(self) -> None:
        asked, given, failure = self._now(), None, None
        try:
            given = self._session.ask()
        except AdapterError as error:
            failure = error
        except Exception as error:  # whatever it is, those who wait must be told
            failure = CannotSignIn(f"an unexpected mistake, {type(error).__name__}", endpoint=ENDPOINT)
        with self._changed:
            if given is not None:
                self._token, self._failure = OAuthToken(given, asked=asked), None
            elif failure is not None:
                self._fail(failure, self._now())
            self._asking = False
            self._changed.notify_all()

    def _fail(self, error: AdapterError, now: Moment) -> None:
        """Remember a failure, and when to ask again. The lock is held."""
        wait = min(AGAIN_FIRST * 2**self._failures, AGAIN_MOST)
        self._failures = min(self._failures + 1, 10)
        if isinstance(error, CannotSignIn):
            wait = max(wait, error.until - now.told) if error.until is not None else wait
            error = CannotSignIn(error.cause, endpoint=ENDPOINT, until=now.told + wait)
        self._failure, self._again = error, now.after(wait)
        if self._held() is not None:  # nobody else hears of it while the token at hand serves
            log.warning("The sign-in could not be renewed yet, and the present one goes on. %s", error)

    def _held(self) -> OAuthToken | None:
        token = self._token
        return None if token is None or token.ends.has_come(self._now()) else token

    def _now(self) -> Moment:
        return Moment(self._clock.now(), time.monotonic())


class _TokenSession(HttpSession):
    """Asks for tokens, one after the other. Limits as of any other call; each on a connection of its own."""

    def __init__(self, address: AccountAddress, client: OAuthClient, clock: Clock) -> None:
        super().__init__(address, sign_in=Unsigned(), clock=clock, budget=None)
        self._client = client

    def ask(self) -> IssuedToken:
        """One request for a token.

        Raises:
            CannotSignIn: it failed for a reason that passes by itself.
            SignInRefused: Zendesk gives this client none.
            BadAnswer: the address points elsewhere.
        """
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "scope": self._client.scope,
            "expires_in": int(LIFE.total_seconds()),  # else the answer does not say how long the token is good for
        }
        try:
            with self.within(REQUEST):
                response = self.post(f"{self._address.root}/oauth/tokens", json=wanted)
        except CannotSignIn:
            raise
        except (OutcomeUnknown, Unreachable) as error:  # a token that nobody received is no harm
            raise CannotSignIn(error.cause, endpoint=ENDPOINT) from None
        finally:
            self.hang_up()
        return read_token(response, client=self._client)

    def judge(self, response: requests.Response, *, endpoint: str, now: datetime) -> None:
        """See `adapters.zendesk.token_answers`."""
        judge_token(response, client=self._client, now=now)


def shared_source(address: AccountAddress, client: OAuthClient, clock: Clock) -> TokenSource:
    """The source of an account and client, the same one for every adapter in this process that speaks with it."""
    with _sharing:
        key = (address.root, client, id(clock))
        source = _shared.get(key)
        if source is None:
            source = _shared[key] = TokenSource(address, client, clock)
        return source


_sharing = threading.Lock()
_shared: WeakValueDictionary[tuple[str, OAuthClient, int], TokenSource] = WeakValueDictionary()


def _useless() -> SignInRefused:
    return SignInRefused(
        "Zendesk gives tokens to this OAuth client and then does not let them in (401)",
        endpoint=ENDPOINT,
        remedy="see in the Admin Center whether the client is being revoked, and whether the agent who made it is "
        "suspended; slabot goes on asking",
    )
