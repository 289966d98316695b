"""See 0008_block_types.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
