"""See 0009_homes.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
