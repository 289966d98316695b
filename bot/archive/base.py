"""What keeps packets, and what it says when it cannot."""

from __future__ import annotations

from typing import Protocol

from bot.base.errors import Unavailable


class NotKept(Unavailable):
    """It could not be kept now. The message says where and why, without secrets; keeping it again does no harm."""


class Archive(Protocol):
    place: str  # for people: "s3://bucket/prefix"

    async def keep(self, name: str, content: bytes) -> None:
        """Under this name, which may hold slashes; it replaces what was there. Raises NotKept."""
        ...
