"""What does Zendesk's token endpoint answer?

Promise: a token with its life, or an error in words that end with the remedy. What passes by itself is `CannotSignIn`,
what a person has to mend `SignInRefused`; nothing of an answer is quoted that may hold a secret.

| answer                                              | is                                          |
|-----------------------------------------------------|---------------------------------------------|
| 2xx with access_token                               | a token; 30 minutes where no life is told   |
| 2xx with a life of less than a minute               | SignInRefused                               |
| any other 2xx (a page for people, broken JSON)      | CannotSignIn                                |
| 3xx                                                 | BadAnswer (never followed)                  |
| 400, 401, 403, 404, other 4xx                       | SignInRefused, by the `error` that it names |
| 408, 5xx                                            | CannotSignIn, until Retry-After             |
| 429                                                 | CannotSignIn, until Retry-After or a minute |
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests

from adapters.base import OAuthClient
from adapters.errors import AdapterError, BadAnswer, CannotSignIn, SignInRefused
from adapters.http.answers import body_of, host_of, retry_after, shorten
from adapters.zendesk.fields import Raw, text

ENDPOINT = "POST /oauth/tokens"
LIFE_UNTOLD = timedelta(minutes=30)  # what Zendesk gives clients by itself; an answer may leave out to say so
SHORTEST = timedelta(minutes=1)  # of less, most would be gone before it is used
LONGEST = timedelta(days=2)  # Zendesk gives no more
RETRY_UNTOLD = timedelta(minutes=1)  # the window of Zendesk's limits; used where a 429 names no time

_CLIENTS = "the Admin Center, Apps and integrations, APIs, OAuth clients"
_UNKNOWN = (
    "compare the variables of auth.client_id_env and auth.client_secret_env with the client in "
    f"{_CLIENTS}; if it was deleted or its secret made anew, docs/zendesk.md says what to do"
)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as Zendesk gave it.

    Attributes:
        scope: what it is good for; empty where the answer does not say.
    """

    secret: str = field(repr=False)
    life: timedelta
    scope: str


def read_token(response: requests.Response, *, client: OAuthClient) -> IssuedToken:
    """The token of a success.

    Raises:
        CannotSignIn: there is none in it.
        SignInRefused: it ends at once.
    """
    status, body = response.status_code, body_of(response)
    secret = text(body.get("access_token"))
    if not body:
        raise CannotSignIn(f"Zendesk answered with something else than JSON ({status})", endpoint=ENDPOINT)
    if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise CannotSignIn(f"there is no token in Zendesk's answer ({status})", endpoint=ENDPOINT)
    life = _life(body.get("expires_in"))
    if life < SHORTEST:
        raise SignInRefused(
            f"the token that Zendesk gives ends after {max(0, int(life.total_seconds()))} seconds",
            endpoint=ENDPOINT,
            remedy=f"look for a limit on the life of tokens at the client in {_CLIENTS}, or make a new client",
        )
    return IssuedToken(secret, min(life, LONGEST), _without_secrets(text(body.get("scope")), client))


def judge_token(response: requests.Response, *, client: OAuthClient, now: datetime) -> None:
    """Pass a success; raise what anything else means."""
    if not 200 <= response.status_code < 300:
        raise _meaning(response, client, now)


def _meaning(response: requests.Response, client: OAuthClient, now: datetime) -> AdapterError:
    status, error = response.status_code, text(body_of(response).get("error"))
    said = _said(response, client)
    until = retry_after(response.headers, now)
    match status:
        case 429:
            why = "Zendesk gives no more tokens for the moment (429)"
            return CannotSignIn(why, endpoint=ENDPOINT, until=until or now + RETRY_UNTOLD)
        case _ if status == 408 or status >= 500:
            why = f"Zendesk's token endpoint answered with an error of its own ({status})"
            return CannotSignIn(why, endpoint=ENDPOINT, until=until)
        case _ if status < 400:
            return BadAnswer(
                f"it points to {host_of(response)} ({status}), and slabot follows no such pointer",
                endpoint=ENDPOINT,
                remedy="write the account's own address (SUBDOMAIN.zendesk.com) in the policy file",
            )
        case 404 | 410:
            return _not_given(
                f"there is no token endpoint at this address ({status})", "check the helpdesk's subdomain or base_url"
            )
    if error == "invalid_scope":
        return _not_given(
            f'the OAuth client may not have the scope "{client.scope}" ({said})',
            f"add {client.scope.replace(' ', ' and ')} to the client's Allowed scopes in {_CLIENTS}",
        )
    if status == 403 or error in ("unauthorized_client", "unsupported_grant_type"):
        return _not_given(
            f"the OAuth client may not sign in by its id and secret alone ({said})",
            f"see that the client's kind is Confidential, in {_CLIENTS}; a client's kind cannot be changed, so make a "
            "new one if it is not",
        )
    if status == 401 or error == "invalid_client":
        return _not_given(f"Zendesk does not accept this OAuth client with this secret ({said})", _UNKNOWN)
    return _not_given(
        f"Zendesk does not give a token for this request ({said})",
        f"compare the client in {_CLIENTS} with docs/zendesk.md, and auth.scope in the policy file",
    )


def _not_given(missing: str, remedy: str) -> SignInRefused:
    return SignInRefused(missing, endpoint=ENDPOINT, remedy=remedy)


def _life(told: object) -> timedelta:
    """How long a token is good for, counted from its request; what makes no sense counts as not told."""
    try:
        seconds = math.nan if isinstance(told, bool) or not isinstance(told, int | float | str) else float(told)
    except ValueError:
        seconds = math.nan
    return timedelta(seconds=min(seconds, LONGEST.total_seconds())) if seconds == seconds else LIFE_UNTOLD


def _said(response: requests.Response, client: OAuthClient) -> str:
    """The status with the helpdesk's own words, if it has any."""
    body: Raw = body_of(response)
    words = ": ".join(filter(None, (text(body.get("error")), text(body.get("error_description")))))
    return f"{response.status_code}{': ' if words else ''}{shorten(_without_secrets(words, client))}"


def _without_secrets(words: str, client: OAuthClient) -> str:
    """An answer may repeat what it was asked."""
    for secret in (client.client_secret, client.client_id):
        words = words.replace(secret, "…")
    return words
