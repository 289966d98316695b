"""See 0010_conditions.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
