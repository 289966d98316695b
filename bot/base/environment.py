"""Environment variables, as people paste them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

_SECRET = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SIGNING_KEY",
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
    """CANARY_DATA: where `canary serve` keeps its servers' data, and `canary keys` the signing key."""
    return Path(pasted(environ.get("CANARY_DATA")) or DATA)


def own_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """The bot's own settings that must be redacted everywhere: a gate's program may have been given them."""
    for name in _SECRET:
        if value := pasted(environ.get(name)):
            yield value
            yield from _lines(value)


def _lines(value: str) -> Iterator[str]:
    """The lines of a PEM key that are secret by themselves."""
    lines = value.replace("\\n", "\n").split("\n")
    if len(lines) > 1:
        yield from (line.strip() for line in lines if line.strip() and not line.startswith("-----"))
