"""Call Slack once, and turn its answer into a result or an error.

Promise: a call is made once and never repeated here; it ends in Slack's answer or in one of the errors of
`slabot.channels.errors`. It never waits, and neither a token nor text of a customer reaches a log or an error.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.web import SlackResponse

from slabot.channels.errors import SlackError, SlackPermanent
from slabot.channels.http import WAIT
from slabot.channels.settings import secret_text
from slabot.channels.slack.error_codes import Effect, clean_code, failure, outcome_unknown, retry
from slabot.clock import Clock

BASE_URL = "https://slack.com/api/"
TIMEOUT = 3  # seconds that Slack may take to connect, and then for each part of its answer

_SCOPES = re.compile(r"[a-z:._,\- ]{1,200}")

# The SDK logs whole messages when debugging and whole answers on errors. What matters is in our errors.
_SILENT = logging.getLogger("slabot.channels.slack.sdk")
_SILENT.setLevel(logging.CRITICAL + 1)


class _CloseAnswer(RetryHandler):
    """Closes the answer of a refused call, which the SDK reads and leaves open. Asks for no second try."""

    def can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Never."""
        if isinstance(error, HTTPError):
            error.close()
        return False


NO_RETRIES: list[RetryHandler] = [_CloseAnswer()]


def open_client(token: str, *, base_url: str | None = None, timeout: int = TIMEOUT) -> Callable[[], WebClient]:
    """A factory of clients that never repeat a call by themselves.

    Args:
        token: the bot's, xoxb-…
        base_url: where Slack's methods are, if not at Slack: ``http://127.0.0.1:8081/api``.
        timeout: seconds.

    Raises:
        TokenError: what was given cannot be a token.
    """
    checked = secret_text(token, "Slack's bot token", "It begins with xoxb- and is one word.")

    def client() -> WebClient:
        made = WebClient(
            token=checked, base_url=base_url or BASE_URL, timeout=timeout, retry_handlers=NO_RETRIES, logger=_SILENT
        )
        made.proxy = None  # urllib reads the proxy variables itself, and NO_PROXY as well, which the SDK does not
        return made

    return client


class SlackCalls:
    """Single calls of one client."""

    def __init__(self, client: Callable[[], WebClient], clock: Clock) -> None:
        """`client` makes the client, now; it is shared by all threads, since it keeps no state between calls."""
        self.client = client()
        self.answers = True  # the last call was answered, with whatever; False while nobody answers
        self._clock = clock

    def call(self, method: str, effect: Effect, ask: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
        """Call a method once.

        Args:
            method: Slack's name of it, for errors.
            effect: what it does.
            ask: the client's method.
            arguments: its arguments; those that are None are left out.

        Raises:
            SlackError: one of its four kinds.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        # The error is raised outside of the handlers, so that what the SDK raised (it holds the whole answer) does not
        # travel with it.
        try:
            answer = ask(**given)
            self.answers = True
            return answer
        except SlackApiError as error:
            self.answers = True
            failed = self._answered(method, effect, error.response)
        except URLError as error:
            self.answers = False
            failed = self._not_connected(method, effect, error.reason)
        except Exception as error:
            # The request was on its way: the connection broke, the answer did not come, or it could not be read.
            self.answers = False
            failed = self._broken_off(method, effect, error)
        raise failed

    def _answered(self, method: str, effect: Effect, response: SlackResponse) -> SlackError:
        data = response.data if isinstance(response.data, dict) else {}
        headers = lowered(response.headers)
        needed = data.get("needed")
        return failure(
            method=method,
            effect=effect,
            code=clean_code(data.get("error")),
            status=response.status_code,
            retry_after=headers.get("retry-after"),
            needed=needed if isinstance(needed, str) and _SCOPES.fullmatch(needed) else None,
            now=self._clock.now(),
        )

    def _not_connected(self, method: str, effect: Effect, reason: object) -> SlackError:
        until = self._clock.now() + WAIT
        match reason:
            case ssl.SSLCertVerificationError():
                return SlackPermanent(
                    method=method,
                    code="bad_certificate",
                    why="the certificate of Slack's address is not valid here",
                    remedy="Check slack.api_url, the machine's clock and whether a proxy opens the connection.",
                )
            case socket.gaierror():
                return retry(method, "no_address", "the name of Slack's address is not known", until)
            case ConnectionRefusedError():
                return retry(method, "refused", "Slack's address refuses the connection", until)
            case TimeoutError():
                return retry(method, "no_connection", "Slack's address could not be reached in time", until)
            case ConnectionError():
                # Broken while the request was being sent: whether all of it arrived cannot be told from here.
                return outcome_unknown(method, effect, "broken_off", "the connection to Slack broke off", until)
            case _:
                return retry(method, "no_connection", "Slack's address could not be reached", until)

    def _broken_off(self, method: str, effect: Effect, error: Exception) -> SlackError:
        until = self._clock.now() + WAIT
        match error:
            case TimeoutError():
                return outcome_unknown(method, effect, "timed_out", "Slack did not answer in time", until)
            case ConnectionError():
                return outcome_unknown(method, effect, "broken_off", "the connection to Slack broke off", until)
            case _:
                return outcome_unknown(method, effect, "unreadable", "Slack's answer could not be read", until)


def lowered(headers: Mapping[str, Any]) -> dict[str, str]:
    """Headers by their names in small letters; of a repeated one the first."""
    return {
        name.lower(): value[0] if isinstance(value, list) and value else str(value) for name, value in headers.items()
    }
