"""Whom does slabot act as, and by which sign-in?

Promise: Zendesk itself is asked (`users/me`), for its documentation does not say whom the token of an OAuth client acts
as. Zendesk answers strangers too, as an anonymous user; that is no identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests

from adapters.base import Account
from adapters.errors import AdapterError, NotAllowed, SignInRefused
from adapters.http.answers import read_object
from adapters.http.sign_in import SignIn
from adapters.zendesk.client import Client
from adapters.zendesk.fields import mapping
from adapters.zendesk.tokens import TokenSource
from adapters.zendesk.users import read_user
from slabot.domain import Finding, Level

ENDPOINT = "GET /api/v2/users/me.json"
NEEDED = ("read", "write")  # the global scopes; the audits are open to no narrower one
_DROP = "Take email and token_env out of the policy file; OAuth is enough."


@dataclass(frozen=True, slots=True)
class Beside:
    """The older sign-in, where the policy names it beside OAuth.

    Attributes:
        sign_in: None where its variable is not set.
    """

    email: str
    sign_in: SignIn | None


def who_is(client: Client, *, by_oauth: bool = False) -> Account:
    """Who slabot is there.

    Raises:
        NotAllowed: nobody, or an end user.
        AdapterError: it could not be asked.
    """
    return read_account(client.session.get(client.address.url("users/me.json")), by_oauth=by_oauth)


def read_account(response: requests.Response, *, by_oauth: bool) -> Account:
    """Whom an answer of `users/me` names; raises NotAllowed."""
    user = read_user(mapping(read_object(response, endpoint=ENDPOINT).get("user")))
    if user is None and by_oauth:
        raise SignInRefused(
            "the helpdesk gives a token to this OAuth client and knows nobody by it",
            endpoint=ENDPOINT,
            remedy="make a new client in the Admin Center while signed in as the bot's own agent; docs/zendesk.md has "
            "the steps",
        )
    if user is None:
        raise SignInRefused(
            "the helpdesk knows nobody by this e-mail address and token",
            endpoint=ENDPOINT,
            remedy="check both, and that token access is switched on in the Admin Center",
        )
    if not user.is_staff:
        raise NotAllowed(
            f"{user.email or user.name} is an end user there",
            endpoint=ENDPOINT,
            remedy="make it an agent with the role of an admin; docs/zendesk.md says why",
        )
    return Account(id=user.id, name=user.name, email=user.email or "", role=user.role)


def sign_in_findings(sign_in: SignIn) -> Iterator[Finding]:
    """How slabot signs in, and whether the token's scope is wide enough, as far as Zendesk has said it."""
    if not isinstance(sign_in, TokenSource):
        yield Finding(Level.RIGHT, "slabot signs in by an API token")
        return
    token = sign_in.sign(within=0)  # the one of the call before
    scope = token.scope or sign_in.client.scope
    minutes = int(token.life.total_seconds() // 60)
    lacking = [name for name in NEEDED if name not in scope.split()]
    words = f'slabot signs in by OAuth, with the scope "{scope}"; each token is good for {minutes} minutes'
    if lacking:
        yield Finding(
            Level.WRONG,
            f"{words}. The scope lacks {' and '.join(lacking)}: the audits of a ticket need the global read, and "
            "whatever slabot writes needs write",
            'Write scope: "read write" under auth, and see that the client\'s Allowed scopes hold both.',
        )
    else:
        yield Finding(Level.RIGHT, words)


def try_beside(beside: Beside, open_client: Callable[[SignIn], Client], known: Account | None) -> Finding:
    """Try the older way as well; `known` is whom OAuth acts as, None where it does not work."""
    if beside.sign_in is None:
        return Finding(
            Level.NOTICE, "The API token beside OAuth was not tried, for the variable of token_env is not set", _DROP
        )
    client = open_client(beside.sign_in)
    try:
        found = who_is(client)
    except NotAllowed:
        remedy = _DROP if known is not None else "Mend the OAuth client; there is no other way in."
        return Finding(Level.NOTICE, "The API token beside OAuth is not accepted (any more)", remedy)
    except AdapterError as error:
        return Finding(Level.UNKNOWN, "The API token beside OAuth could not be tried", f"{error}.")
    finally:
        client.close()
    if known is None:
        return Finding(
            Level.NOTICE,
            f"The API token beside OAuth works, as {found.email}, and is not used while the policy gives auth",
            "Mend the OAuth client, or take auth out until it is; all API tokens stop on 2027-04-30.",
        )
    if found.id != known.id:
        return Finding(
            Level.NOTICE,
            f"The API token beside OAuth works too, but acts as {found.email}, and OAuth as {known.email}: what the "
            "one wrote is not taken for slabot's own by the other",
            f"Make the OAuth client anew while signed in as {found.email}, or add {found.email} to bots.",
        )
    return Finding(Level.NOTICE, "Both ways of signing in work, as the same agent; slabot uses OAuth", _DROP)
