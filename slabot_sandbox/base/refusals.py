"""Refuse a request.

Refused               an answer that is no success; raised by a stand-in, served by its application
"""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

PAGE_FOR_PEOPLE = "<!DOCTYPE html>\n<html><head><title>One moment</title></head><body><p>One moment, please.</p>"


class Refused(Exception):
    """A stand-in refuses a request: with a JSON body, with text, or with None for an empty body."""

    def __init__(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        """Keep the answer."""
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer to send."""
        if isinstance(self.body, str):
            kind = "html" if self.body.startswith("<!DOCTYPE html>") else "plain"
            return Response(self.body, self.status, self.headers, content_type=f"text/{kind}; charset=utf-8")
        return json_response(self.body, self.status, self.headers)


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON; empty if the body is None."""
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/json; charset=utf-8")


class Refusals:
    """How a service refuses while a fault is switched on; the services override it with words of their own."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Refused:
        """429 with Retry-After, in JSON or as bare text."""
        return Refused(429, "Too many requests\n" if text else {"status": "throttled"}, wait(retry_after))

    def unavailable(self, retry_after: int) -> Refused:
        """503 with Retry-After."""
        return Refused(503, {"status": "unavailable"}, wait(retry_after))

    def broken(self) -> Refused:
        """500."""
        return Refused(500, {"status": "internal error"})


class HelpdeskRefusals(Refusals):
    """Helpdesks show a page for people while they are not well."""

    def unavailable(self, retry_after: int) -> Refused:
        """503 with Retry-After: maintenance."""
        return Refused(503, PAGE_FOR_PEOPLE, wait(retry_after))

    def broken(self) -> Refused:
        """500."""
        return Refused(500, PAGE_FOR_PEOPLE)


def wait(seconds: int) -> dict[str, str]:
    """The header that tells how long to wait."""
    return {"Retry-After": str(seconds)}
