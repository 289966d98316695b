"""See 0006_topics_of_messages.sql."""

from alembic import op

from bot.store.migrate import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql(revision, op.get_bind())
