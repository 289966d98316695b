"""The visible tables: what `kind:` may be, in canary.yaml, of a check and of a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

from checks.base import Check, Source

T = TypeVar("T", bound=type)


class Kinds(Mapping[str, T], Generic[T]):
    """Kind -> class. A class is imported when it is first looked up, so that a kind nobody uses costs nothing."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places  # kind -> "module:class"

    def __getitem__(self, kind: str) -> T:
        module, _, name = self._places[kind].partition(":")
        found: T = getattr(import_module(module), name)
        return found

    def __contains__(self, kind: object) -> bool:
        return kind in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


KINDS: Mapping[str, type[Check]] = Kinds(
    {
        "jobs.throughput": "checks.jobs.throughput:Throughput",
        "jobs.queue_age": "checks.jobs.queue_age:QueueAge",
        "jobs.fairness": "checks.jobs.fairness:Fairness",
        "jobs.cadence": "checks.jobs.cadence:Cadence",
        "jobs.dispatch_health": "checks.jobs.dispatch_health:DispatchHealth",
        "jobs.function_failures": "checks.jobs.function_failures:FunctionFailures",
        "jobs.stale_runs": "checks.jobs.stale_runs:StaleRuns",
        "jobs.duplicates": "checks.jobs.duplicates:Duplicates",
        "jobs.contention": "checks.jobs.contention:Contention",
        "jobs.coverage": "checks.jobs.coverage:Coverage",
        "sql": "checks.sql:Sql",
        "http.probe": "checks.probe:Probe",
        "gate": "checks.gate:Gate",
    }
)

SOURCES: Mapping[str, type[Source]] = Kinds(
    {
        "postgres": "checks.jobs.source:JobsSource",
        "http": "checks.sources.http:HttpSource",
        "workspace": "checks.sources.workspace:WorkspaceSource",
    }
)
