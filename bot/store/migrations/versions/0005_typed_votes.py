"""See 0005_typed_votes.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
