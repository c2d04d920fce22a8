"""Which languages may texts to customers be written in, and how is one named?

Promise: a language has one name here, whatever the helpdesk or the file's author writes: ``de``, ``pt-br``.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StrictStr

from slabot.policy.scalars import refuse

ENGLISH = "en"
OURS = (ENGLISH, "de")  # the languages in which slabot has words of its own
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def language_name(written: str) -> str:
    """``pt-br`` for ``pt_BR``, ``PT-br`` and the like."""
    return written.strip().replace("_", "-").casefold()


def without_region(language: str) -> str:
    """``de`` for ``de-at``."""
    return language.partition("-")[0]


def is_language(written: str) -> bool:
    """True for the name of a language whose dates and lengths can be written."""
    name = language_name(written)
    if name in OURS:
        return True
    from babel import Locale, UnknownLocaleError  # here: few files name another, and loading it takes a while

    if _LANGUAGE.fullmatch(name) is None:
        return False
    try:
        Locale.parse(without_region(name))
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _language(value: str) -> str:
    if not is_language(value):
        raise refuse("bad-value", f'"{value}" is no language', "write its code, such as de, en or pt-BR")
    return language_name(value)


LanguageName = Annotated[StrictStr, AfterValidator(_language)]
