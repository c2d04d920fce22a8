"""What is a courier handed, and what does it promise?

Promise: a dispatch is sent once by a call. Afterwards it is known that it was taken, or that it was not, or it is said
that neither is known. A courier repeats nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from slabot.paging.view import PageView


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One page on its way.

    Attributes:
        key: the page's id, the same whenever it is sent again.
        view: what it says; whether it repeats is said by `repeat`, not by the view.
        repeat: True if an earlier copy may have arrived by this way.
    """

    key: str
    view: PageView
    repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Plain words on their way, about a ticket or about slabot itself.

    Attributes:
        subject: one line that says what it is about.
        text: whole sentences.
        at: when it was written; aware.
        repeat: True if an earlier copy may have arrived by this way.
    """

    key: str
    subject: str
    text: str
    at: datetime
    repeat: bool = False


class Courier(Protocol):
    """Brings pages to people by one way."""

    def send(self, dispatch: Dispatch, to: str) -> None:
        """Send it, once.

        Args:
            dispatch: the page.
            to: the name in the destination: an address, or what the policy calls the receiver.

        Raises:
            SendRetry: not sent; later.
            SendPermanent: not sent, and not before somebody acts.
            SendOutcomeUnknown: it may have arrived; send it again as a repeat.
        """

    def tell(self, notice: Notice, to: str) -> None:
        """Send plain words, once; as `send`."""
