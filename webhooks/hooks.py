"""What is answered to a helpdesk's webhook?

Promise: 401 for what is not signed, 400 for what says nothing, 404 for a helpdesk that the policy does not name, 503
for what cannot be stored; 200 once it is stored, whether it came before or not.

Helpdesks send them by the hundred, so they are answered before Flask, whose routing and objects take longer than the
signature and the store together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from slabot.runtime import BadHook, BadSignature, Intake, UnknownHelpdesk
from slabot.runtime.serving.requests import LARGEST_REQUEST, RETRY_AFTER
from slabot.runtime.unexpected import log_unexpected
from slabot.store import StoreUnavailable
from slabot.tracing import SpanKind, span
from webhooks.answers import headers_of, message, too_large, unavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/hooks/"


class Hooks:
    """A WSGI application that answers below `/hooks/`, and hands everything else on."""

    def __init__(self, intake: Intake, otherwise: WSGIApplication) -> None:
        self._intake, self._otherwise = intake, otherwise

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self._otherwise(environ, start_response)
        more: list[tuple[str, str]] = []
        if environ["REQUEST_METHOD"] != "POST":
            status, text = HTTPStatus.METHOD_NOT_ALLOWED, "this address does not take that method"
            more.append(("Allow", "POST"))
        else:
            name = path[len(PREFIX) :].encode("latin-1").decode(errors="replace")
            with span("webhook", kind=SpanKind.SERVER) as made:
                status, text = self._answer(name, headers_of(environ), environ["wsgi.input"].read(LARGEST_REQUEST + 1))
                made.note("http.response.status_code", status.value)
                if status != HTTPStatus.NOT_FOUND:  # or it is what a stranger wrote
                    made.note("slabot.helpdesk", name)
                if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    made.note("error.type", str(status.value))
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            more.append(("Retry-After", str(RETRY_AFTER)))
        body = message(text)
        length = ("Content-Length", str(len(body)))
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json"), length, *more])
        return [body]

    def _answer(self, name: str, headers: Mapping[str, str], body: bytes) -> tuple[HTTPStatus, str]:
        """Take a delivery in; the status and the sentence that it is answered with."""
        if len(body) > LARGEST_REQUEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large()
        try:
            fresh = self._intake.accept(name, headers, body)
        except UnknownHelpdesk:
            text = "the policy names no such helpdesk; the address ends with the helpdesk's name in the file"
            return HTTPStatus.NOT_FOUND, text
        except BadSignature as error:
            return HTTPStatus.UNAUTHORIZED, str(error)
        except BadHook as error:
            return HTTPStatus.BAD_REQUEST, str(error)
        except StoreUnavailable as error:
            return HTTPStatus.SERVICE_UNAVAILABLE, unavailable(error)
        except Exception as error:
            log_unexpected("web.broke", error, timedelta(0))
            return HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.INTERNAL_SERVER_ERROR.phrase
        return HTTPStatus.OK, "stored" if fresh else "it came before; nothing was done"
