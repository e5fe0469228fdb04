"""Read by Alembic: the steps run inside the connection and the transaction of `indexer.store.upgrade`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
