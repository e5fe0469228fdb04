"""The store: SQL is the truth, Chroma and the full-text index are derived from it."""

from indexer.store.snapshot import Held
from indexer.store.store import Store

__all__ = ["Held", "Store"]
