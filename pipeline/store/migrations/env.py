"""Alembic's entry: runs the steps on the connection, and inside the transaction, it is handed."""

from __future__ import annotations

from alembic import context

from pipeline.store.models_base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
