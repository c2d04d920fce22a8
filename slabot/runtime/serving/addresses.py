"""Find out who asks, and hold each address to its share.

Promise: a header that says who asks is believed only from the proxies that the policy names; the address counts that
the nearest of them has seen. Where the policy names none, nobody can be told from anybody, and nothing is counted.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import Counter
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Addresses:
    """How much each address holds at this moment. Safe to share between threads."""

    def __init__(self, proxies: Sequence[Network], share: int) -> None:
        """`share` is what one address may hold at once."""
        self._proxies, self._share = tuple(proxies), share
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def of_connection(self, peer: str) -> str | None:
        """Whose share a connection counts to; None for a proxy's, and where nothing is counted."""
        return None if not self._proxies or self._is_proxy(peer) else peer

    def of_request(self, peer: str, forwarded_for: str) -> str | None:
        """Whose share a request counts to; None where its connection counts already.

        Args:
            peer: the address at the other end of the connection.
            forwarded_for: the header `X-Forwarded-For`, to which each proxy adds whom it has seen.
        """
        if not self._proxies or not self._is_proxy(peer):
            return None
        seen = [each.strip() for each in reversed(forwarded_for.split(","))]
        return next((each for each in seen if each and not self._is_proxy(each)), None)

    def take(self, address: str | None) -> bool:
        """Count one more; False if the address holds its share already."""
        if address is None:
            return True
        with self._lock:
            if self._held[address] >= self._share:
                return False
            self._held[address] += 1
        return True

    def give(self, address: str | None) -> None:
        """Count one less."""
        if address is None:
            return
        with self._lock:
            self._held[address] -= 1
            if self._held[address] <= 0:
                del self._held[address]

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found.version == network.version and found in network for network in self._proxies)
