"""views.*: modals and App Home."""

from __future__ import annotations

from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.views import View
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.workspace import Workspace


def open_modal(workspace: Workspace, args: Arguments) -> Json:
    body = _body(args)
    user, _ = workspace.triggers.exchange(args.required("trigger_id"))
    return _answer(workspace, workspace.views.open(user, body))


def push(workspace: Workspace, args: Arguments) -> Json:
    body = _body(args)
    user, view_id = workspace.triggers.exchange(args.required("trigger_id"))
    if not view_id:
        raise Refusal("not_found")
    return _answer(workspace, workspace.views.push(user, body))


def update(workspace: Workspace, args: Arguments) -> Json:
    body = _body(args)
    view = workspace.views.find(view_id=args.text("view_id"), external_id=args.text("external_id"))
    return _answer(workspace, workspace.views.update(view, body, expected_hash=args.text("hash")))


def publish(workspace: Workspace, args: Arguments) -> Json:
    body = _body(args)
    user = args.required("user_id")
    if user not in workspace.users:
        raise Refusal("user_not_found")
    if not workspace.app.manifest.features.app_home.home_tab_enabled:
        raise Refusal("not_enabled")
    return _answer(workspace, workspace.views.publish(user, body, expected_hash=args.text("hash")))


def _body(args: Arguments) -> Json:
    body = args.json("view", error="invalid_arguments")
    if not isinstance(body, dict):
        raise Refusal("invalid_arguments", messages=["[ERROR] missing required field: view"])
    return body


def _answer(workspace: Workspace, view: View) -> Json:
    return {"view": workspace.view_shape(view)}
