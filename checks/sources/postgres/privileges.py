"""A source's role's privileges beyond reading `tables`, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def say(role: str, found: Sequence[tuple[str, int, Sequence[str] | None]]) -> str:
    """`found` is the result of role.sql."""
    if not found:
        return f"answers, as the role {role}, which may read what `tables` lists, and nothing else"
    return f"answers, as the role {role}, which may also " + "; ".join(
        f"{what} {_named(count, names or ())}".rstrip() for what, count, names in found
    )


def _named(count: int, names: Sequence[str]) -> str:
    """`a, b, c and 4 more`"""
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return ", ".join(names) + more
