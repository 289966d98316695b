"""Someone else's PostgreSQL, read with care: read only, listed tables only, bounded in time and size."""

from checks.sources.postgres.source import Database, PostgresSource, Rows

__all__ = ["Database", "PostgresSource", "Rows"]
