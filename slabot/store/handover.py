"""Note on two stores that one is being moved to the other, and refuse to work on either meanwhile.

Promise: of the two, one at most may be worked on, at every moment of a move and after it. The old one is closed before
the first row is copied and stays so; the new one is opened as the last act, when everything was compared.

The notes lie beside the tables (`slabot.store.schema_notes`), so they are not moved themselves.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain import parse_instant, utc
from slabot.store import schema_notes
from slabot.store.errors import StoreMoved, StoreNotWhole

_LEAVING, _ARRIVING = "leaving", "arriving"
_COMMAND = "slabot migrate-store -c FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is noted on the store that is moved.

    Attributes:
        move: the name of the move, unlike that of any other.
        to: the store that it is moved to, for people; without a password.
        since: when the move began, or ended if it has.
        gone: True once everything has arrived.
    """

    move: str
    to: str
    since: datetime
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """What is noted on the store that is moved to.

    Attributes:
        move: the name of the move.
        source: the name that the other store gave itself.
        origin: the other store, for people.
        since: when the move began, or ended if it has.
        whole: True once everything has arrived, so that slabot may work on it.
    """

    move: str
    source: str
    origin: str
    since: datetime
    whole: bool = False


def new_move() -> str:
    """A name for a move."""
    return uuid.uuid4().hex


def leaving(conn: Connection) -> Leaving | None:
    """What is noted on a store that is, or was, moved away; None for any other."""
    found = schema_notes.get(conn, _LEAVING)
    if found is None:
        return None
    values = json.loads(found)
    return Leaving(**{**values, "since": parse_instant(values["since"])})


def arriving(conn: Connection, *, lock: bool = False) -> Arriving | None:
    """What is noted on a store that something is, or was, moved into; None for any other.

    With ``lock``, within a write to PostgreSQL, two processes that move the same store wait for each other.
    """
    found = schema_notes.get(conn, _ARRIVING, lock=lock)
    if found is None:
        return None
    values = json.loads(found)
    return Arriving(**{**values, "since": parse_instant(values["since"])})


def note(conn: Connection, end: Leaving | Arriving) -> None:
    """Write down how far the move is at this end of it."""
    text = json.dumps({**asdict(end), "since": utc(end.since).isoformat()}, sort_keys=True)
    schema_notes.put(conn, _LEAVING if isinstance(end, Leaving) else _ARRIVING, text)


def stay(conn: Connection) -> None:
    """The store is not moved away, or not any more."""
    schema_notes.forget(conn, _LEAVING)


def never_arrived(conn: Connection) -> None:
    """Nothing is moved into the store."""
    schema_notes.forget(conn, _ARRIVING)


def close_again(conn: Connection) -> None:
    """What had arrived is to be worked on no more: the move was given up."""
    found = arriving(conn)
    if found is not None:
        note(conn, replace(found, whole=False))


def refuse_amid_move(conn: Connection, store: str) -> None:
    """Refuse to work on a store that was moved away, or has not arrived yet.

    Raises:
        StoreMoved, StoreNotWhole: with where it went, or comes from, and the way out.
    """
    if (away := leaving(conn)) is not None:
        if away.gone:
            raise StoreMoved(
                f"The store ({store}) was moved to the {away.to} on {_day(away.since)}, and slabot works there. "
                "Nothing was changed.",
                "Name that one under store: in the policy file. To go back to this one, which does not know what "
                f"happened since, end slabot there and run {_COMMAND} --give-up",
            )
        raise StoreMoved(
            f"The store ({store}) has been on its way to the {away.to} since {_day(away.since)}, and not all of it has "
            "arrived. Nothing was changed.",
            f"Run {_COMMAND} once more with the same --to or --to-env: it goes on where it stopped. Or stay with this "
            f"store: {_COMMAND} --give-up",
        )
    found = arriving(conn)
    if found is not None and not found.whole:
        raise StoreNotWhole(
            f"The store ({store}) is not whole: what was in the {found.origin} has been moved into it since "
            f"{_day(found.since)}, and not all of it was there and compared. Nothing was changed.",
            f"Run {_COMMAND} once more, with the policy file that names the old store: it goes on where it stopped",
        )


def _day(at: datetime) -> str:
    return f"{utc(at):%Y-%m-%d %H:%M} UTC"
