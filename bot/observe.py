"""What operators see: JSON logs with run and interaction ids, and metrics."""

from __future__ import annotations

import logging
import sys

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


def log_to_stderr(*, level: int = logging.INFO) -> None:
    """One event, one line of JSON; the libraries' own loggers, too."""
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
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in (
        "procrastinate",
        "slack_bolt",
        "slack_sdk",
        "httpx",
        "aiohttp.access",
        "matplotlib",
        "alembic",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class Metrics:
    """One set a bot; nothing global."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.interactions = Counter(
            "canary_interactions", "Interactions stored and acknowledged", ["kind"], registry=self.registry
        )
        self.ack_seconds = Histogram(
            "canary_ack_seconds",
            "From an interaction's arrival until it is stored",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
            registry=self.registry,
        )
        self.messages = Gauge(
            "canary_messages", "Messages that are not shown yet, by state", ["state"], registry=self.registry
        )
        self.refused = Counter(
            "canary_refused",
            "Interactions beyond a budget: not stored, and said so",
            ["kind", "budget"],
            registry=self.registry,
        )
        self.rate_limited = Counter(
            "canary_rate_limited", "Calls that Slack answered with 429", ["method"], registry=self.registry
        )
        self.alerts = Gauge(
            "canary_alerts",
            "Messages that Slack does not show, and people were told of",
            registry=self.registry,
        )
        self.runs = Gauge("canary_runs", "Runs under way, by state", ["state"], registry=self.registry)
