"""The JSON Schema of canary.yaml: published for editors, and used for error messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from bot.plan.model import Part, Plan
from bot.plan.problems import Path
from checks.units import say_duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Defaults as people write them: 1m, where pydantic writes PT1M."""

    def encode_default(self, dft: Any) -> Any:
        match dft:
            case timedelta():
                return say_duration(dft)
            case tuple():
                return [self.encode_default(each) for each in dft]
            case Part():
                return {name: self.encode_default(value) for name, value in dft if value is not None}
            case _:
                return super().encode_default(dft)


def published() -> dict[str, Any]:
    """For editors: kinds discriminated by name, unknown keys rejected, no generated titles."""
    schema = _strict(Plan.model_json_schema(schema_generator=_AsWritten))
    _describe_kinds(schema["$defs"])
    return {"$schema": DIALECT, **schema, "title": "canary.yaml"}


def as_text() -> str:
    """The published schema, as in docs/canary.schema.json."""
    return json.dumps(published(), indent=1, ensure_ascii=False) + "\n"


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "mapping" in node.get("discriminator", {}):
        return _by_kind(node["discriminator"]["mapping"])
    kept = {key: _strict(value) for key, value in node.items() if not _is_noise(key, value)}
    if "patternProperties" in kept:
        kept.setdefault("additionalProperties", False)
    return kept


def _by_kind(mapping: Mapping[str, str]) -> dict[str, Any]:
    """Discriminated by `kind` first, so that an editor offers and checks only the keys of that kind."""
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"enum": list(mapping), "description": "Determines which keys are valid here"}
        },
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": {"$ref": model}}
            for kind, model in mapping.items()
        ],
    }


def _describe_kinds(definitions: Mapping[str, Any]) -> None:
    """Give each kind's `kind` key the kind's description."""
    for definition in definitions.values():
        kind = definition.get("properties", {}).get("kind")
        if kind is not None:
            kind.setdefault("description", definition.get("description", "").split("\n\n")[0])


def _is_noise(key: str, value: Any) -> bool:
    """A title generated from the field's name, OpenAPI's discriminator, or names that patternProperties
    already describe.
    """
    return (
        (key == "title" and isinstance(value, str))
        or (key == "discriminator" and "mapping" in value)
        or (key == "propertyNames" and value.keys() == {"examples"})
    )


class Schema:
    """The schema, navigated along the data that it should describe."""

    def __init__(self, data: Any) -> None:
        self._data = data

    @cached_property
    def _whole(self) -> Mapping[str, Any]:
        return Plan.model_json_schema()

    def keys(self, path: Path) -> list[str]:
        """The keys that the mapping at this path may have."""
        return list(self._at(path).get("properties", {}))

    def description(self, path: Path) -> str:
        """The description of the value at this path."""
        return str(_child(self._at(path[:-1]), path[-1]).get("description", ""))

    def _at(self, path: Path) -> Mapping[str, Any]:
        data, node = self._data, self._followed(self._whole, self._data)
        for step in path:
            data = data[step] if has(data, step) else None
            node = self._followed(_child(node, step), data)
        return node

    def _followed(self, node: Mapping[str, Any], data: Any) -> Mapping[str, Any]:
        """Resolves references, takes the non-null branch, and selects a kind's schema by `kind`."""
        if "$ref" in node:
            return self._followed(self._whole["$defs"][node["$ref"].removeprefix("#/$defs/")], data)
        if "anyOf" in node:
            branch = next(branch for branch in node["anyOf"] if branch.get("type") != "null")
            return self._followed(branch, data)
        if "discriminator" in node and has(data, "kind"):
            known = node["discriminator"]["mapping"]
            return self._followed({"$ref": known[data["kind"]]}, data) if data["kind"] in known else {}
        return node


def has(data: Any, step: str | int) -> bool:
    """Whether the data has this key or position."""
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _child(node: Mapping[str, Any], step: str | int) -> Mapping[str, Any]:
    if isinstance(step, int):
        return _mapping(node.get("items"))
    if step in node.get("properties", {}):
        return _mapping(node["properties"][step])
    patterns = list(node.get("patternProperties", {}).values())
    return _mapping(patterns[0] if patterns else node.get("additionalProperties"))


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}
