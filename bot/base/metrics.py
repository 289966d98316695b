"""The bot's own metrics, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """One set per bot; nothing global."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.interactions = Counter(
            "canary_interactions", "Interactions stored and acknowledged", ["kind"], registry=self.registry
        )
        self.ack_seconds = Histogram(
            "canary_ack_seconds",
            "Time from an interaction's arrival until it is stored",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
            registry=self.registry,
        )
        self.messages = Gauge(
            "canary_messages",
            "Messages that Slack does not show yet, by state",
            ["state"],
            registry=self.registry,
        )
        self.refused = Counter(
            "canary_refused",
            "Interactions over a budget: not stored, and the person was told",
            ["kind", "budget"],
            registry=self.registry,
        )
        self.rate_limited = Counter(
            "canary_rate_limited", "Calls that Slack answered with 429", ["method"], registry=self.registry
        )
        self.direct_messages = Counter(
            "canary_direct_messages",
            "Direct messages to people, by what became of them",
            ["outcome"],
            registry=self.registry,
        )
        self.alerts = Gauge(
            "canary_alerts",
            "Open alerts about messages that Slack does not show",
            registry=self.registry,
        )
        self.runs = Gauge("canary_runs", "Active runs, by state", ["state"], registry=self.registry)
