"""The process's log, on standard error: text on a terminal, otherwise one JSON object per line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import structlog

from bot.base.errors import Misused
from bot.base.plain import plain

JSON, TEXT = "json", "text"
CHATTY = (
    "procrastinate",
    "slack_bolt",
    "slack_sdk",
    "httpx",
    "httpcore",
    "aiohttp.access",
    "matplotlib",
    "alembic",
)


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Redacts every log line: messages, values and tracebacks, at every level."""

    def __init__(self, redact: Callable[[str], str], **rest: Any) -> None:
        super().__init__(**rest)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def log_to_stderr(form: str | None = None, redact: Callable[[str], str] = lambda text: text) -> None:
    """Includes the libraries' loggers. Raises Misused for an unknown form.

    `form` is "json" or "text"; by default, text on a terminal and JSON elsewhere.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Redacting(
            redact,
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer() if _form(form, sys.stderr) == JSON else as_text,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _form(given: str | None, stream: TextIO) -> str:
    chosen = given or (TEXT if stream.isatty() else JSON)
    if chosen not in {JSON, TEXT}:
        raise Misused(f"CANARY_LOG is {chosen!r}; it must be {JSON} or {TEXT}.")
    return chosen


def as_text(_logger: Any, _method: str, event: Mapping[str, Any]) -> str:
    """`12:55:03 info     check finished  run=12 check=queue-age`, followed by any traceback.

    Values come from anywhere, and a terminal obeys escape sequences: each is shown as plain text on one line.
    """
    facts = dict(event)
    moment, level, what = (str(facts.pop(key, "")) for key in ("timestamp", "level", "event"))
    del facts["logger"]
    below = [plain(str(facts.pop(key))) for key in ("exception", "stack") if key in facts]
    said = " ".join(f"{key}={_quoted(value)}" for key, value in facts.items())
    return "\n".join([f"{moment[11:19]} {level:8} {plain(what)}  {said}".rstrip(), *below])


def _quoted(value: object) -> str:
    text = plain(str(value)).replace("\n", "\\n")
    return f'"{text}"' if not text or " " in text else text
