"""The store, in SQL: its tables, and one module for each question asked of it."""

from slabot.store.errors import (
    Fault,
    OlderProcesses,
    SchemaForeign,
    SchemaTooNew,
    StoreAddressError,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreMisuse,
    StoreReplaced,
    StoreUnavailable,
    UnknownTicket,
)
from slabot.store.ledger import LedgerRow
from slabot.store.messages import PostedPage
from slabot.store.outbox import OutboxRow
from slabot.store.store import Store, forget_dead_processes, open_store, read_if_current, tables_of, try_store
from slabot.store.tickets import StoredTicket
from slabot.store.vocabulary import Lane, LedgerEvent, OutboxKind, OutboxState

__all__ = [
    "Fault",
    "Lane",
    "LedgerEvent",
    "LedgerRow",
    "OlderProcesses",
    "OutboxKind",
    "OutboxRow",
    "OutboxState",
    "PostedPage",
    "SchemaForeign",
    "SchemaTooNew",
    "Store",
    "StoreAddressError",
    "StoreClosed",
    "StoreDamaged",
    "StoreError",
    "StoreMisuse",
    "StoreReplaced",
    "StoreUnavailable",
    "StoredTicket",
    "UnknownTicket",
    "forget_dead_processes",
    "open_store",
    "read_if_current",
    "tables_of",
    "try_store",
]
