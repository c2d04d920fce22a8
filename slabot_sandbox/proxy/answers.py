"""Make the bytes of a wrong answer.

Promise: each is wrong in the one way that its rule names, and otherwise what a client would take for an answer.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import chain, count, repeat

from slabot_sandbox.base.refusals import PAGE_FOR_PEOPLE
from slabot_sandbox.proxy.rules import Rule

JSON = "application/json; charset=utf-8"
MEGABYTE = 2**20
DEPTH = 100_000  # of nested lists
SOMEWHERE = "http://elsewhere.invalid/"
NOBODY = 9  # a port on which nobody answers

Headers = Sequence[tuple[str, str]]


def head(status: int, headers: Headers) -> bytes:
    """Status line and headers."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Whatever"
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", errors="replace")


def answer(status: int, body: bytes, *, content_type: str = JSON, more: Headers = ()) -> bytes:
    """A whole answer with its right length."""
    return head(status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *more]) + body


def refusal(rule: Rule, service: str, path: str) -> bytes:
    """A status, with a body as this service writes it."""
    more = [] if rule.retry_after is None else [("Retry-After", rule.retry_after)]
    if rule.status < 200 or rule.status in (204, 304):
        return head(rule.status, more)
    match rule.how:
        case "empty":
            return answer(rule.status, b"", more=more)
        case "text":
            return answer(rule.status, b"Something is not right\n", content_type="text/plain", more=more)
    if service in ("zendesk", "freshdesk") and rule.status >= 500:
        return answer(rule.status, PAGE_FOR_PEOPLE.encode(), content_type="text/html; charset=utf-8", more=more)
    body = json.dumps(_in_its_manner(service, path, rule.error or _word(rule.status)))
    return answer(rule.status, body.encode(), more=more)


def _in_its_manner(service: str, path: str, word: str) -> dict[str, object]:
    text = word.replace("_", " ").capitalize()
    if path.endswith("/oauth/tokens"):
        return {"error": word, "error_description": text}
    match service:
        case "zendesk":
            return {"error": word, "description": text}
        case "freshdesk":
            return {"code": word, "message": text}
        case "slack":
            return {"ok": False, "error": word}
        case "pagerduty":
            return {"status": word, "message": text, "errors": [text]}
    return {"error": word}


def _word(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.lower().replace(" ", "_")
    except ValueError:
        return "error"


def redirect(rule: Rule, host: str, target: str) -> bytes:
    """302 to where the rule says; `host` and `target` are what was asked."""
    name = host.rpartition(":")[0] or host
    places = {
        "host": SOMEWHERE,
        "loop": f"http://{host}{target}",
        "scheme": f"https://{host}{target}",
        "port": f"http://{name}:{NOBODY}{target}",
    }
    return answer(302, b"", more=[("Location", rule.to or places[rule.how])])


def oversize(rule: Rule) -> Iterator[bytes]:
    """The parts of an answer that is too large."""
    if rule.how == "headers":
        yield b"HTTP/1.1 200 OK\r\n"
        filler = b"x" * 1000
        lines = (b"X-Filler-%d: %s\r\n" % (number, filler) for number in count())
        amount = count() if rule.megabytes is None else range(rule.megabytes * 1024)
        for _, line in zip(amount, lines, strict=False):
            yield line
        yield b"Content-Length: 2\r\n\r\n{}"
        return
    block = b"x" * MEGABYTE
    blocks = repeat(block) if rule.megabytes is None else repeat(block, rule.megabytes)
    body = chain([b'{"filler": "'], blocks, [b'"}'])
    if rule.how == "gzip":
        yield head(200, [("Content-Type", JSON), ("Content-Encoding", "gzip"), ("Connection", "close")])
        packing = zlib.compressobj(level=1, wbits=31)
        for part in body:
            if packed := packing.compress(part):
                yield packed
        yield packing.flush()
        return
    yield head(200, [("Content-Type", JSON), ("Connection", "close")])
    yield from body


def spoiled(how: str, status: int, body: bytes) -> bytes:
    """The answer in a wrong encoding; `body` is the true one, where the peer was asked."""
    right = [("Content-Type", JSON)]
    match how:
        case "charset":
            return answer(status, body, content_type="application/json; charset=utf-16")
        case "utf8":
            return answer(200, b'{"text": "\xff\xfe\xc3"}')
        case "gzip":
            return answer(status, body, more=[("Content-Encoding", "gzip")])
        case "chunked":
            return head(status, [*right, ("Transfer-Encoding", "chunked")]) + b"zz\r\n" + body + b"\r\n-5\r\n\r\n"
        case "longer":  # whoever sends it closes the connection then
            return head(status, [*right, ("Content-Length", str(len(body) + 100))]) + body
        case "shorter":
            return head(status, [*right, ("Content-Length", str(len(body) // 2))]) + body
        case "nested":
            return answer(200, b"[" * DEPTH + b"]" * DEPTH)
        case "html":
            return answer(200, PAGE_FOR_PEOPLE.encode(), content_type="text/html; charset=utf-8")
        case "empty":
            return answer(200, b"")
        case "list":
            return answer(200, b"[]")
        case "null":
            return answer(200, b"null")
    raise AssertionError(f"no such encoding: {how}")
