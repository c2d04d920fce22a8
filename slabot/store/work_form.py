"""Write work down as JSON, and read it again.

Promise: what is written here is read here, and what an older slabot wrote is read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from slabot.domain import parse_instant
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.store.model_work import AskModel
from slabot.store.vocabulary import OutboxKind
from slabot.store.work import (
    RULE_WRITES,
    Alert,
    Ask,
    Assign,
    BundleWork,
    ChooseSeverity,
    FollowUp,
    HelpdeskWrite,
    InternalNote,
    Move,
    Note,
    Nudge,
    Page,
    Prioritise,
    Solve,
    SummaryWork,
    Update,
    Work,
)

Facts = Mapping[str, Any]


def encode(work: Work) -> dict[str, Any]:
    """As JSON."""
    match work:
        case Page(action, instead_of, place, bundle, repeat):
            further = {"instead_of": instead_of, "place": place, "bundle": bundle, "repeat": repeat or None}
            return _action_json(action) | {name: value for name, value in further.items() if value is not None}
        case BundleWork(cause, keys, repeat):
            return {"cause": cause, "keys": list(keys), **({"repeat": True} if repeat else {})}
        case Update(clock, way, address, ref):
            return {"clock": clock, "way": way, "address": address, "ref": ref}
        case Alert(what, text, instead_of, place):
            further = {"instead_of": instead_of, "place": place}
            return {"what": what, "words": text} | {name: value for name, value in further.items() if value is not None}
        case SummaryWork(every, since, until):
            return {"every": every, "since": since.isoformat(), "until": until.isoformat()}
        case AskModel(digest):
            return {"digest": digest}
        case Note() | Ask() | FollowUp() | Solve() | Move() | Prioritise() | Nudge():
            return _action_json(work.action)
        case Assign(user_id, clock):
            return {"assign": user_id, "clock": clock}
        case InternalNote(text):
            return {"internal_note": text}
        case ChooseSeverity():
            return {
                "severity": work.severity,
                "reason": work.reason,
                "by": work.user_id,
                "name": work.user_name,
                "channel": work.channel,
                "clock": work.clock,
            }
        case _:
            assert_never(work)


def decode(kind: OutboxKind, key: str, body: Facts) -> Work | None:
    """What was written; None where the body was taken out after the work was settled."""
    if not body:
        return None
    match kind:
        case OutboxKind.PAGE:
            return Page(
                _action(key, body),
                instead_of=body.get("instead_of"),
                place=body.get("place"),
                bundle=body.get("bundle"),
                repeat=body.get("repeat") is True,
            )
        case OutboxKind.BUNDLE:
            return BundleWork(str(body["cause"]), tuple(map(str, body["keys"])), body.get("repeat") is True)
        case OutboxKind.UPDATE:
            return Update(*(str(body.get(name, "")) for name in ("clock", "way", "address", "ref")))
        case OutboxKind.NOTE:
            return Note(_action(key, body))
        case OutboxKind.ASK:
            return Ask(_action(key, body))
        case OutboxKind.ALERT:
            return Alert(str(body["what"]), str(body["words"]), body.get("instead_of"), body.get("place"))
        case OutboxKind.SUMMARY:
            return SummaryWork(str(body["every"]), parse_instant(body["since"]), parse_instant(body["until"]))
        case OutboxKind.MODEL:
            return AskModel(str(body["digest"]))
        case OutboxKind.WRITE:
            return _write(key, body)
        case _:
            assert_never(kind)


def _write(key: str, body: Facts) -> HelpdeskWrite:
    match body:
        case {"assign": user_id, "clock": clock}:
            return Assign(str(user_id), str(clock))
        case {"internal_note": text}:
            return InternalNote(str(text))
        case {"severity": severity, "by": user_id}:
            return ChooseSeverity(
                severity=str(severity),
                reason=str(body.get("reason", "")),
                user_id=str(user_id),
                user_name=str(body.get("name") or user_id),
                channel=str(body.get("channel") or ""),
                clock=str(body.get("clock", "")),
            )
        case _:
            action = _action(key, body)
            return RULE_WRITES[action.kind](action)


def _action_json(action: Action) -> dict[str, Any]:
    return {
        "kind": action.kind.value,
        "mode": action.mode.value,
        "at": action.at.isoformat(),
        "because": action.because,
        "facts": [list(fact) for fact in action.facts],
    }


def _action(key: str, body: Facts) -> Action:
    return Action(
        kind=Kind(body["kind"]),
        mode=Mode(body["mode"]),
        at=parse_instant(body["at"]),
        key=key,
        because=body["because"],
        facts=tuple((name, value) for name, value in body["facts"]),
    )
