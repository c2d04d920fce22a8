"""How are the account's own settings read?

Promise: lists whole, by cursor, up to a number of pages that no account in its senses exceeds; a list that is missing
is an error and never read as "none".
"""

from __future__ import annotations

import requests

from adapters.errors import BadAnswer
from adapters.http.answers import read_object
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, mapping, objects, text

PAGES = 10  # of each list; an account with a thousand triggers has told enough


class Asker:
    """Reads with one thread's client."""

    def __init__(self, client: Client) -> None:
        """Ask nothing yet."""
        self.client = client

    def every(self, path: str, name: str) -> list[Raw]:
        """Every object of a list, by cursor."""
        found: list[Raw] = []
        after = ""
        for _ in range(PAGES):
            page = self.one(path, **({"page[size]": "100"} | ({"page[after]": after} if after else {})))
            listed = page.get(name)
            if not isinstance(listed, list):
                raise BadAnswer(f"no list of {name.replace('_', ' ')} in it", endpoint=f"GET /api/v2/{path}")
            found += objects(listed)
            meta = mapping(page.get("meta"))
            after = text(meta.get("after_cursor"))
            if meta.get("has_more") is not True or not after:
                break
        return found

    def one(self, path: str, **query: str) -> Raw:
        """The JSON object at a path; raises AdapterError."""
        return read_object(self.response(path, **query), endpoint=f"GET /api/v2/{path}")

    def response(self, path: str, **query: str) -> requests.Response:
        """The answer itself, for what its headers say; raises AdapterError."""
        return self.client.session.get(self.client.address.url(path), params=query)
