"""See 0004_runs_of_a_person.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
