"""The interface of an archive, and its error."""

from __future__ import annotations

from typing import Protocol

from bot.base.errors import Unavailable


class NotKept(Unavailable):
    """The packet could not be stored now. The message says where and why, without secrets; storing it again
    does no harm.
    """


class Archive(Protocol):
    place: str  # for people: "s3://bucket/prefix"

    async def keep(self, name: str, content: bytes) -> None:
        """Store it under this name, which may contain slashes, replacing any earlier content. Raises NotKept."""
        ...
