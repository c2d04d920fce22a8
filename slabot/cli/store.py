"""Open the store beside a slabot that may be running on it.

Promise: a command that reads makes no store, and says where it looked for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from slabot.cli.screen import working
from slabot.composition import open_policy_store
from slabot.policy import Policy
from slabot.store import Store


@contextmanager
def policy_store(policy: Policy) -> Iterator[Store]:
    """The store that the policy names, for commands beside the running bot; closed at the end.

    Raises:
        SlabotError: it does not exist yet, or cannot be opened.
    """
    with working("Opening the store"):  # an older one is brought up to date, which may take a while
        store = open_policy_store(policy)
    with store:
        yield store
