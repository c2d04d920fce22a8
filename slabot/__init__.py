"""What is slabot?

A bot beside the helpdesk that a support team already has: it keeps a service-level clock for every ticket,
pages Slack before a deadline is missed, and moves silent tickets on.

Promise: importing this package does nothing but name its version. No clock is read, no file, no address.
"""

__version__ = "0.1.0"
