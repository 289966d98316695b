"""A database with job tables: the kind `postgres` in canary.yaml, whose `layout` names those tables."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from checks.jobs.layout import Layout
from checks.sources.postgres import Database, PostgresSource


class JobsSource(PostgresSource):
    """`{kind: postgres, dsn: "${STAGING_DATABASE_URL}", tables: [BackgroundJob, "audit.Event"]}`."""

    layout: Layout = Field(
        default=Layout(),
        description="What the job tables, their columns and words are called, where they differ",
    )

    @property
    def skew(self) -> timedelta:
        return self.layout.clock_skew

    def database(self) -> JobsDatabase:
        return JobsDatabase(self)


class JobsDatabase(Database):
    """A database, and the names of its job tables."""

    def __init__(self, source: JobsSource) -> None:
        super().__init__(source)
        self.layout = source.layout
