"""Checks and sources as canary.yaml holds them: each read by the class that its `kind` names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from checks.base import Check, Source
from checks.kinds import KINDS, SOURCES


@dataclass(frozen=True)
class ByKind:
    """An annotation of the base class: a union over the table, told apart by `kind`."""

    table: Mapping[str, type[BaseModel]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.tagged_union_schema(
            {kind: handler.generate_schema(model) for kind, model in self.table.items()}, discriminator="kind"
        )


AnyCheck = Annotated[Check, ByKind(KINDS)]
AnySource = Annotated[Source, ByKind(SOURCES)]
