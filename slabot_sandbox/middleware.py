"""Journal each call of a stand-in, and let faults hit it.

Promise: a service answers one call at a time. Each is written in the journal with its outcome, and the
faults that are switched on hit it either before anything was done or after everything was, as each one says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, assert_never

from werkzeug.wrappers import Request, Response

from slabot_sandbox.base.refusals import PAGE_FOR_PEOPLE
from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.faults import Fault, FaultKind

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONTROL = "/_sandbox"  # paths of the control API: neither journalled nor hit by faults


class Middleware:
    """A stand-in as others see it: a WSGI application with a journal, faults and the control API."""

    def __init__(self, stand_in: StandIn, shared: Shared) -> None:
        """Wrap this stand-in."""
        self._stand_in = stand_in
        self._shared = shared

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request.

        Raises:
            ConnectionResetError: the connection is to be closed without an answer.
        """
        request = Request(environ)
        if request.path == CONTROL or request.path.startswith(CONTROL + "/"):
            return self._shared.control(environ, start_response)
        body = request.get_data()
        environ["wsgi.input"] = BytesIO(body)
        stand_in, journal = self._stand_in, self._shared.journal
        draft = journal.begin(
            service=stand_in.service,
            endpoint=stand_in.endpoint(request.method, request.path),
            method=request.method,
            path=request.path,
            query=request.query_string.decode("latin-1"),
            body=body,
            content_type=request.content_type or "",
        )
        faults = self._shared.faults.take(stand_in.service, request.method, request.path)
        names = ", ".join(fault.kind for fault in faults) or None
        response: Response | None = None
        try:
            response = self._answer(environ, faults)
        finally:
            journal.finish(draft, status=response.status_code if response else None, fault=names)
        if response is None:
            raise ConnectionResetError("the sandbox dropped the connection, as it was told to")
        response.date = draft.at  # a client that compares clocks shall see this one
        return response(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, faults: tuple[Fault, ...]) -> Response | None:
        """The answer; None if the connection is to be dropped."""
        stand_in, clock = self._stand_in, self._shared.clock
        now = clock.now()
        drop_after = truncate = False
        for fault in faults:
            match fault.kind:
                case FaultKind.DELAY:
                    clock.elapse(_seconds(fault))
                case FaultKind.DROP_BEFORE | FaultKind.DOWN:
                    return None
                case FaultKind.RATE_LIMIT:
                    return stand_in.refusals.rate_limited(fault.retry_after(now), text=False).response()
                case FaultKind.RATE_LIMIT_TEXT:
                    return stand_in.refusals.rate_limited(fault.retry_after(now), text=True).response()
                case FaultKind.UNAVAILABLE:
                    return stand_in.refusals.unavailable(fault.retry_after(now)).response()
                case FaultKind.ERROR:
                    return stand_in.refusals.broken().response()
                case FaultKind.HTML:
                    return Response(PAGE_FOR_PEOPLE, 200, content_type="text/html; charset=utf-8")
                case FaultKind.DROP_AFTER:
                    drop_after = True
                case FaultKind.TRUNCATED:
                    truncate = True
                case _:
                    assert_never(fault.kind)
        with stand_in.lock:
            response = Response.from_app(stand_in.inner, environ)
            whole = response.get_data()
        if drop_after:
            return None
        if truncate:
            response.set_data(whole[: len(whole) // 2])
        return response


def _seconds(fault: Fault) -> timedelta:
    return timedelta(seconds=fault.seconds or 0)
