"""How does one HTTP request to a helpdesk go out, and what comes back?

Promise: credentials go to the configured host and to no other, redirects are not followed, every call has a
time limit for all of it, from the look-up of the name to the last byte, an answer has a limit in bytes, and a request
that changes something is sent once. What is not a plain success leaves here as one of `adapters.errors`. Closing the
session, from any thread, ends the call that is under way.

Only GETs are tried again (tenacity), and only where no answer came: at most `TRIES` times within `PATIENCE`.
"""

from __future__ import annotations

import http.cookiejar
import ssl
import time
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
import tenacity
import urllib3.exceptions
from requests.auth import AuthBase

from adapters.base import Clock, RateBudget
from adapters.errors import AdapterError, BadAnswer, CannotSignIn, Closed, OutcomeUnknown, TooLarge, Unreachable
from adapters.http.address import AccountAddress
from adapters.http.sign_in import SignIn
from slabot.outside import OVERHEAD, Aborted, AbortSignal, Limit, LimitedAdapter, left, read_body

CONNECT = 5.0  # seconds to reach the helpdesk
READ = 30.0  # seconds of silence on an open connection
WHOLE = 60.0  # seconds for one request with its answer
BODY = 10 * 2**20  # bytes of one answer, unpacked
TRIES = 3  # of a GET
PATIENCE = 15.0  # seconds for all tries of a GET, pauses included
UNAUTHORIZED = 401
IDLE = 15.0  # seconds after which a kept connection is not trusted to carry a write

Lost: TypeAlias = requests.RequestException | urllib3.exceptions.HTTPError | OSError


class HttpSession(requests.Session):
    """A requests session on our terms. One for each thread.

    A helpdesk's own session says what its answers mean (`judge`), and may look at each of them (`look_at`).
    """

    def __init__(self, address: AccountAddress, *, sign_in: SignIn, clock: Clock, budget: RateBudget | None) -> None:
        """Open nothing yet. No budget: what the answers say of limits is about other calls than the account's."""
        super().__init__()
        for prefix in ("https://", "http://"):
            self.mount(prefix, LimitedAdapter())
        self.headers.update({"User-Agent": "slabot", "Accept": "application/json"})
        self.trust_env = not address.is_loopback  # proxies and CA files of the machine, not for the machine itself
        self.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self._address = address
        self._sign_in = sign_in
        self._clock = clock
        self._budget = budget
        self._signal = AbortSignal()
        self._used = time.monotonic()

    def within(self, seconds: float | None) -> Limit:
        """Limit all calls made inside, tries and pauses included, to so many seconds in all."""
        return Limit() if seconds is None else Limit(seconds)

    def close(self) -> None:
        """End for good: what is under way in another thread ends now, and nothing is asked any more."""
        self._signal.abort()
        super().close()

    def hang_up(self) -> None:
        """Give back the connection; the next request makes another one."""
        super().close()

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request; its answer is a success with its whole body read.

        Raises:
            AdapterError: anything else.
        """
        verb = (method if isinstance(method, str) else method.decode()).upper()
        where = url if isinstance(url, str) else url.decode()
        endpoint = self._endpoint(verb, where)
        if verb != "GET":
            return self._once(verb, where, endpoint, kwargs)
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_try_again),
            stop=tenacity.stop_after_attempt(TRIES) | tenacity.stop_before_delay(min(PATIENCE, left())),
            wait=tenacity.wait_exponential(multiplier=0.5, max=4) + tenacity.wait_random(0, 0.5),
            sleep=lambda seconds: self._clock.elapse(timedelta(seconds=seconds)),
            reraise=True,
        )
        return tries(self._once, verb, where, endpoint, kwargs)

    def judge(self, response: requests.Response, *, endpoint: str, now: datetime) -> None:
        """Pass a success; raise what anything else means."""
        raise NotImplementedError

    def look_at(self, response: requests.Response, endpoint: str) -> None:
        """Take note of an answer before it is judged."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: no redirect is ever followed, nor its body read in search of one."""

    def _once(self, verb: str, url: str, endpoint: str, kwargs: dict[str, Any]) -> requests.Response:
        response = self._signed(verb, url, endpoint, kwargs)
        now = self._clock.now()
        if self._budget is not None:
            self._budget.observe(response.headers, now)
        self.look_at(response, endpoint)
        self.judge(response, endpoint=endpoint, now=now)
        return response

    def _signed(self, verb: str, url: str, endpoint: str, kwargs: dict[str, Any]) -> requests.Response:
        """The answer to a signed request; after a 401, to the same one signed anew: nothing was done, also by a write.

        Raises:
            AdapterError: no answer, or nothing to sign with.
        """
        signed = self._sign(endpoint)
        response = self._sent(verb, url, endpoint, {**kwargs, "auth": signed})
        if response.status_code == UNAUTHORIZED and self._sign_in.refused(signed):
            signed = self._sign(endpoint)
            response = self._sent(verb, url, endpoint, {**kwargs, "auth": signed})
            if response.status_code == UNAUTHORIZED:
                self._sign_in.refused(signed)
        if response.status_code != UNAUTHORIZED:
            self._sign_in.accepted(signed)
        return response

    def _sign(self, endpoint: str) -> AuthBase:
        try:
            with Limit(signal=self._signal):
                return self._sign_in.sign(min(WHOLE, left()))
        except (AdapterError, Aborted):
            if self._signal.aborted:
                raise Closed(endpoint=endpoint) from None
            raise

    def _sent(self, verb: str, url: str, endpoint: str, kwargs: dict[str, Any]) -> requests.Response:
        if self._signal.aborted:
            raise Closed(endpoint=endpoint)
        if left() <= 0:
            raise Unreachable("there was no time left for it", endpoint=endpoint)
        if verb != "GET" and time.monotonic() - self._used > IDLE:
            self.hang_up()  # the other side may have hung up: a write starts on a fresh connection
        kwargs = {**kwargs, "allow_redirects": False, "stream": True, "timeout": (CONNECT, READ)}
        limit = Limit(WHOLE, most_bytes=BODY + OVERHEAD, signal=self._signal)
        try:
            with limit, super().request(verb, url, **kwargs) as response:
                body = read_body(response, most=BODY)
                complete = len(body) <= BODY
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self.hang_up()
            raise self._lost(error, limit, verb, endpoint) from None
        if not complete:
            self.hang_up()
            raise _too_large(verb, endpoint)
        response._content = body
        self._used = time.monotonic()
        return response

    def _lost(self, error: Lost, limit: Limit, verb: str, endpoint: str) -> AdapterError:
        """What a request without a full answer means."""
        if limit.overrun:
            return _too_large(verb, endpoint)
        why = "its connection was closed here" if self._signal.aborted else _words(error)
        if verb != "GET" and not _never_sent(error):
            return OutcomeUnknown(why, endpoint=endpoint)
        return Closed(endpoint=endpoint) if self._signal.aborted else Unreachable(why, endpoint=endpoint)

    def _endpoint(self, verb: str, url: str) -> str:
        parts = urlsplit(url)
        endpoint = f"{verb} {parts.path}"
        if (parts.scheme, parts.netloc) != (self._address.scheme, self._address.netloc):
            raise BadAnswer(
                f"it names another host, {parts.hostname}, which is not asked",
                endpoint=endpoint,
                remedy=f"slabot speaks with {self._address.netloc} only; check the address in the policy file",
            )
        return endpoint


def _may_try_again(error: BaseException) -> bool:
    return isinstance(error, Unreachable) and error.until is None and not isinstance(error, CannotSignIn | Closed)


def _too_large(verb: str, endpoint: str) -> AdapterError:
    what = f"more than {BODY // 2**20} MB"
    return TooLarge(what, endpoint=endpoint) if verb == "GET" else OutcomeUnknown(what, endpoint=endpoint)


def _never_sent(error: Lost) -> bool:
    """True only where the request cannot have reached the helpdesk: no connection was made."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
        return True
    reason = _reason(error)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError) or (
        isinstance(reason, urllib3.exceptions.SSLError)
        and any(isinstance(part, ssl.SSLCertVerificationError) for part in reason.args)
    )


def _reason(error: Lost) -> object:
    if isinstance(error, urllib3.exceptions.HTTPError):
        return error  # raised while the body was read
    cause = error.args[0] if error.args else None
    return cause.reason if isinstance(cause, urllib3.exceptions.MaxRetryError) else cause


def _words(error: Lost) -> str:
    """In words, without the address (it may hold an id) and without the classes of a library."""
    reason = _reason(error)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "its name is unknown"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return "the connection was refused"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy cannot be reached"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted, or the encryption failed"
    if isinstance(error, requests.exceptions.Timeout) or isinstance(reason, urllib3.exceptions.TimeoutError):
        return "no answer came in time"
    return "the connection broke off"
