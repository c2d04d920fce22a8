"""Settings of what customers write: how it is judged, and what follows from it.

Promise: without these settings nothing that customers write is judged but by the file's own rules.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictStr

from slabot.domain.suggestions import suggestion
from slabot.judgement import Extension, Lexicon, PhraseError, SeverityLevel, Sign, check_phrase, shipped
from slabot.policy.base import Part
from slabot.policy.scalars import Mode, ModeName, SeverityName, Texts, one_or_many, refuse
from slabot.policy.walk import SchemaMark


class Abstain(StrEnum):
    """What counts where a text bears two severities."""

    UP = "up"
    """The more severe, until somebody says."""
    DOWN = "down"
    NEITHER = "neither"
    """Neither: the helpdesk's own priority or the default."""


def _phrase(value: str) -> str:
    try:
        check_phrase(value)
    except PhraseError as error:
        raise refuse("bad-phrase", f"the phrase {error.why}", error.remedy) from None
    return value


def _entries(value: object) -> object:
    names = [entry.name for entry in shipped().entries]
    value = one_or_many(value)
    for name in value if isinstance(value, list | tuple) else ():
        if isinstance(name, str) and name not in names:
            raise refuse(
                "unknown-entry",
                f'"{name}" is no entry of the lexicons',
                f"slabot classify shows the names of entries{suggestion(name, names)}",
            )
    return value


Phrase = Annotated[StrictStr, AfterValidator(_phrase), SchemaMark.TERM]


class MoreWords(Part):
    """Phrases that show something, beside those of the lexicons."""

    shows: Sign
    phrases: Annotated[tuple[Phrase, ...], BeforeValidator(one_or_many), Field(min_length=1)]


class Reader(Part):
    """How the severity of a request is judged on what was written.

    Attributes:
        mode: off, observe (explanations show what it finds), act.
        levels: what this file calls the four severities of the agreement.
        off: entries of the lexicons that are not looked for.
        more: phrases of this file's own.
    """

    mode: ModeName = Mode.OFF
    abstain: Abstain = Abstain.UP
    levels: dict[SeverityLevel, SeverityName] = Field(default_factory=dict)
    off: Annotated[Texts, BeforeValidator(_entries)] = ()
    more: tuple[MoreWords, ...] = ()

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexicons with this file's changes."""
        more = [Extension(words.shows, phrase) for words in self.more for phrase in words.phrases]
        return shipped().changed(off=self.off, more=more)

    def severity(self, level: SeverityLevel) -> str:
        """What this file calls a severity of the agreement."""
        return self.levels.get(level, level.value)


class ThanksInWait(StrEnum):
    """What a mere thanks is while support waits for the customer."""

    FEEDBACK = "feedback"
    NOTHING = "nothing"


class Replies(Part):
    """What follows from what a reply means.

    Attributes:
        mode: off, observe (explanations show what a reply means), act.
        thanks_in_wait: whether a mere thanks ends a wait.
        solve_on_closing_word: a reply that says no more than that all is well solves the ticket at once, by the mode
            of ``waiting``.
        robot_rounds: after so many automatic replies to automatic messages nothing more is sent before a person looks.
    """

    mode: ModeName = Mode.OFF
    thanks_in_wait: ThanksInWait = ThanksInWait.FEEDBACK
    solve_on_closing_word: StrictBool = False
    robot_rounds: Annotated[int, Field(strict=True, ge=1, le=20)] = 2
