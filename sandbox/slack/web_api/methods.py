"""The methods: handler, scopes of which one is needed, rate tier, and the feature it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from sandbox.slack.features import Feature
from sandbox.slack.refusal import Json
from sandbox.slack.web_api import blocks, chat, conversations, files, people, team, views
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.workspace import Workspace

Handler: TypeAlias = Callable[[Workspace, Arguments], Json]


class Method(NamedTuple):
    handler: Handler
    scopes: tuple[str, ...] = ()
    tier: int = 4
    feature: Feature | None = None


_HISTORY = tuple(conversations.HISTORY.values())
_READ = tuple(conversations.READ.values())
METHODS: Mapping[str, Method] = {
    "api.test": Method(team.api_test, feature="api.test"),
    "auth.test": Method(team.auth_test),
    "blocks.validate": Method(blocks.validate, feature="blocks.validate"),
    "chat.delete": Method(chat.delete, ("chat:write",), 3),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",), feature="ephemeral"),
    "chat.postMessage": Method(chat.post_message, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",), 3),
    "conversations.history": Method(conversations.history, _HISTORY, 3),
    "conversations.info": Method(conversations.info, _READ, 3),
    "conversations.open": Method(conversations.open_direct, ("im:write",), 3),
    "conversations.replies": Method(conversations.replies, _HISTORY, 3),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",), feature="files"),
    "files.getUploadURLExternal": Method(files.get_upload_url, ("files:write",), feature="files"),
    "files.info": Method(files.info, ("files:read",), feature="files"),
    "reactions.add": Method(team.add_reaction, ("reactions:write",), 3),
    "team.info": Method(team.team_info, ("team:read",), 3),
    "usergroups.list": Method(people.groups, ("usergroups:read",), 2, "usergroups"),
    "usergroups.users.list": Method(people.group_members, ("usergroups:read",), 2, "usergroups"),
    "users.info": Method(people.info, ("users:read",)),
    "users.list": Method(people.everyone, ("users:read",), 2),
    "views.open": Method(views.open_modal, feature="forms"),
    "views.publish": Method(views.publish, feature="home"),
    "views.push": Method(views.push, feature="forms"),
    "views.update": Method(views.update, feature="forms"),
}
