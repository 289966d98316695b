"""The JSON Schema of a packet: what programs that read packets can rely on.

It describes the newest format and older ones, because keys are only ever added, with a default that means
what their absence meant. So an unlisted key is not an error: a later version may have added it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.base.formats import TODAY
from bot.plan.schema import DIALECT
from bot.record.verification import Packet, named

_DIGEST = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_EXACT = {
    "description": "Beyond what a double holds, as the text that was written",
    "type": "object",
    "required": ["number"],
    "properties": {"number": {"type": "string"}},
}
_CONFIGURATION = {
    "description": "The part of canary.yaml that the run was started with; its checks and sources are those of `canary schema`, "
    "and of packages that add kinds",
    "type": "object",
    "required": ["name", "environment", "sources", "people", "digest"],
    "properties": {
        "format": {"type": "integer", "default": 1},
        "name": {"type": "string", "description": "The environment"},
        "environment": {
            "type": "object",
            "required": ["channel", "checks", "decide", "rollback"],
            "properties": {
                "checks": {"type": "object", "additionalProperties": {"type": "object", "required": ["kind"]}}
            },
        },
        "sources": {"type": "object"},
        "people": {"type": "object", "description": "Group -> its members"},
        "digest": {**_DIGEST, "description": "Of all other keys here, as canonical JSON (RFC 8785)"},
    },
}
_DESCRIBED: Mapping[str, str] = {
    "format": "Of the packet; evidence and configuration state their own",
    "evidence": "What votes are bound to: all measurements, frozen when the last check had finished",
    "evidence_digest": "Of `evidence`, as canonical JSON (RFC 8785)",
    "decision": "Who decided what, with the votes and waivers as they stood",
    "rollback": "The instructions, filled in with the run's own values",
    "events": "The audit log of the run up to this packet; each hash is over the event and the hash before it",
    "digest": "Of all other keys, as canonical JSON (RFC 8785)",
}


def published() -> dict[str, Any]:
    """The schema, as in docs/packet.schema.json."""
    schema = Packet.model_json_schema(mode="serialization")
    definitions = schema.pop("$defs")
    definitions["Pinned"] = _CONFIGURATION
    definitions["Reading"]["properties"] |= {
        "value": {"anyOf": [{"type": ["number", "string", "boolean", "null"]}, _EXACT]},
        "n": {"anyOf": [{"type": ["integer", "null"]}, _EXACT], "default": None},
    }
    properties = schema["properties"]
    for name, said in _DESCRIBED.items():
        properties[name] = {**properties[name], "description": said}
    properties["format"] |= {"pattern": f"^canary-packet/[1-{TODAY.packet}]$"}
    for name in ("evidence_digest", "digest"):
        properties[name] |= _DIGEST
    needed = _needed(schema, definitions)
    return {
        "$schema": DIALECT,
        "$id": f"urn:{named(TODAY.packet).replace('/', ':')}",
        "title": "A decision packet of canary",
        **_quiet(schema),
        "$defs": {name: _quiet(definitions[name]) for name in definitions if name in needed},
    }


def as_text() -> str:
    return json.dumps(published(), indent=1, ensure_ascii=False) + "\n"


def _quiet(node: Any) -> Any:
    """Without titles derived from names, and open to keys of later versions."""
    if isinstance(node, list):
        return [_quiet(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _quiet(each) for name, each in value.items()} if key == "properties" else _quiet(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "additionalProperties" and value is False)
    }


def _needed(node: Any, definitions: Mapping[str, Any]) -> set[str]:
    """The definitions that it refers to, directly or indirectly."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for name in _named_in(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(definitions[name])
    return found


def _named_in(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _named_in(each)
    elif isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference.rpartition("/")[2]
        yield from (name for each in node.values() for name in _named_in(each))
