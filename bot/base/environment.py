"""Environment variables, as people paste them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

_SECRET = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "DATABASE_URL",
    "REDIS_URL",
    "PGPASSWORD",
)
DATA = Path(".canary")
_QUOTES = ("'", '"')


def pasted(value: str | None) -> str | None:
    """Without surrounding spaces, newlines and quotes, which pasting and `.env` files leave. None if empty."""
    text = (value or "").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        text = text[1:-1].strip()
    return text or None


def data_folder(environ: Mapping[str, str]) -> Path:
    """CANARY_DATA: where `canary serve` keeps its servers' data, and `canary checkpoint` its key."""
    return Path(pasted(environ.get("CANARY_DATA")) or DATA)


def own_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """The bot's own settings that must be redacted everywhere: a gate's program may have been given them."""
    yield from filter(None, (pasted(environ.get(name)) for name in _SECRET))
