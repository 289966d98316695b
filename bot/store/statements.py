"""Named SQL: each statement of a .sql file has a header `-- name: what it does, in a sentence`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

_HEAD = re.compile(r"^-- (\w+): .+$", re.MULTILINE)


class Statements:
    """The statements of one file, by name: `SQL = Statements("run")`, then `SQL["insert"]`."""

    def __init__(self, table: str) -> None:
        text = (resources.files("bot.store") / f"{table}.sql").read_text(encoding="utf-8")
        parts = _HEAD.split(text)
        self._texts = {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __contains__(self, name: str) -> bool:
        return name in self._texts


def every_file() -> Iterator[Statements]:
    """Ordered by name."""
    names = sorted(entry.name for entry in resources.files("bot.store").iterdir())
    return (Statements(name.removesuffix(".sql")) for name in names if name.endswith(".sql"))
