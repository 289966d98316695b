"""See 0003_rollbacks_and_reminders.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
