"""See 0001_procrastinate.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(revision, op.get_bind())
