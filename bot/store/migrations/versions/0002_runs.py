"""See 0002_runs.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
