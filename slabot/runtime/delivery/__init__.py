"""Deliver what is in the outbox: pages, updates, alerts and writes to a helpdesk.

`loop` claims, orders and settles; `pages`, `updates`, `alerts` and `writes` each handle a lane: they prepare, send and
store the outcome.
"""
