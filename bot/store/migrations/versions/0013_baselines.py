"""See 0013_baselines.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
