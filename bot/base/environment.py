"""Variables of the environment as people paste them."""

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
    """Without what pasting and mounting leave around it: spaces, a newline, quotes of an `.env` file. None when empty."""
    text = (value or "").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        text = text[1:-1].strip()
    return text or None


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where `canary serve` keeps its servers, and `canary checkpoint` its key: CANARY_DATA."""
    return Path(pasted(environ.get("CANARY_DATA")) or DATA)


def own_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """What of the bot's own settings must not be said, wherever it turns up: a program of a gate may have been given it."""
    yield from filter(None, (pasted(environ.get(name)) for name in _SECRET))
