"""The SQL tables. Rows hold what is searched as columns, and the whole frozen dataclass as `body`.

Only live rows are here: a transaction deletes the old rows of a document and inserts the new ones. `generations`
says which vectors in Chroma, which is outside the transaction, belong to rows that are live.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA = "4"
"""The newest of `migrations/versions`: whoever changes the tables adds a step there."""

WRITING, LIVE, OLD = "writing", "live", "old"

metadata = MetaData()

version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))
"""Which schema a store has, in Alembic's own table; stores before "3" said it in `meta`."""

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

generations = Table(
    "generations",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=True),
    Column("document", Text, nullable=False),
    Column("state", String, nullable=False),
    sqlite_autoincrement=True,  # a number never comes back, so a stale vector id never meets a new document
)

documents = Table(
    "documents",
    metadata,
    Column("document", Text, primary_key=True),
    Column("generation", Integer, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("year", Integer),
    Column("doc_type", String),
    Column("scope", String),
    Column("pages", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("path", Text, nullable=False),
    Column("extraction", String, nullable=False),
    Column("tables", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("names", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)


def _generation() -> Column[int]:
    return Column(
        "generation", Integer, ForeignKey("documents.generation", ondelete="CASCADE"), nullable=False, primary_key=True
    )


def _position() -> Column[int]:
    return Column("position", Integer, nullable=False, primary_key=True, autoincrement=False)


def _pieces(name: str, *columns: Column[str] | Column[int]) -> Table:
    return Table(name, metadata, _generation(), _position(), *columns, Column("body", Text, nullable=False))


tables = _pieces(
    "tables",
    Column("id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("page", Integer),
)
sections = _pieces(
    "sections",
    Column("id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("page", Integer),
)
facts = _pieces(
    "facts",
    Column("id", Text, nullable=False),
    Column("table_id", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("item", Text, nullable=False),
    Column("item_key", Text, nullable=False),
    Column("code", String, nullable=False),
    Column("concept", String, nullable=False),
    Column("measure", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("side", String, nullable=False),
    Column("year", Integer),
    Column("value", Text, nullable=False),
    Column("unit", String, nullable=False),
    Column("page", Integer, nullable=False),
)
claims = _pieces(
    "claims",
    Column("id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("concept", String, nullable=False),
    Column("code", String, nullable=False),
    Column("role", String, nullable=False),
    Column("year", Integer),
    Column("value", Text, nullable=False),
    Column("unit", String, nullable=False),
    Column("page", Integer, nullable=False),
)
identities = _pieces(
    "identities",
    Column("id", Text, nullable=False),
    Column("rule", String, nullable=False),
    Column("status", String, nullable=False),
)
findings = _pieces(
    "findings",
    Column("rule", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("page", Integer, nullable=False),
)
problems = _pieces("problems", Column("kind", String, nullable=False), Column("page", Integer))

chunks = Table(
    "chunks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("generation", Integer, ForeignKey("documents.generation", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", Text, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("table_kind", String, nullable=False),
    Column("parent", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("folded", Text, nullable=False),
)
"""`folded`: the text as `indexer.text.fold` gives it, in which exact phrases are looked for."""

vectors = Table(
    "vectors",
    metadata,
    Column("generation", Integer, ForeignKey("documents.generation", ondelete="CASCADE"), primary_key=True),
    Column("ids", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("matrix", LargeBinary, nullable=False),
)
"""One float16 matrix a document, a row for each chunk; their `ids` and table `kinds` as JSON. The model is named in
`meta`."""

staff_sessions = Table(
    "staff_sessions", metadata, Column("key", String, primary_key=True), Column("until", Float, nullable=False)
)
staff_tries = Table(
    "staff_tries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
)
"""Sessions under a hash of their token, which is nowhere kept; when a password was last tried. Times in seconds."""

Index("chunks_by_place", chunks.c.generation, chunks.c.table_kind)
Index("facts_by_concept", facts.c.concept, facts.c.generation)
Index("facts_by_code", facts.c.code, facts.c.generation)
Index("facts_by_item", facts.c.item_key, facts.c.generation)
Index("facts_by_kind", facts.c.kind, facts.c.generation)
