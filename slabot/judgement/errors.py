"""What can be wrong with the words by which texts are judged.

SlabotError
└── PhraseError   a phrase of a lexicon, or of the policy, that cannot be read
"""

from __future__ import annotations

from slabot.domain.errors import SlabotError


class PhraseError(SlabotError):
    """A phrase that cannot be read."""

    def __init__(self, phrase: str, why: str, remedy: str) -> None:
        super().__init__(f'the phrase "{phrase}" {why}', remedy)
        self.phrase, self.why = phrase, why
