"""Send one HTTP request to a receiver, and read its answer.

Promise: it is sent once, to the host of its address and to no other; redirects are not followed. It ends within its
time whatever the network does, names and encryption included, and no more of an answer is read than is needed.
"""

from __future__ import annotations

import http.cookiejar
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from slabot.channels import refusals
from slabot.channels.errors import SendOutcomeUnknown, SendPermanent, SendRetry
from slabot.channels.settings import is_loopback
from slabot.clock import Clock
from slabot.domain import utc

WHOLE = 5.0  # seconds for a request with its answer; less than after which the runtime calls an outcome unknown
CONNECT = 3.0  # seconds to reach the receiver
READ = 4.0  # seconds of silence on an open connection
BODY = 16 * 2**10  # bytes of an answer that are read
WAIT = timedelta(seconds=5)  # before asking again where the other side names no time
LONGEST_WAIT = timedelta(minutes=15)  # a Retry-After beyond this is not believed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who takes posts, as errors speak of them.

    Attributes:
        name: ``the webhook pager``.
        check: what to do where the address is not right.
        same_key: True if a second post of the same body changes nothing there.
    """

    name: str
    check: str
    same_key: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What the receiver said.

    Attributes:
        headers: by their names in small letters.
        body: its beginning.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotAnswered(Exception):
    """There is no answer.

    Attributes:
        why: in words, without the address.
        sent: False only where the request cannot have reached the receiver.
        untrusted: True if the receiver's certificate is not good, which does not pass by itself.
    """

    def __init__(self, why: str, *, sent: bool, untrusted: bool = False) -> None:
        """Keep the facts."""
        super().__init__(why)
        self.why = why
        self.sent = sent
        self.untrusted = untrusted


class TooLong(Exception):
    """Work did not end within its time."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of work, or its error.

    Looking up a name and a server that sends one byte at a time know no limit of their own. So the work is done in a
    thread, which is left behind when its time is over.

    Raises:
        TooLong: it has not ended; it may still do what it was about to do.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def do() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=do, name="bounded call", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TooLong
    return results[0]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    to: Receiver,
    refused: Callable[[Answered], tuple[str, str]],
    clock: Clock,
) -> None:
    """Post a body, once; returns if it was accepted.

    Args:
        url: checked before (`slabot.channels.settings.web_receiver`).
        body: as it is sent.
        headers: of the request.
        to: who takes it.
        refused: why, and the remedy, for an answer that refuses for good.
        clock: of the process.

    Raises:
        SendRetry: it was not reached, or takes it not now.
        SendPermanent: it refuses.
        SendOutcomeUnknown: it may have it.
    """
    failed: SendRetry | SendPermanent | SendOutcomeUnknown
    now = utc(clock.now())
    try:
        answer = request("POST", url, body=body, headers=headers)
    except NotAnswered as lost:
        why = f"{to.name}: {lost.why}"
        if lost.untrusted:
            failed = SendPermanent(why=why, remedy=to.check)
        elif lost.sent:
            failed = SendOutcomeUnknown(refusals.outcome_unknown(why, same_key=to.same_key))
        else:
            failed = SendRetry(refusals.later(why, now + WAIT), until=now + WAIT)
    else:
        if 200 <= answer.status < 300:
            return
        if answer.status in (408, 429) or answer.status >= 500:
            until = now + wait_of(answer.headers.get("retry-after"))
            why = refusals.FAILED if answer.status >= 500 else refusals.NOT_NOW
            failed = SendRetry(refusals.later(f"{to.name}: {why} (HTTP {answer.status})", until), until=until)
        else:
            why, remedy = refused(answer)
            failed = SendPermanent(why=f"{to.name}: {why} (HTTP {answer.status})", remedy=remedy)
    # Outside of the handlers: what requests raised holds the address, which may be a secret.
    raise failed


def wait_of(retry_after: str | None) -> timedelta:
    """What a Retry-After header asks for, in whole seconds; a value that is none, or beyond belief, is replaced."""
    if retry_after is None or not retry_after.strip().isascii() or not retry_after.strip().isdigit():
        return WAIT
    digits = retry_after.strip()
    return min(timedelta(seconds=int(digits)), LONGEST_WAIT) if len(digits) < 10 else LONGEST_WAIT


def request(method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answered:
    """Send one request.

    Args:
        method: ``POST`` or ``GET``.
        url: checked before (`web_receiver`).
        body: as it is sent.
        headers: of the request.

    Raises:
        NotAnswered: no answer came, or none that could be read.
    """
    try:
        return within(WHOLE, lambda: _request(method, url, body, dict(headers or {})))
    except TooLong:
        raise NotAnswered("no answer came in time", sent=True) from None


def _request(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answered:
    # A session for each request: pages are rare, and a kept connection may have been closed by the other side.
    with requests.Session() as session:
        for prefix in ("https://", "http://"):
            session.mount(prefix, HTTPAdapter(max_retries=0, pool_connections=1, pool_maxsize=1))
        session.trust_env = not is_loopback(urlsplit(url).hostname or "")  # proxies, not for this machine itself
        session.auth = _unchanged  # nothing out of a .netrc file
        session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        session.headers["User-Agent"] = "slabot"
        failed: NotAnswered
        try:
            response = session.request(
                method,
                url,
                data=body or None,
                headers=headers,
                allow_redirects=False,
                stream=True,
                timeout=(CONNECT, READ),
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failed = _lost(error)
        else:
            with response:
                named = {name.lower(): value for name, value in response.headers.items()}
                return Answered(response.status_code, named, _beginning(response))
        # Outside of the handler: what requests raised holds the address, which may be a secret.
        raise failed


def _unchanged(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    return prepared


def _beginning(response: requests.Response) -> bytes:
    """The status has been said, so a body that breaks off changes nothing."""
    try:
        found: bytes = response.raw.read(BODY, decode_content=True)
    except (urllib3.exceptions.HTTPError, OSError):
        return b""
    return found


def _lost(error: Exception) -> NotAnswered:
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, urllib3.exceptions.MaxRetryError) else cause
    if isinstance(error, requests.exceptions.ProxyError):
        return NotAnswered("the proxy cannot be reached", sent=False)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return NotAnswered("its name is not known", sent=False)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return NotAnswered("it could not be reached in time", sent=False)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return NotAnswered("the connection was refused", sent=False)
    if isinstance(error, requests.exceptions.SSLError):
        bad = isinstance(reason, urllib3.exceptions.SSLError) and any(
            isinstance(part, ssl.SSLCertVerificationError) for part in reason.args
        )
        return NotAnswered("its certificate is not trusted", sent=False, untrusted=True) if bad else _broken()
    if isinstance(error, requests.exceptions.Timeout):
        return NotAnswered("no answer came in time", sent=True)
    if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.JSONDecodeError):
        return NotAnswered("its address cannot be used", sent=False, untrusted=True)  # InvalidURL, InvalidHeader, …
    return _broken()


def _broken() -> NotAnswered:
    return NotAnswered("the connection broke off", sent=True)
