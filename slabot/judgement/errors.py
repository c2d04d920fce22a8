"""What can be wrong with the words by which texts are judged, and with what a language model says of them.

SlabotError
├── ModelAnswerError   the answer of a language model that is not taken
└── PhraseError        a phrase of a lexicon, or of the policy, that cannot be read
"""

from __future__ import annotations

from enum import Enum

from slabot.domain.errors import SlabotError


class PhraseError(SlabotError):
    """A phrase that cannot be read."""

    def __init__(self, phrase: str, why: str, remedy: str) -> None:
        super().__init__(f'the phrase "{phrase}" {why}', remedy)
        self.phrase, self.why = phrase, why


class AnswerFault(Enum):
    """Why the answer of a language model is not taken; the value is said to people."""

    NOT_JSON = "it is no JSON"
    OUT_OF_SCHEMA = "it does not keep to the schema"
    NOT_QUOTED = "it quotes words that do not stand in the text"


class ModelAnswerError(SlabotError):
    """The answer of a language model that is not taken.

    Attributes:
        fault: why not.
    """

    def __init__(self, fault: AnswerFault, detail: str = "") -> None:
        """`detail` holds no words of the answer."""
        super().__init__(fault.value + (f" ({detail})" if detail else ""), "the reader's judgement stands")
        self.fault = fault
