"""See 0011_actions.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
