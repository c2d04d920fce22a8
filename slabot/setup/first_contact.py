"""Speak with an account for the first time, before there is a policy file and a bot that would try again.

Promise: an account that cannot be asked is told in words about the address that was given, for nothing else can be
wrong yet.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from adapters.errors import Unreachable
from slabot.domain import SlabotError


class NotReached(SlabotError):
    """The account cannot be asked; check its address and the network, or leave its sign-in out to go on without it."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"{url} could not be asked: {why}",
            "check the name of the account and the network, and start again. Nothing was written.",
        )


@contextlib.contextmanager
def first_contact(url: str) -> Iterator[None]:
    """Ask an account at this address something.

    Raises:
        NotReached: nobody answers there.
    """
    try:
        yield
    except Unreachable as error:
        raise NotReached(url, error.cause) from None
