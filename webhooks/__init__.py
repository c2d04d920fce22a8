"""Which requests from outside does slabot answer?

The Flask application: intake for each helpdesk, Slack's buttons and commands, the console, health, metrics.

Promise: importing this package listens to nothing. The application comes with the issue about the path of
a ticket.
"""
