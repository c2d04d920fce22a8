"""Between which two effects can slabot die?

Promise: each effect on the world outside of its memory is a place to die at, and none is left out: a transaction of
the store (before its commit, and after it), a call to Slack or to a helpdesk (before it is sent, and after it was
acted upon, before the answer is read). They are numbered in the order in which a run comes to them; a run that is told
a number dies there, once, and whatever was in memory does nothing more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import Connection

from adapters.http.session import HttpSession
from adapters.zendesk.tokens import TokenSource
from slabot.channels.slack.calls import SlackCalls
from slabot.composition import apps
from slabot.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

_READS = ("helpdesk GET", "Slack conversations.", "Slack auth.test", "Slack users.", "Slack usergroups.")


def changes_the_world(place: str) -> bool:
    """True where the world outside of slabot's memory differs from what it was at the place before.

    A transaction that is undone leaves what the one before it left, and one without changes or a call that reads
    changes nothing; so these places alone are all the states in which a new slabot can find the world.
    """
    acted = place.endswith(("after the commit", "before the answer is read"))
    return acted and not place.startswith(_READS)


class Death(BaseException):
    """slabot is dead. No `except Exception` keeps it alive."""


@dataclass(slots=True)
class Points:
    """The places of one run.

    Attributes:
        die_at: the number of the place to die at; None for none.
        names: what each place is, in order.
        dead: from the death until `revive`; nothing has an effect meanwhile.
    """

    die_at: int | None = None
    names: list[str] = field(default_factory=list)
    dead: bool = False
    deaths: int = 0
    stores: list[Store] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reach(self, name: str) -> None:
        """Come to a place.

        Raises:
            Death: this is the one, or slabot died before.
        """
        with self._lock:
            if not self.dead:
                self.names.append(name)
                self.dead = len(self.names) - 1 == self.die_at
                self.deaths += self.dead
            if self.dead:
                raise Death(name)

    def revive(self) -> None:
        """A new slabot begins; it lives. What the dead one held open is given back, as by the end of its process."""
        while self.stores:
            self.stores.pop().close()
        self.dead = False


@contextmanager
def mortal(points: Points) -> Iterator[None]:
    """Whatever slabot does in here comes to the places of this run."""
    opened, write, ask, once = Store.__init__, Store.write, SlackCalls.call, HttpSession._once
    sign_in = TokenSource._ask
    create_app = vars(apps)["create_app"]

    def opening(self: Store, *rest: Any, **named: Any) -> None:
        opened(self, *rest, **named)
        points.stores.append(self)

    def dying_write(self: Store, fn: Callable[[Connection], T]) -> T:
        changed = True

        def to_the_commit(conn: Connection) -> T:
            nonlocal changed
            before = _written(conn)
            result = fn(conn)
            changed = _written(conn) != before
            points.reach("store: before the commit")
            return result

        result = write(self, to_the_commit)
        points.reach(f"store: after the commit{'' if changed else ' of nothing'}")
        return result

    def dying_ask(self: SlackCalls, method: str, *rest: Any, **named: Any) -> Any:
        return _called(points, f"Slack {method}", lambda: ask(self, method, *rest, **named))

    def dying_once(self: HttpSession, verb: str, url: str, endpoint: str, kwargs: dict[str, Any]) -> Any:
        return _called(points, f"helpdesk {verb}", lambda: once(self, verb, url, endpoint, kwargs))

    def dying_sign_in(self: TokenSource) -> None:
        try:
            sign_in(self)
        except Death:
            with self._changed:  # whoever waits for the token dies too, at once and not when their time is over
                self._asking = False
                self._changed.notify_all()

    def dying_app(*arguments: Any) -> Any:
        app = create_app(*arguments)
        app.wsgi_app = _hung_up(app.wsgi_app)
        return app

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "__init__", opening)
        patch.setattr(Store, "write", dying_write)
        patch.setattr(SlackCalls, "call", dying_ask)
        patch.setattr(HttpSession, "_once", dying_once)
        patch.setattr(TokenSource, "_ask", dying_sign_in)
        patch.setattr(apps, "create_app", dying_app)
        patch.setattr(threading, "excepthook", _quiet(threading.excepthook))
        yield


def _written(conn: Connection) -> object:
    """Another value once this transaction has written something: rows changed so far, or PostgreSQL's own number."""
    if conn.dialect.name == "sqlite":
        return getattr(conn.connection.dbapi_connection, "total_changes", None)
    return conn.exec_driver_sql("SELECT pg_current_xact_id_if_assigned()::text").scalar()


def _called(points: Points, name: str, call: Callable[[], T]) -> T:
    points.reach(f"{name}: before it is sent")
    try:
        answer = call()
    except Exception:
        points.reach(f"{name}: before the refusal is read")
        raise
    points.reach(f"{name}: before the answer is read")
    return answer


def _hung_up(app: WSGIApplication) -> WSGIApplication:
    """Whoever asked a slabot that dies gets no useful answer."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except Death:
            start_response("500 Dead", [("Content-Length", "0")])
            return [b""]

    return answer


def _quiet(usual: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A thread that dies with slabot is no failure of the test."""

    def hook(arguments: Any) -> None:
        if arguments.exc_type is not Death:
            usual(arguments)

    return hook
