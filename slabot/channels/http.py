"""Send one HTTP request to a receiver, and read its answer.

Promise: it is sent once, to the host of its address and to no other; redirects are not followed. It ends within its
time whatever the network does, names and encryption included, and no more of an answer is read than is needed.
"""

from __future__ import annotations

import http.cookiejar
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from slabot.channels import refusals
from slabot.channels.errors import SendOutcomeUnknown, SendPermanent, SendRetry
from slabot.channels.settings import is_loopback
from slabot.clock import Clock
from slabot.domain import utc
from slabot.outside import OVERHEAD, Limit, LimitedAdapter, read_body

WHOLE = 5.0  # seconds for a request with its answer; less than after which the runtime calls an outcome unknown
CONNECT = 3.0  # seconds to reach the receiver
BODY = 16 * 2**10  # bytes of an answer that are read
WAIT = timedelta(seconds=5)  # before asking again where the other side names no time
LONGEST_WAIT = timedelta(minutes=10)  # a Retry-After beyond this is not believed
UNBELIEVED = timedelta(minutes=1)  # what is waited then


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
        complete: True if that is all of it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True


class Loss(Enum):
    """How an answer was lost; the value says it, without the address."""

    NO_NAME = "its name is not known"
    REFUSED = "the connection was refused"
    NOT_CONNECTED = "it could not be connected to"
    NOT_IN_TIME = "it could not be reached in time"
    PROXY = "the proxy cannot be reached"
    UNTRUSTED = "its certificate is not trusted"
    BAD_ADDRESS = "its address cannot be used"
    NO_ANSWER = "no answer came in time"
    BROKEN_OFF = "the connection broke off"
    UNREADABLE = "its answer could not be read"

    @property
    def sent(self) -> bool:
        """False only where the request cannot have reached the receiver."""
        return self in (Loss.NO_ANSWER, Loss.BROKEN_OFF, Loss.UNREADABLE)

    @property
    def passes(self) -> bool:
        """False where it does not pass by itself."""
        return self not in (Loss.UNTRUSTED, Loss.BAD_ADDRESS)


class NotAnswered(Exception):
    """There is no answer.

    Attributes:
        loss: why not.
    """

    def __init__(self, loss: Loss) -> None:
        """Keep the fact."""
        super().__init__(loss.value)
        self.loss = loss


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    to: Receiver,
    refused: Callable[[Answered], tuple[str, str]],
    clock: Clock,
    *,
    accepted: Callable[[Answered], bool] = lambda _: True,
) -> None:
    """Post a body, once; returns if it was accepted.

    Args:
        url: checked before (`slabot.channels.settings.web_receiver`).
        body: as it is sent.
        headers: of the request.
        to: who takes it.
        refused: why, and the remedy, for an answer that refuses for good.
        clock: of the process.
        accepted: False for an answer that is a success by its status, and not what this receiver says then.

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
        why = f"{to.name}: {lost.loss.value}"
        if not lost.loss.passes:
            failed = SendPermanent(why=why, remedy=to.check)
        elif lost.loss.sent:
            failed = SendOutcomeUnknown(refusals.outcome_unknown(why, same_key=to.same_key))
        else:
            failed = SendRetry(refusals.later(why, now + WAIT), until=now + WAIT)
    else:
        if 200 <= answer.status < 300 and accepted(answer):
            return
        if answer.status < 300:
            why = f"{to.name}: it answered with something else than it does to say yes (HTTP {answer.status})"
            failed = SendOutcomeUnknown(refusals.outcome_unknown(why, same_key=to.same_key))
        elif answer.status in (408, 429) or answer.status >= 500:
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
    named = timedelta(seconds=int(digits)) if len(digits) < 10 else LONGEST_WAIT * 2
    return named if named <= LONGEST_WAIT else UNBELIEVED


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float | None = None,
    most: int = BODY,
) -> Answered:
    """Send one request.

    Args:
        method: ``POST`` or ``GET``.
        url: checked before (`web_receiver`).
        body: as it is sent.
        headers: of the request.
        seconds: for all of it; `WHOLE` if None.
        most: bytes of the answer's body that are read.

    Raises:
        NotAnswered: no answer came, or none that could be read.
    """
    limit = Limit(WHOLE if seconds is None else seconds, most_bytes=most + OVERHEAD)
    # A session for each request: pages are rare, and a kept connection may have been closed by the other side.
    with requests.Session() as session, limit:
        for prefix in ("https://", "http://"):
            session.mount(prefix, LimitedAdapter())
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
                headers=dict(headers or {}),
                allow_redirects=False,
                stream=True,
                timeout=(CONNECT, None),
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failed = NotAnswered(Loss.UNREADABLE if limit.overrun else _loss(error))
        else:
            with response:
                named = {name.lower(): value for name, value in response.headers.items()}
                return Answered(response.status_code, named, *_beginning(response, most))
    # Outside of the handler: what requests raised holds the address, which may be a secret.
    raise failed


def _unchanged(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    return prepared


def _beginning(response: requests.Response, most: int) -> tuple[bytes, bool]:
    """The status has been said, so a body that breaks off changes nothing of that."""
    try:
        found = read_body(response, most=most)
    except (urllib3.exceptions.HTTPError, OSError):
        return b"", False
    return found[:most], len(found) <= most


def _loss(error: Exception) -> Loss:
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, urllib3.exceptions.MaxRetryError) else cause
    match error, reason:
        case requests.exceptions.ProxyError(), _:
            return Loss.PROXY
        case _, urllib3.exceptions.NameResolutionError():
            return Loss.NO_NAME
        case requests.exceptions.ConnectTimeout(), _:
            return Loss.NOT_IN_TIME
        case _, urllib3.exceptions.NewConnectionError():
            return Loss.REFUSED if isinstance(reason.__cause__, ConnectionRefusedError) else Loss.NOT_CONNECTED
        case requests.exceptions.SSLError(), urllib3.exceptions.SSLError():
            bad = any(isinstance(part, ssl.SSLCertVerificationError) for part in reason.args)
            return Loss.UNTRUSTED if bad else Loss.BROKEN_OFF
        case requests.exceptions.SSLError(), _:
            return Loss.UNTRUSTED  # there are no certificates where REQUESTS_CA_BUNDLE points
        case requests.exceptions.Timeout() | TimeoutError(), _:
            return Loss.NO_ANSWER
        case ValueError(), _:
            return Loss.BAD_ADDRESS  # InvalidURL, InvalidHeader, …
        case _:
            return Loss.BROKEN_OFF
