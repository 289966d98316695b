"""The app as declared in its manifest: scopes, commands, shortcuts, events."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

LEAST_PRIVILEGE = (
    "commands",
    "chat:write",
    "users:read",
    "files:write",
    "usergroups:read",
    "channels:read",
    "channels:history",
    "groups:history",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Command(_Part):
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class Shortcut(_Part):
    name: str
    type: str  # "global" or "message"
    callback_id: str
    description: str = ""


class _AppHome(_Part):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False  # without it, people cannot message the app directly


class _BotUser(_Part):
    display_name: str = "canary"


class _Features(_Part):
    app_home: _AppHome = _AppHome()
    bot_user: _BotUser = _BotUser()
    slash_commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()


class _Scopes(_Part):
    bot: tuple[str, ...] = ()


class _OAuth(_Part):
    scopes: _Scopes = _Scopes()


class _Events(_Part):
    bot_events: tuple[str, ...] = ()


class _Interactivity(_Part):
    is_enabled: bool = True


class _Settings(_Part):
    event_subscriptions: _Events = _Events()
    interactivity: _Interactivity = _Interactivity()


class Manifest(_Part):
    """The part of Slack's app manifest that determines what an app may do."""

    features: _Features = Field(default_factory=_Features)
    oauth_config: _OAuth = Field(default_factory=_OAuth)
    settings: _Settings = Field(default_factory=_Settings)

    def command(self, name: str) -> Command | None:
        return next((command for command in self.features.slash_commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((one for one in self.features.shortcuts if one.callback_id == callback_id), None)


ManifestLike: TypeAlias = Manifest | Mapping[str, Any] | Path


def read_manifest(source: ManifestLike | None) -> Manifest:
    """Read it from manifest.yml or from its content; by default, the minimum that the canary bot needs."""
    if isinstance(source, Manifest):
        return source
    if isinstance(source, Path):
        source = YAML(typ="safe", pure=True).load(source.read_text(encoding="utf-8"))
    return Manifest.model_validate(least_manifest() if source is None else source)


def least_manifest() -> dict[str, Any]:
    return {
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "canary"},
            "slash_commands": [
                {
                    "command": "/canary",
                    "description": "Decide, on evidence, whether a change goes ahead",
                    "usage_hint": "run staging",
                }
            ],
            "shortcuts": [
                {"name": "Start a canary run", "type": "global", "callback_id": "start_run"},
                {"name": "Act on this run", "type": "message", "callback_id": "act_on_run"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(LEAST_PRIVILEGE)}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_home_opened", "app_uninstalled", "tokens_revoked"]},
            "interactivity": {"is_enabled": True},
        },
    }
