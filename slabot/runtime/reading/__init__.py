"""Read the helpdesks.

Webhooks are hints and are stored; sweeps find what no hint named; both end in one reading of the ticket.
"""
