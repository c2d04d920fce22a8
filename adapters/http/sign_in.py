"""How does a request say who sends it?

Promise: one way of signing in for all threads of an account. It is asked before each request, told what became of it,
and may sign in anew after a 401, which means that nothing was done.
"""

from __future__ import annotations

from typing import Protocol

import requests
from requests.auth import AuthBase, HTTPBasicAuth


class SignIn(Protocol):
    """A way of signing in."""

    def sign(self, within: float) -> AuthBase:
        """What the next request is signed with. May ask the helpdesk, for so many seconds at most.

        Raises:
            AdapterError: nothing to sign with can be had.
        """

    def accepted(self, signed: AuthBase) -> None:
        """A request that was signed so was let in."""

    def refused(self, signed: AuthBase) -> bool:
        """A request that was signed so was answered with 401; True if it is worth signing anew."""


class BasicSignIn:
    """A user and a password, the same for each request."""

    def __init__(self, user: str, password: str) -> None:
        """Both are sent as they are."""
        self._signed: AuthBase = HTTPBasicAuth(user, password)

    def sign(self, within: float) -> AuthBase:
        """The same each time."""
        return self._signed

    def accepted(self, signed: AuthBase) -> None:
        """Nothing follows."""

    def refused(self, signed: AuthBase) -> bool:
        """There is nothing else to sign with."""
        return False


class _Nobody(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Unsigned(BasicSignIn):
    """For a call that carries its credentials in its body. Not even a .netrc of the machine signs it."""

    def __init__(self) -> None:
        """Sign nothing."""
        self._signed = _Nobody()
