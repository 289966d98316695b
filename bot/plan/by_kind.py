"""Checks, sources and actions in canary.yaml: each is parsed by the class that its `kind` names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from checks.actions.base import Action
from checks.base import Check, Source
from checks.kinds import ACTIONS, KINDS, SOURCES, Kinds
from checks.unknown import UnknownAction, UnknownCheck, UnknownSource

# The context in which a document from the database or a packet is read.
STORED: Mapping[str, bool] = {"stored": True}


@dataclass(frozen=True)
class ByKind:
    """An annotation of the base class: a union of the table's classes, discriminated by `kind`.

    pydantic's own union would import and build every class of the table before it parses the first check.
    """

    base: type[BaseModel]
    table: Kinds[Any]
    # (a stored document that cannot be parsed, the reason)
    unknown: Callable[[Mapping[str, Any], str], BaseModel]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read)

    def _read(self, given: Any, info: ValidationInfo) -> BaseModel:
        """JSON is parsed strictly: text is not read as a number. Errors keep their location within `given`."""
        if isinstance(given, self.base):
            return given
        kind = self._kind(given)
        if info.context is STORED:
            return self._stored(kind, given)
        model: type[BaseModel] = self.table[self._known(kind)]
        try:
            if info.mode == "json":
                return model.model_validate_json(json.dumps(given), strict=True)
            return model.model_validate(given)
        except ValidationError:
            raise
        except Exception as error:  # another package's code
            if kind in self.table.own:
                raise
            raise PydanticCustomError("kind", "{why}", {"why": _crashed(kind, error)}) from None

    def _stored(self, kind: str, given: Mapping[str, Any]) -> BaseModel:
        if kind not in self.table:
            return self.unknown(given, self.table.why_refused(kind) or "it has no such kind")
        model: type[BaseModel] = self.table[kind]
        try:
            return model.model_validate_json(json.dumps(given), strict=True, extra="ignore", context=STORED)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            return self.unknown(given, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        except Exception as error:
            if kind in self.table.own:
                raise
            return self.unknown(given, _crashed(kind, error))

    def _kind(self, given: Any) -> str:
        if not isinstance(given, dict):
            raise PydanticKnownError("dict_type")
        if "kind" not in given:
            raise PydanticKnownError("union_tag_not_found", {"discriminator": "'kind'"})
        return str(given["kind"])

    def _known(self, kind: str) -> str:
        if kind in self.table:
            return kind
        expected = ", ".join(map(repr, self.table))
        raise PydanticKnownError(
            "union_tag_invalid", {"discriminator": "'kind'", "tag": kind, "expected_tags": expected}
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        from pydantic import TypeAdapter

        choices: dict[Any, CoreSchema] = {
            kind: TypeAdapter(model).core_schema for kind, model in self.table.items()
        }
        return handler(core_schema.tagged_union_schema(choices, discriminator="kind"))


def _crashed(kind: str, error: Exception) -> str:
    return f"the code of the kind {kind} failed with {type(error).__name__}: {error}"


AnyCheck = Annotated[Check, ByKind(Check, KINDS, UnknownCheck.of)]
AnySource = Annotated[Source, ByKind(Source, SOURCES, UnknownSource.of)]
AnyAction = Annotated[Action, ByKind(Action, ACTIONS, UnknownAction.of)]
