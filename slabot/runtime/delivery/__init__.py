"""Deliver what is owed: pages, updates, alerts and writes to a helpdesk.

`loop` claims, orders and settles; `pages`, `updates`, `alerts` and `writes` are the kinds, which prepare, send and
write down what came of it.
"""
