"""users.* and usergroups.*: users, user groups and their members."""

from __future__ import annotations

from sandbox.slack.features import user_without
from sandbox.slack.people import Group, User
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.paging import page
from sandbox.slack.workspace import Workspace


def info(workspace: Workspace, args: Arguments) -> Json:
    user = workspace.users.get(args.required("user", error="user_not_found"))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": _shown(workspace, user, args)}


def everyone(workspace: Workspace, args: Arguments) -> Json:
    users, cursor = page(list(workspace.users.values()), args, default=1000)
    members = [_shown(workspace, user, args) for user in users]
    return {
        "members": members,
        "cache_ts": int(workspace.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def _shown(workspace: Workspace, user: User, args: Arguments) -> Json:
    return user_without(user.shown(with_locale=args.flag("include_locale")), workspace.without)


def groups(workspace: Workspace, args: Arguments) -> Json:
    _refuse_free_plan(workspace)
    listed = [
        group for group in workspace.groups.values() if not group.disabled or args.flag("include_disabled")
    ]
    with_users = args.flag("include_users")
    return {"usergroups": [group.shown(workspace.id, with_users=with_users) for group in listed]}


def group_members(workspace: Workspace, args: Arguments) -> Json:
    _refuse_free_plan(workspace)
    group = _group(workspace, args)
    living = [user for user in group.members if user in workspace.users and not workspace.users[user].deleted]
    return {"users": living}


def _group(workspace: Workspace, args: Arguments) -> Group:
    group = workspace.groups.get(args.required("usergroup", error="no_such_subteam"))
    if group is None or (group.disabled and not args.flag("include_disabled")):
        raise Refusal("no_such_subteam")
    return group


def _refuse_free_plan(workspace: Workspace) -> None:
    if not workspace.paid:
        raise Refusal("plan_upgrade_required")
