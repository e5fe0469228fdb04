"""Facts: what the figures of tables mean."""

from indexer.facts.build import tables_to_facts
from indexer.facts.kinds import classify

__all__ = ["classify", "tables_to_facts"]
