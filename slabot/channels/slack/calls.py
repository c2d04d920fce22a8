"""Call Slack once, and turn its answer into a result or an error.

Promise: a call is made once and never repeated here; it ends in Slack's answer or in one of the errors of
`slabot.channels.errors`. It never waits, and neither a token nor text of a customer reaches a log or an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from slabot.channels.errors import SlackError, SlackPermanent
from slabot.channels.http import WAIT, Loss, NotAnswered
from slabot.channels.slack.client import SlackClient
from slabot.channels.slack.error_codes import CallEffect, clean_code, failure, outcome_unknown, retry
from slabot.clock import Clock

_SCOPES = re.compile(r"[a-z:._,\- ]{1,200}")


class SlackCalls:
    """Single calls of one client."""

    def __init__(self, client: Callable[[], SlackClient], clock: Clock) -> None:
        """`client` makes the client, now; it is shared by all threads, since it keeps no state between calls."""
        self.client = client()
        self.answers = True  # the last call was answered, with whatever; False while nobody answers
        self._clock = clock

    def call(
        self, method: str, effect: CallEffect, ask: Callable[..., SlackResponse], **arguments: Any
    ) -> SlackResponse:
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
        except NotAnswered as error:
            self.answers = False
            failed = self._lost(method, effect, error.loss)
        raise failed

    def _answered(self, method: str, effect: CallEffect, response: SlackResponse) -> SlackError:
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

    def _lost(self, method: str, effect: CallEffect, loss: Loss) -> SlackError:
        until = self._clock.now() + WAIT
        match loss:
            case Loss.UNTRUSTED:
                return SlackPermanent(
                    method=method,
                    code="bad_certificate",
                    why="the certificate of Slack's address is not valid here",
                    remedy="Check slack.api_url, the machine's clock and whether a proxy opens the connection.",
                )
            case Loss.BAD_ADDRESS:
                return SlackPermanent(
                    method=method,
                    code="bad_address",
                    why="Slack's address cannot be used",
                    remedy="Check slack.api_url in the policy, and the proxy in the environment.",
                )
            case Loss.NO_NAME:
                return retry(method, "no_address", "the name of Slack's address is not known", until)
            case Loss.REFUSED:
                return retry(method, "refused", "Slack's address refuses the connection", until)
            case Loss.NOT_IN_TIME:
                return retry(method, "no_connection", "Slack's address could not be reached in time", until)
            case Loss.NOT_CONNECTED | Loss.PROXY:
                return retry(method, "no_connection", "Slack's address could not be reached", until)
            case Loss.NO_ANSWER:
                return outcome_unknown(method, effect, "timed_out", "Slack did not answer in time", until)
            case Loss.BROKEN_OFF:
                return outcome_unknown(method, effect, "broken_off", "the connection to Slack broke off", until)
            case Loss.UNREADABLE:
                return outcome_unknown(method, effect, "unreadable", "Slack's answer could not be read", until)
            case _:
                assert_never(loss)


def lowered(headers: Mapping[str, Any]) -> dict[str, str]:
    """Headers by their names in small letters; of a repeated one the first."""
    return {
        name.lower(): value[0] if isinstance(value, list) and value else str(value) for name, value in headers.items()
    }
