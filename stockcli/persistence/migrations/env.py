"""What Alembic runs around the revisions; triggers and fences are put back after them."""

from alembic import context

from stockcli.persistence.lifting import lifted
from stockcli.persistence.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter a table in place: Alembic copies it, and its triggers are lost.
    render_as_batch=True,
    # Alembic would commit after every revision on SQLite, and another process slip in between.
    transactional_ddl=True,
)
with context.begin_transaction():
    # A database that is there already is left alone: lifting takes locks.
    if context.get_context().get_current_revision() != context.get_revision_argument():
        with lifted(connection):
            context.run_migrations()
