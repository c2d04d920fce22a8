"""Show somebody's home tab in Slack.

Promise: it shows the tickets whose time runs as they stand when it is opened. A tab that somebody refreshed meanwhile
is not overwritten with something older.
"""

from __future__ import annotations

from sqlalchemy import Connection

from slabot.channels.slack import home
from slabot.channels.slack.home import SHOWN
from slabot.messages.view import PageView
from slabot.runtime.parts import Parts
from slabot.runtime.people import listing
from slabot.runtime.refresh import with_names
from slabot.store import deadlines


def show(parts: Parts, user_id: str, hash: str | None) -> bool:
    """Show it to a person; False if they see something newer already.

    Args:
        parts: of the runtime.
        user_id: Slack's id of them.
        hash: of what they see now; None for nothing.

    Raises:
        SlackError: it was not shown.
        StoreUnavailable: it cannot be read now.
    """
    if parts.sender is None:
        return False

    def read(conn: Connection) -> tuple[list[PageView], int]:
        nearest = deadlines.nearest(conn, SHOWN)
        return listing.views(conn, parts, nearest)[:SHOWN], max(0, deadlines.count(conn) - len(nearest))

    views, more = parts.store.read(read)
    shown = home.home(with_names(parts, views), more, parts.now(), parts.policy.display_zone)
    return parts.sender.publish_home(user_id, shown, hash)
