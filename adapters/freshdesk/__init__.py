"""How does slabot speak with Freshdesk?

`adapter` puts the parts together: `session` (HTTP on our terms), `answers` (what a status code means), `client` (the
endpoints), `limits` (how many calls the plan leaves), `listing` and `cursors` (the sweep), `history`
(gathering one ticket), `reading`, `conversations`, `moves`, `ticket_fields`, `statuses`, `agents` (raw JSON to a
snapshot), `writing`, `attempts` (what was sent to customers), `hooks`, `examine` (for `slabot doctor`).

Promise: everything outside this folder uses `FreshdeskAdapter` through `adapters.base` alone.
"""
