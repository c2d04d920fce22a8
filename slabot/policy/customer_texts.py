"""Which text does a customer get, in which language?

Promise: the most telling language decides, and in it the most telling text: an agreement's before the file's, one for
the ticket's brand or helpdesk before one for all. slabot's own, English and German, stand where the file has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from slabot.policy.base import Part
from slabot.policy.languages import ENGLISH, OURS, is_language, language_name, without_region
from slabot.policy.paths import Path
from slabot.policy.placeholders import filled_in_by_us
from slabot.policy.scalars import HelpdeskName, Text, Texts, one_or_many, refuse
from slabot.policy.walk import SchemaMark

Template = Annotated[Text, AfterValidator(filled_in_by_us), SchemaMark.PROSE, SchemaMark.TEMPLATE]


class CustomerTexts(Part):
    """The texts of one language; one that is left out is taken from where it is given."""

    follow_up: Template | None = None
    reminder: Template | None = None
    solved: Template | None = None


KINDS = tuple(CustomerTexts.model_fields)


class TextsByLanguage(CustomerTexts):
    """Texts for whoever has none in their language, and those by language: ``de: {follow_up: …}``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, CustomerTexts]

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known = {field.alias or name for name, field in cls.model_fields.items()}
        for key, texts in value.items():
            if key in known:
                continue
            if not isinstance(key, str) or not is_language(key):
                raise refuse(
                    "unknown-setting",
                    f'"{key}" is neither a text nor a language',
                    f"use {', '.join(sorted(known))} or a language, such as de: {{follow_up: …}}",
                    under=(key,),
                )
            _check_late_reply(key, texts)
        return value

    @property
    def languages(self) -> Mapping[str, CustomerTexts]:
        """The texts by language, by its name in small letters."""
        return {language_name(key): texts for key, texts in (self.model_extra or {}).items()}

    def text(self, kind: str, language: str) -> str | None:
        """The text of a kind in a language, else in that language without a region; None where there is none."""
        for name in dict.fromkeys((language, without_region(language))):
            texts = self.languages.get(name)
            found: str | None = None if texts is None else getattr(texts, kind)
            if found is not None:
                return found
        return None

    def given(self) -> Iterator[tuple[Path, str, str]]:
        """Every text that it has: its place, its kind, and itself."""
        for kind in KINDS:
            if (text := getattr(self, kind)) is not None:
                yield (kind,), kind, text
        for key, texts in (self.model_extra or {}).items():
            for kind in KINDS:
                if (text := getattr(texts, kind)) is not None:
                    yield (key, kind), kind, text


def _check_late_reply(key: str, texts: Any) -> None:
    if without_region(language_name(key)) in OURS or not isinstance(texts, dict):
        return
    for kind, text in texts.items():
        if isinstance(text, str) and "{late_reply}" in text:
            raise refuse(
                "bad-template",
                "{late_reply} has words in English and German alone",
                "write out what a reply does that comes after the ticket was closed",
                under=(key, kind),
            )


class TextsFor(TextsByLanguage):
    """Texts for the tickets of a brand or a helpdesk; an empty selector fits all."""

    brand: Texts = ()
    helpdesk: Annotated[tuple[HelpdeskName, ...], BeforeValidator(one_or_many)] = ()

    def fits(self, helpdesk: str, brand: str | None) -> bool:
        """True for tickets of this helpdesk and brand; brands in any case."""
        brands = [name.casefold() for name in self.brand]
        return (not self.helpdesk or helpdesk in self.helpdesk) and (
            not brands or (brand is not None and brand.casefold() in brands)
        )


class Templates(TextsByLanguage):
    """What customers read; the words state the whole rule and the way out.

    Attributes:
        reminder: the follow-up to tickets that are exempt from solving; it announces no end.
        only_for: texts for some brands or helpdesks, the first that fits first.
    """

    only_for: tuple[TextsFor, ...] = Field(default=())

    def layers(self, helpdesk: str, brand: str | None) -> Iterator[tuple[str, TextsByLanguage]]:
        """What may hold the text for a ticket, the most telling first, each with its setting."""
        for index, texts in enumerate(self.only_for):
            if texts.fits(helpdesk, brand):
                yield f"waiting.templates.only_for[{index}]", texts
        yield "waiting.templates", self

    def given(self) -> Iterator[tuple[Path, str, str]]:
        """Every text of the file."""
        yield from super().given()
        for index, texts in enumerate(self.only_for):
            for path, kind, text in texts.given():
                yield ("only_for", index, *path), kind, text


class Chosen(NamedTuple):
    """The text for a customer.

    Attributes:
        language: for lengths and dates in it.
        ours: it is slabot's own text.
        unnamed: it is the file's text without a language, which is taken to be the helpdesk's.
        source: where it stands, in words; empty for slabot's own.
    """

    text: str
    language: str
    ours: bool
    unnamed: bool
    source: str = ""


def choose(
    kind: str, layers: Sequence[tuple[str, TextsByLanguage]], languages: Sequence[str], helpdesk_language: str
) -> Chosen:
    """The text of a kind for somebody.

    Args:
        kind: one of `KINDS`.
        layers: of the file, the most telling first, each with where it stands.
        languages: of theirs, the most telling first.
        helpdesk_language: of texts without a language.
    """
    for language in languages:
        for source, layer in layers:
            if (found := layer.text(kind, language)) is not None:
                return Chosen(found, language, ours=False, unnamed=False, source=source)
            if (found := getattr(layer, kind)) is not None:
                return Chosen(found, helpdesk_language, ours=False, unnamed=True, source=source)
        if (found := SHIPPED.text(kind, language)) is not None:
            return Chosen(found, language, ours=True, unnamed=False)
    english = SHIPPED.text(kind, ENGLISH)
    assert english is not None, "slabot has every text in English"
    return Chosen(english, ENGLISH, ours=True, unnamed=False)


SHIPPED = TextsByLanguage.model_validate(
    {
        "en": {
            "follow_up": (
                "Hello {requester}, we are still waiting for your answer to our last question and cannot go on without "
                "it.\n"
                "This is reminder {number} of {follow_ups}. If we hear nothing after the last one, or for more than "
                "{or_after},\n"
                "the ticket is set to Solved; you can reopen it within {reopen_within} by replying.\n"
                "If it is solved already, just say so.\n"
            ),
            "reminder": (
                "Hello {requester}, we are still waiting for your answer to our last question and cannot go on without "
                "it.\n"
                "This is reminder {number} of {follow_ups}. If it is solved already, just say so.\n"
            ),
            "solved": (
                "Hello {requester}, we have had no answer to our question, so this ticket is now set to Solved.\n"
                "Reply within {reopen_within} and it is open again; after that, {late_reply}.\n"
            ),
        },
        "de": {
            "follow_up": (
                "Guten Tag {requester}, wir warten noch auf Ihre Antwort auf unsere letzte Frage und kommen ohne sie "
                "nicht weiter.\n"
                "Dies ist Erinnerung {number} von {follow_ups}. Hören wir nach der letzten nichts von Ihnen, oder mehr "
                "als {or_after} lang,\n"
                "wird das Ticket auf „Gelöst“ gesetzt. Sie haben dann {reopen_within} Zeit, es mit einer Antwort "
                "wieder zu öffnen.\n"
                "Hat sich die Sache schon erledigt, schreiben Sie uns das bitte kurz.\n"
            ),
            "reminder": (
                "Guten Tag {requester}, wir warten noch auf Ihre Antwort auf unsere letzte Frage und kommen ohne sie "
                "nicht weiter.\n"
                "Dies ist Erinnerung {number} von {follow_ups}. Hat sich die Sache schon erledigt, schreiben Sie uns "
                "das bitte kurz.\n"
            ),
            "solved": (
                "Guten Tag {requester}, wir haben auf unsere Frage keine Antwort erhalten; deshalb ist dieses Ticket "
                "jetzt auf „Gelöst“ gesetzt.\n"
                "Sie haben {reopen_within} Zeit, es mit einer Antwort wieder zu öffnen; danach {late_reply}.\n"
            ),
        },
    }
)
