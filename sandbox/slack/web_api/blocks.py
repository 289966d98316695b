"""blocks.validate: what Slack would say of blocks, of a message or of a view, without showing it."""

from __future__ import annotations

import re
from typing import Any

from sandbox.slack.blocks import Surface, problems_in
from sandbox.slack.features import unknown_blocks
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.views import view_problems
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.workspace import Workspace

_SUBJECTS = ("blocks", "message", "view")
_PROBLEM = re.compile(r"\[ERROR\] (.*) \[json-pointer:(.*)\]")


def validate(workspace: Workspace, args: Arguments) -> Json:
    given = [subject for subject in _SUBJECTS if subject in args]
    if len(given) != 1:
        said = "must provide exactly one of `blocks`, `view`, or `message`"
        raise Refusal("invalid_arguments", messages=[said])
    subject = given[0]
    body = args.json(subject, error="invalid_arguments")
    if found := _problems(workspace, subject, body):
        raise Refusal(f"invalid_{subject}", errors=[_shown(each) for each in found])
    return {}


def _problems(workspace: Workspace, subject: str, body: Any) -> list[str]:
    unknown = unknown_blocks(workspace.without)
    if subject == "blocks":
        return problems_in(body, "message", pointer="", unknown=unknown)
    if not isinstance(body, dict):
        return ["[ERROR] must be an object [json-pointer:]"]
    if subject == "message":
        return problems_in(body.get("blocks", []), "message", unknown=unknown)
    surface: Surface = "home" if body.get("type") == "home" else "modal"
    found = view_problems(body, surface, workspace.without)
    return [each.replace("[json-pointer:/view", "[json-pointer:") for each in found]


def _shown(said: str) -> Json:
    found = _PROBLEM.fullmatch(said)
    assert found, said
    return {"code": "failed_constraint", "message": found[1], "pointer": found[2]}
