"""What do helpdesks say, and when are they asked?

Webhooks are hints and are stored; sweeps find what no hint told of; both end in one reading of the ticket.
"""
