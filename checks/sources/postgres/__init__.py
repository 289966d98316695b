"""Someone else's PostgreSQL, read with care: read-only, listed tables only, bounded in time and size."""

from checks.sources.postgres.database import Database, Rows
from checks.sources.postgres.source import PostgresSource

__all__ = ["Database", "PostgresSource", "Rows"]
