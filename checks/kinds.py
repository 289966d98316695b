"""The tables of kinds of check and source in canary.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

from checks.actions.base import Action
from checks.base import Check, Source

if TYPE_CHECKING:
    from checks.plugins import Refused

T = TypeVar("T", bound=type)


class Kinds(Mapping[str, T], Generic[T]):
    """Kind -> class: our own, and those of other packages.

    A class is imported on first use, so that an unused kind costs nothing. Other packages are searched when a kind
    that is not our own, or the list of all kinds, is requested.
    """

    def __init__(self, group: str, places: Mapping[str, str]) -> None:
        self._group = group
        self._locations = places  # kind -> "module:class"

    def __getitem__(self, kind: str) -> T:
        if kind not in self._locations:
            return self._others[kind]
        module, _, name = self._locations[kind].partition(":")
        found: T = getattr(import_module(module), name)
        return found

    def __contains__(self, kind: object) -> bool:
        return kind in self._locations or kind in self._others

    def __iter__(self) -> Iterator[str]:
        yield from self._locations
        yield from self._others

    def __len__(self) -> int:
        return len(self._locations) + len(self._others)

    @property
    def own(self) -> Sequence[str]:
        return tuple(self._locations)

    def refused(self) -> Sequence[Refused]:
        """Kinds of other packages that cannot be used."""
        return self._loaded[1]

    def why_refused(self, kind: str) -> str:
        """Returns why it cannot be used, as a sentence; "" if it can, or no package provides it."""
        if kind in self:
            return ""
        return next((str(one) for one in self.refused() if one.plugin.kind == kind), "")

    @property
    def _others(self) -> Mapping[str, T]:
        return self._loaded[0]

    @cached_property
    def _loaded(self) -> tuple[Mapping[str, T], Sequence[Refused]]:
        from checks import plugins

        found = plugins.find(self._group, self._locations)
        usable: dict[str, T] = {}
        refused = list(found.refused)
        for kind, plugin in found.usable.items():
            try:
                usable[kind] = plugins.loaded(plugin)
            except Exception as error:  # noqa: BLE001  code of another package, which may behave differently than in its trial
                refused.append(
                    plugins.Refused(plugin, f"cannot be imported: {type(error).__name__}: {error}")
                )
        return usable, refused


KINDS: Kinds[type[Check]] = Kinds(
    "canary.checks",
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
        "control.autoscale": "checks.control.autoscale:Autoscale",
        "control.promotion": "checks.control.promotion:Promotion",
        "scenario": "checks.scenario:Scenarios",
        "sql": "checks.sql:Sql",
        "http.probe": "checks.probe:Probe",
        "gate": "checks.gate:Gate",
        "configuration": "checks.configuration.configuration:Configuration",
        "github.checks": "checks.github.checks:GithubChecks",
        "logs.reasons": "checks.logs.reasons:Reasons",
        "prometheus.query": "checks.prometheus.query:Query",
        "prometheus.alerts": "checks.prometheus.alerts:Alerts",
    },
)

SOURCES: Kinds[type[Source]] = Kinds(
    "canary.sources",
    {
        "postgres": "checks.jobs.source:JobsSource",
        "http": "checks.sources.http:HttpSource",
        "prometheus": "checks.sources.prometheus:PrometheusSource",
        "github": "checks.sources.github:GithubSource",
        "loki": "checks.sources.loki:LokiSource",
        "postgres.writer": "checks.sources.postgres.writer:PostgresWriter",
        "workspace": "checks.sources.workspace:WorkspaceSource",
    },
)


class _OwnKinds(Kinds[T]):
    """Only our own: actions never come from any package that happens to be installed."""

    @property
    def _loaded(self) -> tuple[Mapping[str, T], Sequence[Refused]]:
        return {}, ()


ACTIONS: Kinds[type[Action]] = _OwnKinds(
    "",
    {
        "sql": "checks.actions.sql:SqlAction",
        "http": "checks.actions.http:HttpAction",
    },
)


def refused_kinds() -> Sequence[Refused]:
    """Checks and sources of other packages that cannot be used."""
    return (*KINDS.refused(), *SOURCES.refused())
