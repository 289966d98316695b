"""The visible tables: what `kind:` may be, in canary.yaml, of a check and of a source."""

from __future__ import annotations

from collections.abc import Mapping

from checks.base import Check, Source

KINDS: Mapping[str, type[Check]] = {}
SOURCES: Mapping[str, type[Source]] = {}
