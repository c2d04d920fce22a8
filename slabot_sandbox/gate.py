"""What happens to a call before and after the stand-in itself sees it?

Promise: every call passes here, one at a time per service. It is written in the journal with its outcome, and the
faults that are switched on hit it either before anything was done or after everything was, as each one says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Protocol, assert_never

from werkzeug.wrappers import Request, Response

from slabot.clock import Clock
from slabot_sandbox.faults import Fault, FaultBook, FaultKind
from slabot_sandbox.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL = "/_sandbox"  # paths of the control API: neither journalled nor hit by faults
PAGE_FOR_PEOPLE = "<!DOCTYPE html>\n<html><head><title>One moment</title></head><body><p>One moment, please.</p>"


class Refusals(Protocol):
    """How one service says that it will not answer now."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Response:
        """429 with Retry-After."""

    def unavailable(self, retry_after: int) -> Response:
        """503 with Retry-After."""

    def broken(self) -> Response:
        """500."""


class Gate:
    """The WSGI application that the world sees."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        service: str,
        endpoint: Callable[[str, str], str],
        refusals: Refusals,
        clock: Clock,
        journal: Journal,
        faults: FaultBook,
        lock: threading.RLock,
        control: WSGIApplication,
    ) -> None:
        """Stand before `app`; `endpoint` names a call by its method and path, without ids."""
        self._app = app
        self._service = service
        self._endpoint = endpoint
        self._refusals = refusals
        self._clock = clock
        self._journal = journal
        self._faults = faults
        self._lock = lock
        self._control = control

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request.

        Raises:
            ConnectionResetError: the connection is to be closed without an answer.
        """
        request = Request(environ)
        if request.path == CONTROL or request.path.startswith(CONTROL + "/"):
            return self._control(environ, start_response)
        body = request.get_data()
        environ["wsgi.input"] = BytesIO(body)
        draft = self._journal.begin(
            service=self._service,
            endpoint=self._endpoint(request.method, request.path),
            method=request.method,
            path=request.path,
            query=request.query_string.decode("latin-1"),
            body=body,
            content_type=request.content_type or "",
        )
        faults = self._faults.take(self._service, request.method, request.path)
        names = ", ".join(fault.kind for fault in faults) or None
        response: Response | None = None
        try:
            response = self._answer(environ, faults)
        finally:
            self._journal.finish(draft, status=response.status_code if response else None, fault=names)
        if response is None:
            raise ConnectionResetError("the sandbox dropped the connection, as it was told to")
        response.date = draft.at  # a client that compares clocks shall see this one
        return response(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, faults: tuple[Fault, ...]) -> Response | None:
        """The answer; None if the connection is to be dropped."""
        now = self._clock.now()
        drop_after = truncate = False
        for fault in faults:
            match fault.kind:
                case FaultKind.DELAY:
                    self._clock.elapse(_seconds(fault))
                case FaultKind.DROP_BEFORE | FaultKind.DOWN:
                    return None
                case FaultKind.RATE_LIMIT:
                    return self._refusals.rate_limited(fault.retry_after(now), text=False)
                case FaultKind.RATE_LIMIT_TEXT:
                    return self._refusals.rate_limited(fault.retry_after(now), text=True)
                case FaultKind.UNAVAILABLE:
                    return self._refusals.unavailable(fault.retry_after(now))
                case FaultKind.ERROR:
                    return self._refusals.broken()
                case FaultKind.HTML:
                    return Response(PAGE_FOR_PEOPLE, 200, content_type="text/html; charset=utf-8")
                case FaultKind.DROP_AFTER:
                    drop_after = True
                case FaultKind.TRUNCATED:
                    truncate = True
                case _:
                    assert_never(fault.kind)
        with self._lock:
            response = Response.from_app(self._app, environ)
            whole = response.get_data()
        if drop_after:
            return None
        if truncate:
            response.set_data(whole[: len(whole) // 2])
        return response


def _seconds(fault: Fault) -> timedelta:
    return timedelta(seconds=fault.seconds or 0)
