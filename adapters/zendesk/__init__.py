"""How does slabot speak with Zendesk?

`adapter` puts the parts together: `session` (HTTP on our terms), `answers` (what a status code means), `client`
(zenpy on that session), `export` (the sweep), `history` (gathering one ticket), `reading`, `messages`, `audits`,
`actors`, `statuses`, `fields` (raw JSON to a snapshot), `writing`, `hooks`, `limits`, `users`.

Promise: everything outside this folder uses `ZendeskAdapter` through `adapters.base` alone.
"""
