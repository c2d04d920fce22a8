"""Work of the outbox that asks somebody outside instead of telling them.

Promise: it holds no text of a customer, which is read anew when the question is asked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskModel:
    """Ask a language model for evidence in what a customer wrote; the texts are read when it is asked.

    Attributes:
        digest: of these texts; once they read otherwise, another question takes its place.
    """

    digest: str
