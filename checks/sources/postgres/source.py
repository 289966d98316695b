"""The source of kind `postgres`: its entry under `sources:` in canary.yaml."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from checks.base import Source
from checks.context import Context
from checks.secrets import spelt_out
from checks.sources.postgres.clock import SKEW
from checks.sources.postgres.database import Database
from checks.sources.postgres.dsn import problem_with
from checks.sources.postgres.privileges import say
from checks.units import Duration

_VARIABLE = re.compile(r"\$\{\w+\}")
_PASSWORD = re.compile(r"://[^/@:]*:(?P<url>[^@]+)@|\bpassword\s*=\s*(?P<keyword>[^\s&]+)", re.IGNORECASE)


class PostgresSource(Source):
    """`{kind: postgres, dsn: "${STAGING_DATABASE_URL}", tables: [BackgroundJob, "audit.Event"]}`."""

    kind: Literal["postgres"]
    dsn: str = Field(description="URL or keywords of libpq; the secret part as ${NAME}")
    tables: tuple[str, ...] = Field(
        min_length=1,
        max_length=200,
        description="What queries may name: Table or schema.Table, a view as well",
    )
    statement_timeout: Duration = Field(default=timedelta(seconds=15), description="For one statement")
    connect_timeout: Duration = Field(default=timedelta(seconds=5), description="To reach the database")
    max_rows: int = Field(default=1000, ge=1, le=100_000, description="Of one answer; more is an error")
    max_bytes: int = Field(default=1 << 20, ge=1 << 10, le=1 << 26, description="Of one answer, as JSON")

    @field_validator("dsn")
    @classmethod
    def _names_its_secret(cls, dsn: str) -> str:
        return names_its_secret(dsn)

    def missing_here(self) -> Iterator[tuple[str, str]]:
        message, hint = problem_with(self.dsn)
        if message:
            yield "dsn", f"{message}; {hint[0].lower()}{hint[1:].removesuffix('.')}"

    @property
    def skew(self) -> timedelta:
        """How much its clock may differ from the one that defines windows."""
        return SKEW

    def database(self) -> Database:
        """The object that checks receive, for a filled-in source."""
        return Database(self)

    @asynccontextmanager
    async def open(self, context: Context) -> AsyncIterator[Database]:
        database = self.filled(context.secrets).database()
        try:
            yield database
        finally:
            await database.close()

    async def reach(self, opened: Database) -> str:
        row = await opened.one("SELECT current_user AS role", {})
        return say(str(row["role"]), await opened.beyond())


def names_its_secret(dsn: str) -> str:
    """Returns the DSN. Raises ValueError if libpq cannot parse it, or it contains its password in plain text."""
    written = _VARIABLE.sub("x", dsn)
    if not dsn.startswith("$") and (problem := problem_with(written))[0]:
        raise ValueError(f"{problem[0]}; {problem[1][0].lower()}{problem[1][1:].removesuffix('.')}")
    found = _PASSWORD.search(dsn)
    if found and spelt_out(found["url"] or found["keyword"]):
        raise ValueError("expected the password as ${NAME}: packets show this file as it is")
    return dsn
