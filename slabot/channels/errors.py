"""The errors of sending: what can go wrong on the way to a receiver, and what to do about it.

Promise: every message says what was asked, what was answered and how to fix it; none holds a token, a secret or text
of a customer.

    PagingError                  every error of this package
    ├── TokenError               what was given as a token cannot be one
    ├── SettingError             a channel's setting that cannot be used; names it and says what would do
    ├── BadPayload               a signed request whose body is not what Slack sends; answer 400
    └── SendError                something that was to be sent did not go out as it should
        ├── SendRetry            not sent; try again, not before `until`
        ├── SendPermanent        not sent, and trying again changes nothing; says why and the remedy
        ├── SendOutcomeUnknown   it may or may not have arrived
        └── SlackError           a call to Slack that did not end well; names the method and Slack's code
            ├── SlackRetry           also a SendRetry
            ├── SlackPermanent       also a SendPermanent
            ├── SlackHarmless        an update that has nothing left to update; drop it
            └── SlackOutcomeUnknown  also a SendOutcomeUnknown; look it up before doing it again
"""

from __future__ import annotations

from datetime import datetime

from slabot.domain import SlabotError
from slabot.domain.sentences import clause


class PagingError(SlabotError):
    """Base of what paging raises on purpose."""


class TokenError(PagingError):
    """What was given as a token, password or signing secret cannot be one; the value itself is not shown."""


class SettingError(PagingError):
    """A setting of a channel that cannot be used; the message names it and says what would do."""


class BadPayload(PagingError):
    """A request body that is not what Slack sends; the message says which part."""


class SendError(PagingError):
    """Something could not be sent, or not as it should have been."""


class SendRetry(SendError):
    """Not sent, and worth trying again.

    Attributes:
        until: the earliest instant at which to try again; UTC.
    """

    def __init__(self, message: str, *, until: datetime) -> None:
        """Keep the instant."""
        SendError.__init__(self, message)
        self.until = until


class SendPermanent(SendError):
    """Not sent, and trying again changes nothing until a person has done something.

    Attributes:
        why: what stands in the way, in words.
        remedy: what to do about it, in words.
    """

    def __init__(self, *, why: str, remedy: str) -> None:
        """Make the message of both."""
        SendError.__init__(self, f"{clause(why)}. {remedy}")
        self.why = why
        self.remedy = remedy


class SendOutcomeUnknown(SendError):
    """The connection ended, or the other side failed, after it may have been taken in.

    What carries a key by which the receiver drops repeats can be sent again as it is; anything else is looked up
    first, or sent again marked as a repeat.
    """


class SlackError(SendError):
    """A call to Slack that did not end well.

    Attributes:
        method: Slack's name of the call: ``chat.postMessage``.
        code: Slack's own error code, or a word of ours where Slack gave none (``timed_out``).
    """

    def __init__(self, message: str, *, method: str, code: str) -> None:
        """Keep the facts beside the message."""
        SendError.__init__(self, message)
        self.method = method
        self.code = code


class SlackRetry(SlackError, SendRetry):
    """Not done, and worth asking again.

    Attributes:
        until: the earliest instant at which to ask again; UTC.
    """

    def __init__(self, message: str, *, method: str, code: str, until: datetime) -> None:
        """Keep the instant."""
        SlackError.__init__(self, message, method=method, code=code)
        self.until = until


class SlackPermanent(SlackError, SendPermanent):
    """Not done, and asking again changes nothing until a person has done something.

    Attributes:
        why: what stands in the way, in words.
        remedy: what to do about it, in words.
    """

    def __init__(self, *, method: str, code: str, why: str, remedy: str) -> None:
        """Make the message of both."""
        SlackError.__init__(self, f"{why} ({method}: {code}). {remedy}", method=method, code=code)
        self.why = why
        self.remedy = remedy


class SlackHarmless(SlackError):
    """There is nothing left to update, and nothing is lost."""


class SlackOutcomeUnknown(SlackError, SendOutcomeUnknown):
    """The connection ended, or Slack failed, after the request may have been acted upon.

    Look for the message with `SlackSender.find` before it is sent again; if that finds nothing, send it marked as a
    repeat.
    """
