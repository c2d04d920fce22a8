"""What can go wrong between slabot and a helpdesk?

Promise: the adapter decides what an answer means and whether it may be tried again; everybody else looks at the
class and its facts, never at the words. Every message names the endpoint and ends with the remedy.

    SlabotError
    └── AdapterError        .endpoint, in the form "GET /api/v2/tickets/4711"
        ├── Gone            the ticket is not there (any more)          do nothing; it is void
        ├── Conflict        somebody changed it since it was read       read again, decide again
        ├── Refused         understood and not done: .field, .reason    do not repeat; a person has to look
        ├── RateLimited     too many calls: .until                      nothing was done; again at .until
        │   └── CallsKept   no call was made: the rest is for people     the same; nothing follows for a single ticket
        ├── Unreachable     no answer: .until if it named a time        nothing was done; again later
        │   ├── CannotSignIn  no token was to be had just now           the same; asked for again by itself
        │   └── Closed      slabot ends, and asks nothing more          the same; after the next start
        ├── OutcomeUnknown  a write may or may not have happened        find_marker, then decide; never repeat blindly
        ├── NotAllowed      the account may not do this: .missing       an admin has to act
        │   ├── SignInRefused   the helpdesk lets nobody in by it       mend the credentials
        │   └── ScopeTooNarrow  its token may not: .scope               widen the scope of the sign-in
        ├── BadAnswer       an answer that makes no sense: .what        again later; other tickets are not touched
        │   ├── TooLarge    an answer of more bytes than we take        ask for less at once
        │   └── NoSuchPlace nothing is at this address there            the account or its plan does not have it
        ├── UnmappedStatus  a status that the policy does not name      complete `statuses` in the policy file
        ├── BadSignature    a webhook that cannot be believed           answer 401
        ├── BadHook         a webhook that says nothing of use          answer 400
        └── BadSettings     the adapter cannot be set up so: .setting   nothing starts

All of them but OutcomeUnknown promise that a write changed nothing: a success that nobody can read is an
OutcomeUnknown too.
"""

from __future__ import annotations

from datetime import UTC, datetime

from slabot.domain import SlabotError


class AdapterError(SlabotError):
    """Something went wrong between slabot and a helpdesk.

    Attributes:
        endpoint: the call it happened on; empty where no call was made.
    """

    def __init__(self, why: str, remedy: str = "", *, endpoint: str = "") -> None:
        """Keep the endpoint as a fact; `why` already names it."""
        super().__init__(why, remedy)
        self.endpoint = endpoint


class Gone(AdapterError):
    """The ticket does not exist, was deleted, or may not be seen by this account.

    Attributes:
        ticket: the helpdesk's id of it.
    """

    def __init__(self, ticket: str, *, endpoint: str) -> None:
        """Name the ticket."""
        super().__init__(
            f"Ticket {ticket} is not there ({endpoint or 'no such number'}): it was deleted, or this account may not "
            "see it",
            "nothing is done about it. If it does exist, give the account access to all tickets",
            endpoint=endpoint,
        )
        self.ticket = ticket


class Conflict(AdapterError):
    """The ticket changed after it was read, so the write was not made.

    Attributes:
        ticket: the helpdesk's id of it.
    """

    def __init__(self, ticket: str, *, endpoint: str, why: str = "it was changed after it was read") -> None:
        """Name the ticket and what changed."""
        super().__init__(
            f"Ticket {ticket} was left as it is ({endpoint}): {why}",
            "read it again and decide again",
            endpoint=endpoint,
        )
        self.ticket = ticket


class Refused(AdapterError):
    """The helpdesk understood the request and will not do it; repeating it changes nothing.

    Attributes:
        field: what it objects to, in the helpdesk's own name (``status``); ``base`` where it names none.
        reason: the helpdesk's words.
    """

    def __init__(self, field: str, reason: str, *, endpoint: str, remedy: str = "") -> None:
        """Name the field and the reason."""
        remedy = remedy or "change that in the helpdesk, or do this step by hand"
        super().__init__(f"The helpdesk refused {endpoint} because of {field}: {reason}", remedy, endpoint=endpoint)
        self.field = field
        self.reason = reason


class RateLimited(AdapterError):
    """Too many calls. Nothing was done.

    Attributes:
        until: the instant, UTC, from which the call may be made again.
    """

    def __init__(self, until: datetime, *, endpoint: str, why: str = "the helpdesk takes no more calls") -> None:
        """Name the instant."""
        super().__init__(
            f"{endpoint} has to wait until {_clock(until)}: {why}",
            "it is tried again then. If this happens often, sweep less often or raise the account's API limit",
            endpoint=endpoint,
        )
        self.until = until


class CallsKept(RateLimited):
    """slabot itself made no call, so that people have the rest of what the account allows."""

    def __init__(
        self, until: datetime, *, endpoint: str, why: str = "the rest of the account's calls is kept for people"
    ) -> None:
        """Name the instant."""
        super().__init__(until, endpoint=endpoint, why=why)


class Unreachable(AdapterError):
    """No answer, or an answer that says "not now". Nothing was done.

    Attributes:
        cause: what happened instead.
        until: when the helpdesk asked to be tried again, UTC; None if it did not say.
    """

    def __init__(self, why: str, *, endpoint: str, until: datetime | None = None) -> None:
        """Name what happened."""
        when = "later" if until is None else f"at {_clock(until)}, as it asked"
        super().__init__(
            f"The helpdesk could not be reached for {endpoint}: {why}",
            f"it is tried again {when}. If this lasts, check the address, the network and the helpdesk's status page",
            endpoint=endpoint,
        )
        self.cause = why
        self.until = until


class CannotSignIn(Unreachable):
    """No token could be had, for a reason that passes by itself. Nothing was done."""

    def __init__(self, why: str, *, endpoint: str, until: datetime | None = None) -> None:
        """Name what happened; `until` is when a token is asked for again."""
        again = "soon" if until is None else f"at {_clock(until)}"
        AdapterError.__init__(
            self,
            f"slabot could not sign in ({endpoint}): {why}",
            f"it tries again {again}. Pages leave all the same. "
            "If this lasts, look at the helpdesk's status page and at the network",
            endpoint=endpoint,
        )
        self.cause = why
        self.until = until


class Closed(Unreachable):
    """The adapter was closed, so nothing was asked; a read that was under way is given up."""

    def __init__(self, *, endpoint: str) -> None:
        """Name the call."""
        AdapterError.__init__(
            self,
            f"{endpoint} was not carried out, because slabot is ending",
            "it is done after the next start",
            endpoint=endpoint,
        )
        self.cause = "slabot is ending"
        self.until = None


class OutcomeUnknown(AdapterError):
    """A write was sent and its answer was lost: it may or may not have happened.

    Attributes:
        cause: how the answer was lost.
    """

    def __init__(self, why: str, *, endpoint: str) -> None:
        """Name what happened."""
        super().__init__(
            f"Nobody can say whether {endpoint} was carried out: {why}",
            "look for its mark in the ticket's history before anything is sent again",
            endpoint=endpoint,
        )
        self.cause = why


class NotAllowed(AdapterError):
    """The account is unknown to the helpdesk, or may not do this.

    Attributes:
        missing: what is lacking, in words.
    """

    def __init__(self, missing: str, *, endpoint: str, remedy: str) -> None:
        """Name what is lacking and who can give it."""
        super().__init__(f"slabot may not do {endpoint}: {missing}", remedy, endpoint=endpoint)
        self.missing = missing


class SignInRefused(NotAllowed):
    """The helpdesk does not accept the credentials, whatever is asked of it: nothing follows for a single ticket."""


class ScopeTooNarrow(NotAllowed):
    """The token that slabot signs in with is not good for this call.

    Attributes:
        scope: what the call needs.
    """

    def __init__(self, scope: str, *, endpoint: str, said: str) -> None:
        """Name the scope; `said` is what the helpdesk answered."""
        remedy = (
            f'write {scope} into auth.scope of the policy file (usual is "read write"), and see that the client\'s '
            "Allowed scopes in the helpdesk's Admin Center hold it"
        )
        missing = f'the OAuth token is not good for it ({said}): it needs the global scope "{scope}"'
        super().__init__(missing, endpoint=endpoint, remedy=remedy)
        self.scope = scope


class BadAnswer(AdapterError):
    """An answer that makes no sense: a page for people, broken JSON, another host.

    Attributes:
        what: what came instead.
    """

    def __init__(self, what: str, *, endpoint: str, remedy: str = "") -> None:
        """Name what came."""
        remedy = remedy or "it is asked again later; if this lasts, check the address and any proxy on the way"
        super().__init__(f"The answer to {endpoint} cannot be used: {what}", remedy, endpoint=endpoint)
        self.what = what


class TooLarge(BadAnswer):
    """An answer of more bytes than slabot takes at once."""


class NoSuchPlace(BadAnswer):
    """Nothing is at the address that was asked: the account, or its plan, does not have it."""


class UnmappedStatus(AdapterError):
    """A status that the policy file does not map to a category.

    Attributes:
        status: as the helpdesk names it.
    """

    def __init__(self, status: str, *, helpdesk: str) -> None:
        """Name the status."""
        super().__init__(
            f'The status "{status}" of helpdesk {helpdesk} stands for no category',
            f"add it under helpdesks.{helpdesk}.statuses in the policy file, for example   {status}: pending",
        )
        self.status = status


class BadSignature(AdapterError):
    """A webhook delivery that is not signed by this helpdesk, or not now."""

    def __init__(self, why: str, *, remedy: str = "") -> None:
        """Say what is wrong; never show what was expected."""
        remedy = remedy or "check that the signing secret is the one of this very webhook, and this machine's clock"
        super().__init__(f"The webhook delivery was not believed: {why}", remedy)


class BadHook(AdapterError):
    """A webhook delivery that is signed and says nothing that slabot can use."""

    def __init__(self, why: str, *, remedy: str) -> None:
        """Say what is wrong and what to configure."""
        super().__init__(f"The webhook delivery could not be used: {why}", remedy)


class BadSettings(AdapterError):
    """The adapter cannot be set up with these settings.

    Attributes:
        setting: its name in the policy file.
    """

    def __init__(self, setting: str, why: str, *, remedy: str) -> None:
        """Name the setting."""
        super().__init__(f"{setting}: {why}", remedy)
        self.setting = setting


def _clock(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
