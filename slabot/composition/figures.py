"""Read the figures that helpdesks tell themselves.

Promise: one helpdesk that cannot be asked, or whose calls are used up, does not keep the others from being read; what
could not be read is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.base import Adapter
from adapters.errors import AdapterError
from adapters.figures import Lacking, TellsFigures, Told
from slabot.domain.sentences import sentence

Name = tuple[str, str]
"""A helpdesk's name in the policy, and a ticket's number there."""


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """What helpdesks told.

    Attributes:
        of: the figures, by ticket.
        problems: what could not be read, in whole sentences.
    """

    of: Mapping[Name, Told]
    problems: tuple[str, ...]


def read_figures(adapters: Mapping[str, Adapter], names: Collection[Name], since: datetime) -> ReadFigures:
    """Ask each helpdesk for its tickets.

    Args:
        adapters: by the helpdesk's name.
        names: of tickets.
        since: an instant before anything happened to them.
    """
    found: dict[Name, Told] = {}
    problems: list[str] = []
    for helpdesk in dict.fromkeys(helpdesk for helpdesk, _ in names):
        numbers = [number for name, number in names if name == helpdesk]
        adapter: object = adapters.get(helpdesk)
        if not isinstance(adapter, TellsFigures):
            problems.append(f"{helpdesk} tells no figures of its own, or is not connected.")
            continue
        count = len(found)
        try:
            for told in adapter.figures(numbers, since=since):
                if isinstance(told, Lacking):
                    problems.append(f"{helpdesk}: {told.sentence}")
                else:
                    found[helpdesk, told.ticket_id] = told
        except AdapterError as error:
            problems.append(sentence(f"{helpdesk}: {len(found) - count} of {len(numbers)} tickets were read; {error}"))
    return ReadFigures(found, tuple(problems))
