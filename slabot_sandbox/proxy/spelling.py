"""Read a rule that a person wrote, in a line or as JSON.

Promise: both spellings have the same keys, and what is wrong is said in words with what would be right.

    zendesk status=403 path=/api/v2/tickets/7* share=30%
    slack drip=headers seconds=0.5 times=3
    "*" hang_connect
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slabot_sandbox.errors import SwitchError
from slabot_sandbox.proxy.kinds import HOW, Misbehaviour
from slabot_sandbox.proxy.rules import Rule

EXAMPLE = "zendesk status=403 path=/api/v2/tickets/7* share=30%"


def rule_from_text(line: str) -> Rule:
    """A rule from a line: the service, the kind, and what else there is to say.

    `kind=value` says how, or for `status` which one, for `slow_connect` and `drip` also how many seconds.

    Raises:
        SwitchError: it cannot be read.
    """
    try:
        service, kind, *others = shlex.split(line)
    except ValueError:
        raise SwitchError(f'"{line}" is no fault; write the service and the kind first: {EXAMPLE}') from None
    if "=" in service or service in list(Misbehaviour):
        raise SwitchError(f'"{line}" does not begin with a service, or with "*" for all; for example: {EXAMPLE}')
    kind, _, value = kind.partition("=")
    wanted: dict[str, Any] = {"service": service, "kind": kind}
    if value:
        wanted[_meant(kind, value)] = value
    for other in others:
        name, equals, value = other.partition("=")
        if not equals:
            raise SwitchError(f'"{other}" says nothing; after service and kind come words like path=/api/v2/*')
        wanted[name] = value
    return rule_from_json(wanted)


def rule_from_json(wanted: Mapping[str, Any]) -> Rule:
    """A rule from a JSON object; `until` is ISO 8601, `lasting` is seconds.

    Raises:
        SwitchError: a key that a rule does not have, a value that is none, or no kind.
    """
    if strange := sorted(set(wanted) - set(_READ)):
        raise SwitchError(f"a fault of the proxy has no {', '.join(strange)}; its keys are: {', '.join(sorted(_READ))}")
    if "kind" not in wanted:
        raise SwitchError(f"say which kind of fault: {', '.join(Misbehaviour)}")
    found = {}
    for name, value in wanted.items():
        try:
            found[name] = _READ[name](value)
        except (TypeError, ValueError):
            raise SwitchError(f'{name} cannot be "{value}"; {_WANTED[name]}') from None
    return Rule(**found)


def _meant(kind: str, value: str) -> str:
    """Which key stands behind the value of the kind."""
    if kind == Misbehaviour.STATUS and value not in HOW[Misbehaviour.STATUS]:
        return "status"
    if kind in (Misbehaviour.SLOW_CONNECT, Misbehaviour.DRIP) and value.replace(".", "", 1).isdigit():
        return "seconds"
    return "how"


def _kind(value: Any) -> Misbehaviour:
    try:
        return Misbehaviour(value)
    except ValueError:
        raise SwitchError(f'a proxy cannot "{value}"; choose one of: {", ".join(Misbehaviour)}') from None


def _number(value: Any) -> float:
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError(value)
    return number


def _count(value: Any) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(value)
    return number


def _share(value: Any) -> float:
    return float(value[:-1]) / 100 if isinstance(value, str) and value.endswith("%") else float(value)


def _truth(value: Any) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    if (meant := known.get(str(value).lower())) is None:
        raise ValueError(value)
    return meant


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(str(value))
    if instant.tzinfo is None:
        raise ValueError(value)
    return instant


_READ: Mapping[str, Callable[[Any], Any]] = {
    "kind": _kind,
    "how": str,
    "service": str,
    "method": lambda value: str(value).upper(),
    "path": str,
    "body": str,
    "share": _share,
    "seed": int,
    "times": _count,
    "until": _instant,
    "lasting": lambda value: timedelta(seconds=_number(value)),
    "seconds": _number,
    "megabytes": _count,
    "status": int,
    "retry_after": str,
    "error": str,
    "to": str,
    "done": _truth,
    "lets_go": _truth,
}
_WANTED: Mapping[str, str] = {
    "share": "give a part of the calls: 30% or 0.3",
    "seed": "give a whole number",
    "times": "give a whole number from 1",
    "megabytes": "give a whole number from 1",
    "seconds": "give a number of seconds: 0.5",
    "lasting": "give a number of seconds: 600",
    "until": "give an instant with its offset: 2026-01-12T09:00:00+00:00",
    "status": "give a number from 200 to 599",
    "done": "give true or false",
    "lets_go": "give true or false",
}
