"""The visible tables: what `kind:` may be, in canary.yaml, of a check and of a source."""

from __future__ import annotations

from collections.abc import Mapping

from checks.base import Check, Source
from checks.gate import Gate
from checks.probe import Probe
from checks.sources.http import HttpSource
from checks.sources.workspace import WorkspaceSource

KINDS: Mapping[str, type[Check]] = {
    "http.probe": Probe,
    "gate": Gate,
}

SOURCES: Mapping[str, type[Source]] = {
    "http": HttpSource,
    "workspace": WorkspaceSource,
}
