"""How does slabot speak with one kind of helpdesk?

One class for each helpdesk behind one contract: `adapters.base` (the contract), `adapters.errors` (what can go
wrong), Zendesk, and the registry that knows them by name. They know `slabot.domain` and nothing else of slabot.

Promise: importing this package opens no connection, and loads no helpdesk's client library.
"""
