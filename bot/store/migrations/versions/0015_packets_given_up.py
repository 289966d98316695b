"""See 0015_packets_given_up.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
