"""Let `requests` speak HTTP within the limit of the calling thread, through proxies too.

Promise: looking up the name, connecting, the proxy's answer, the handshake, interim answers, headers, chunks and the
end of a body are all under the one `Limit`; no time-out of a single read decides. Nothing is repeated here. Neither an
address, in which a secret may stand, nor anything that a peer sends gets into a log.

Trusted are the certificates of the machine and those that `requests` brings along, or those alone that
REQUESTS_CA_BUNDLE names.
"""

from __future__ import annotations

import logging
import os
import socket
import ssl
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from slabot.outside.limits import NoTimeLeft, left
from slabot.outside.sockets import connect, keep_to_limits
from slabot.tracing import Fact, SpanKind, span

CONNECT = 5.0  # seconds to reach the other side, where its time-out names none
CHUNK = 64 * 2**10  # bytes
OVERHEAD = 2**20  # bytes beside a body: headers, the frames of its chunks, a proxy's answer

# It logs whole addresses, and what stands where a header should be. What matters is in our errors.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class _Connection(HTTPConnection):
    """Dials by `slabot.outside.sockets`; the errors are urllib3's own.

    Until it is connected, encryption and a proxy's consent included, nothing of a request has been sent: so what goes
    wrong till then is told apart from what goes wrong later.
    """

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLCertVerificationError:
            raise
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "it could not be reached in time") from error
        except OSError as error:
            raise NewConnectionError(self, f"it could not be reached: {error}") from error

    def _new_conn(self) -> socket.socket:
        seconds = CONNECT if self.timeout is None else float(self.timeout)
        try:
            return connect(self._dns_host.strip("[]"), self.port, seconds=seconds, options=self.socket_options or ())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "it could not be reached in time") from error
        except OSError as error:
            raise NewConnectionError(self, f"it could not be reached: {error}") from error


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class LimitedAdapter(HTTPAdapter):
    """One kept connection of a `requests.Session`, within limits."""

    def __init__(self) -> None:
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)

    def send(self, request: requests.PreparedRequest, *given: Any, **named: Any) -> requests.Response:
        """As `requests`, once; a span lasts until the answer begins, and knows the host alone."""
        method, address = str(request.method), urlsplit(str(request.url))
        facts: dict[str, Fact] = {"http.request.method": method, "server.address": address.hostname or ""}
        if address.port is not None:
            facts["server.port"] = address.port
        with span(method, facts, SpanKind.CLIENT) as made:
            response = super().send(request, *given, **named)
            made.note("http.response.status_code", response.status_code)
            if response.status_code >= 400:
                made.note("error.type", str(response.status_code))
            return response

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        """As `requests`, with our connections."""
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """As `requests`, with our connections.

        Raises:
            requests.exceptions.InvalidProxyURL: SOCKS, whose connections know no limit.
        """
        if proxy.lower().startswith("socks"):
            raise requests.exceptions.InvalidProxyURL("slabot speaks through HTTP proxies only")
        if proxy not in self.proxy_manager and proxy.lower().startswith("https"):
            named["proxy_ssl_context"] = _trusting(os.environ.get("REQUESTS_CA_BUNDLE") or True)
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        """As `requests`, with certificates that are read once.

        Raises:
            requests.exceptions.SSLError: there are none where REQUESTS_CA_BUNDLE points.
        """
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] != "https":
            return host, pool
        try:
            return host, {"cert_reqs": "CERT_REQUIRED", "ssl_context": _trusting(verify)}
        except OSError as error:
            raise requests.exceptions.SSLError(error, request=request) from error

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """Nothing: the context knows whom to trust."""


def read_body(response: requests.Response, *, most: int) -> bytes:
    """The body of a streamed answer, unpacked; where it is longer than `most`, a beginning that is longer too.

    Raises:
        OSError, urllib3.exceptions.HTTPError: it broke off, or there was no time left.
    """
    body = bytearray()
    # Not iter_content: that waits for a whole chunk. What is unpacked at a time is bounded by urllib3.
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > most:
            break
        if left() <= 0:  # a peer that is quick enough never lets a socket wait
            raise NoTimeLeft("the body did not end in time")
    return bytes(body)


def _trusting(verify: bool | str) -> ssl.SSLContext:
    named = verify if isinstance(verify, str) else ""
    return _context(
        named,
        os.environ.get("SSL_CERT_FILE"),
        os.environ.get("SSL_CERT_DIR"),
        _changed(named or DEFAULT_CA_BUNDLE_PATH),
    )


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


@lru_cache(maxsize=4)
def _context(named: str, file: str | None, folder: str | None, changed: float) -> ssl.SSLContext:
    """Reading the certificates takes longer than a call; so they are read once, and again when the file changed."""
    context = keep_to_limits(create_urllib3_context())
    if not named:
        context.load_default_certs()
    path = named or DEFAULT_CA_BUNDLE_PATH
    if os.path.isdir(path):
        context.load_verify_locations(capath=path)
    else:
        context.load_verify_locations(cafile=path)
    return context
