"""What can go wrong between slabot and Slack, and what is to be done about it?

Promise: every message says what Slack was asked, what it answered and how to mend it; none holds a token, a secret
or a customer's words.

    PagingError                  every error of this package
    ├── TokenError               what was given as a token cannot be one
    ├── BadPayload               a signed request whose body is not what Slack sends; answer 400
    └── SlackError               a call that did not end well; names the method and Slack's code
        ├── SlackRetry           not done; ask again, not before `until`
        ├── SlackPermanent       not done, and asking again changes nothing; says why and the remedy
        ├── SlackHarmless        an update that has nothing left to update; drop it
        └── SlackOutcomeUnknown  it may or may not have been done; look it up before doing it again
"""

from __future__ import annotations

from datetime import datetime

from slabot.domain import SlabotError


class PagingError(SlabotError):
    """Base of what paging raises on purpose."""


class TokenError(PagingError):
    """What was given as a Slack token or signing secret cannot be one; the value itself is not shown."""


class BadPayload(PagingError):
    """A request body that is not what Slack sends; the message says which part."""


class SlackError(PagingError):
    """A call to Slack that did not end well.

    Attributes:
        method: Slack's name of the call: ``chat.postMessage``.
        code: Slack's own error code, or a word of ours where Slack gave none (``timed_out``).
    """

    def __init__(self, message: str, *, method: str, code: str) -> None:
        """Keep the facts beside the message."""
        super().__init__(message)
        self.method = method
        self.code = code


class SlackRetry(SlackError):
    """Not done, and worth asking again.

    Attributes:
        until: the earliest instant at which to ask again; UTC.
    """

    def __init__(self, message: str, *, method: str, code: str, until: datetime) -> None:
        """Keep the instant."""
        super().__init__(message, method=method, code=code)
        self.until = until


class SlackPermanent(SlackError):
    """Not done, and asking again changes nothing until a person has done something.

    Attributes:
        why: what stands in the way, in words.
        remedy: what to do about it, in words.
    """

    def __init__(self, *, method: str, code: str, why: str, remedy: str) -> None:
        """Make the message of both."""
        super().__init__(f"{why} ({method}: {code}). {remedy}", method=method, code=code)
        self.why = why
        self.remedy = remedy


class SlackHarmless(SlackError):
    """There is nothing left to update; nobody misses anything."""


class SlackOutcomeUnknown(SlackError):
    """The connection ended, or Slack failed, after the request may have been acted upon.

    Look for the message with `SlackSender.find` before it is sent again; if that finds nothing, send it marked as a
    repeat.
    """
