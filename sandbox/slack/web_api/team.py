"""auth.test, team.info, api.test and reactions.add."""

from __future__ import annotations

from sandbox.slack.features import identity_without
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.workspace import Workspace


def auth_test(workspace: Workspace, _args: Arguments) -> Json:
    whole: Json = {
        "url": f"{workspace.url}/",
        "team": workspace.name,
        "user": workspace.app.name,
        "team_id": workspace.id,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "app_id": workspace.app.id,
        "is_enterprise_install": False,
    }
    return identity_without(whole, workspace.without)


def team_info(workspace: Workspace, _args: Arguments) -> Json:
    team = {"id": workspace.id, "name": workspace.name, "domain": workspace.domain, "email_domain": ""}
    return {"team": {**team, "icon": {}}}


def api_test(_workspace: Workspace, args: Arguments) -> Json:
    if "error" in args:
        raise Refusal(args.text("error"), args=args.given)
    return {"args": args.given}


def add_reaction(workspace: Workspace, args: Arguments) -> Json:
    channel = workspace.addressed(args.required("channel", error="channel_not_found"))
    message = channel.living(args.text("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    who = message.reactions.setdefault(args.required("name", error="no_reaction"), [])
    if workspace.app.bot_user in who:
        raise Refusal("already_reacted")
    who.append(workspace.app.bot_user)
    workspace.changed(message)
    return {}
