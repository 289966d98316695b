"""See 0007_readings_of_prompts.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
