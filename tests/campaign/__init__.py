"""A campaign of faults: slabot under load while processes, the store, the network and the clock misbehave.

    python -m tests.campaign --help

Afterwards an independent checker compares what the stand-ins saw, and what the ledger says, with what was due.
"""
