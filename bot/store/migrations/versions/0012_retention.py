"""See 0012_retention.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
