"""Settings of a language model that is asked beside the reader.

Promise: without these settings nothing leaves for a model, and none of them lets its answer do more.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, model_validator

from slabot.judgement.personal_data import PersonalData
from slabot.policy.base import Part
from slabot.policy.connections import Address
from slabot.policy.scalars import EnvironmentName, Mode, ModeName, RealDuration, Text, one_or_many, refuse

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(seconds=60)


class Sends(StrEnum):
    """What of a request may leave."""

    SUBJECT = "subject"
    MESSAGE = "message"
    """The new words of the customer's messages, without quoted mail, signature and pasted logs."""


def _within(value: timedelta) -> timedelta:
    if not SHORTEST <= value <= LONGEST:
        raise refuse("out-of-range", "an answer is waited for between 1s and 60s", "write within: 5s")
    return value


class LanguageModel(Part):
    """A service that speaks as OpenAI's chat completions do, with a JSON schema for the answer.

    Attributes:
        mode: off, observe (it is asked, and nothing rests on it), act.
        address: below which `/chat/completions` is; https, or http on this machine.
        name: of the model there.
        key_env: None for a service that wants no key.
        mask: what is replaced in what leaves.
        within: for an answer, counted from the connection to its last byte.
        a_day: calls in any 24 hours.
    """

    mode: ModeName = Mode.OFF
    address: Address | None = None
    name: Text | None = None
    key_env: EnvironmentName | None = None
    send: Annotated[tuple[Sends, ...], BeforeValidator(one_or_many), Field(min_length=1)] = tuple(Sends)
    mask: Annotated[tuple[PersonalData, ...], BeforeValidator(one_or_many)] = tuple(PersonalData)
    within: Annotated[RealDuration, AfterValidator(_within)] = timedelta(seconds=5)
    a_day: Annotated[StrictInt, Field(ge=1, le=1_000_000)] = 500

    @model_validator(mode="after")
    def _is_complete(self) -> LanguageModel:
        lacking = [name for name in ("address", "name") if getattr(self, name) is None]
        if self.mode is not Mode.OFF and lacking:
            missing = " and ".join(lacking) + (" are" if lacking[1:] else " is")
            raise refuse(
                "model-incomplete",
                f"a language model is to be asked, and its {missing} missing",
                "write address: https://… and name: …, or mode: off",
                under=("mode",),
            )
        return self

    @property
    def is_asked(self) -> bool:
        """True where texts leave for it."""
        return self.mode is not Mode.OFF
