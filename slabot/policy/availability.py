"""What counts as an outage, and how is availability worked out of outages?

Promise: an outage is marked by something that can be taken off again, a tag or a field; what is not said here
(services, weights, maintenance) counts in the plainest way: the service as a whole, unweighted, maintenance as down.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from slabot.policy.agreement import Conditions
from slabot.policy.base import Part
from slabot.policy.scalars import Prose, Text, one_mapping, one_or_many, refuse

RESERVED = ("all", "at", "maintenance", "because")
"""Words of `slabot outage` and `/sla outage` that cannot name a service."""
MARKS = ("tags", "fields")
"""Conditions whose subject an agent sets and takes off."""
WORDS = ("subject", "text", "priority")
"""Conditions that say nothing of an outage's end."""


class Maintenance(StrEnum):
    """How maintenance counts."""

    DOWN = "down"
    UP = "up"
    LEFT_OUT = "left_out"
    """Neither: it is taken out of the time that is looked at."""


def _service(value: object) -> object:
    if isinstance(value, str) and (not value.replace("_", "").replace("-", "").isalnum() or value in RESERVED):
        why = "is a word of the command itself" if value in RESERVED else "cannot be a name"
        raise refuse("bad-name", f'"{value}" {why}', "use letters, digits, _ and -; people type it in /sla outage")
    return value


ServiceName = Annotated[Text, BeforeValidator(_service)]


class OutageRule(Part):
    """Which tickets mark an outage, for as long as they show what is asked for.

    Attributes:
        service: that is down; None for the service as a whole.
        maintenance: True where it is announced maintenance.
    """

    name: Prose
    when: Conditions
    unless: Conditions | None = None
    service: Text | None = None
    maintenance: StrictBool = False

    @model_validator(mode="after")
    def _can_end(self) -> OutageRule:
        for key, conditions in (("when", self.when), ("unless", self.unless)):
            asked = {} if conditions is None else dict(conditions.asked)
            for said in WORDS:
                if said in asked:
                    raise refuse(
                        "outage-by-words",
                        f"an outage rests on a mark that is taken off when it is over, not on the {said} of a ticket",
                        "name a tag or a field that agents set and take off: when: {tags: [outage]}",
                        under=(key, said),
                    )
        if not any(name in MARKS for name, _ in self.when.asked):
            raise refuse(
                "outage-without-mark",
                "nothing here can be taken off when the outage is over",
                "name a tag or a field under when: {tags: [outage]}, or {fields: {impact: [outage]}}",
                under=("when",),
            )
        return self


Weight = Annotated[float, Field(gt=0, le=1000)]


class Availability(Part):
    """How outages become minutes and per cent.

    Attributes:
        services: parts of the service that can be down alone; empty for one whole.
        weights: how much each counts in the figure of all; empty: the whole is down while any of them is.
        outages: the rules by which tickets mark outages.
    """

    services: Annotated[tuple[ServiceName, ...], BeforeValidator(one_or_many)] = ()
    weights: dict[Text, Weight] = Field(default_factory=dict)
    maintenance: Maintenance = Maintenance.DOWN
    outages: Annotated[tuple[OutageRule, ...], BeforeValidator(one_mapping)] = ()
