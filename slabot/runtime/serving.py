"""How is the Flask application served inside a process?

Promise: it listens before anything else happens, on a free port if none is named, and gives the port back at the end.
"""

from __future__ import annotations

import logging
import threading

from flask import Flask
from waitress.server import create_server

THREADS = 8


class WebServer:
    """Waitress in a thread of its own."""

    def __init__(self, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen from now on.

        Raises:
            OSError: the port is taken.
        """
        # A queue of a few requests is no event; what does not fit is told by the figures, not by a line for each.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._server = create_server(app, host=host, port=port, threads=THREADS, ident="slabot")
        self.port: int = self._server.effective_port
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.close()
        self._thread.join(5)
