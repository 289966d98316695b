"""The system's SQL statements, by name, on one connection."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Mapping
from typing import Any

import psycopg

_HEADING = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def script(name: str) -> str:
    """Returns the text of an .sql file beside this module."""
    return importlib.resources.files("sandbox.jobsystem").joinpath(name).read_text("utf-8")


class Tables:
    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        _, *named = _HEADING.split(script("statements.sql"))
        self._statements = dict(zip(named[::2], named[1::2], strict=True))
        self.connection = connection

    async def run(self, name: str, params: Mapping[str, Any]) -> None:
        await self.connection.execute(self._statements[name], params)

    async def rows(self, name: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        cursor = await self.connection.execute(self._statements[name], params)
        return await cursor.fetchall()
