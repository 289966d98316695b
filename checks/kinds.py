"""The visible tables: what `kind:` may be, in canary.yaml, of a check and of a source."""

from __future__ import annotations

from collections.abc import Mapping

from checks.base import Check, Source
from checks.gate import Gate
from checks.jobs.cadence import Cadence
from checks.jobs.contention import Contention
from checks.jobs.coverage import Coverage
from checks.jobs.dispatch_health import DispatchHealth
from checks.jobs.duplicates import Duplicates
from checks.jobs.fairness import Fairness
from checks.jobs.function_failures import FunctionFailures
from checks.jobs.queue_age import QueueAge
from checks.jobs.stale_runs import StaleRuns
from checks.jobs.throughput import Throughput
from checks.probe import Probe
from checks.sources.http import HttpSource
from checks.sources.postgres import PostgresSource
from checks.sources.workspace import WorkspaceSource
from checks.sql import Sql

KINDS: Mapping[str, type[Check]] = {
    "jobs.throughput": Throughput,
    "jobs.queue_age": QueueAge,
    "jobs.fairness": Fairness,
    "jobs.cadence": Cadence,
    "jobs.dispatch_health": DispatchHealth,
    "jobs.function_failures": FunctionFailures,
    "jobs.stale_runs": StaleRuns,
    "jobs.duplicates": Duplicates,
    "jobs.contention": Contention,
    "jobs.coverage": Coverage,
    "sql": Sql,
    "http.probe": Probe,
    "gate": Gate,
}

SOURCES: Mapping[str, type[Source]] = {
    "postgres": PostgresSource,
    "http": HttpSource,
    "workspace": WorkspaceSource,
}
