"""See 0014_packet_copies.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
