"""What do all parts of the file have in common?

Promise: a part never changes once it is read, and a key that it does not know is an error.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A mapping of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
