"""The web server: Waitress, bounded against clients that are slow, many or hostile."""

from slabot.runtime.serving.refusals import Refusals, TurnedAway
from slabot.runtime.serving.server import LARGEST_REQUEST, WebServer, take_address

__all__ = ["LARGEST_REQUEST", "Refusals", "TurnedAway", "WebServer", "take_address"]
