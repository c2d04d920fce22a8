"""Read requests as strictly as they are meant, and answer the ones that are none.

Promise: whatever bytes come, the answer is a status and one calm sentence; nothing raises. What two programs could read
differently, where a request ends above all, is refused. The raw stream is bounded, not what it stands for.
"""

from __future__ import annotations

import json

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask

LARGEST_REQUEST = 256 * 1024  # bytes of a body; a helpdesk's webhook is at most 16,000 characters, a click about 10,000
LARGEST_HEADERS = 32 * 1024  # bytes of the request line and all headers
MOST_HEADERS = 100
RETRY_AFTER = 10  # seconds; helpdesks repeat a 503 only where this is below a minute

_SENTENCES = {
    408: "the request took too long to arrive",
    413: f"the body is larger than {LARGEST_REQUEST // 1024} KB",
    431: f"the headers are larger than {LARGEST_HEADERS // 1024} KB",
    501: "this way of sending a body is not understood; send it whole, or chunked",
    503: "there are too many requests from this address; send it again",
}


class RequestError:
    """A refusal as Waitress carries it from the parser to the task."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason, self.body = code, reason, ""


class StrictParser(HTTPRequestParser):  # type: ignore[misc, no-any-unimported]  # it publishes no types
    """Waitress's parser, which leaves a few things to chance."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the headers.

        Raises:
            ParsingError: they cannot be read, or could be read in two ways; the answer is 400.
            TransferEncodingNotImplemented: the answer is 501.
        """
        if header_plus.count(b"\r\n") > MOST_HEADERS:
            raise ParsingError("too many headers")
        try:
            super().parse_header(header_plus)
            self._refuse_what_is_doubtful()
        except ValueError:  # a length of 5,000 digits, an address with half a bracket
            self.expect_continue = False
            raise ParsingError("a number or an address cannot be read") from None
        except Exception:
            self.expect_continue = False
            raise
        if self.body_rcv is None or self.content_length >= self.adj.max_request_body_size:
            self.expect_continue = False  # there is nothing to wait for

    def _refuse_what_is_doubtful(self) -> None:
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("this is neither HTTP/1.0 nor HTTP/1.1")
        # A proxy in front may believe the other one of the two, and take the rest for another request.
        if (self.chunked and "CONTENT_LENGTH" in self.headers) or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("the body has two lengths")


class AnswerTask(WSGITask):  # type: ignore[misc, no-any-unimported]
    """The application's answer; counted if it is a refusal."""

    def finish(self) -> None:
        """End it."""
        super().finish()
        self.channel.server.refusals.answered(self.status)


class RefusedTask(ErrorTask):  # type: ignore[misc, no-any-unimported]
    """The answer to what is no request, or comes too late; the connection ends with it."""

    def execute(self) -> None:
        """Write it."""
        error = self.request.error
        sentence = _SENTENCES.get(error.code, "this is no request that slabot understands")
        body = (json.dumps({"message": sentence}) + "\n").encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        if error.code == 503:
            self.response_headers.append(("Retry-After", str(RETRY_AFTER)))
        self.set_close_on_finish()
        self.channel.lingers = True
        self.content_length = len(body)
        self.write(body)

    def finish(self) -> None:
        """End it."""
        super().finish()
        self.channel.server.refusals.answered(self.status)
