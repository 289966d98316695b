"""The app under test, as the workspace knows it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sandbox.slack.manifest import Manifest
from sandbox.slack.refusal import Refusal


def _secret(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


@dataclass
class App:
    manifest: Manifest
    id: str = "A0CANARY"
    bot_id: str = "B0CANARY"
    bot_user: str = "U0CANARY"
    bot_token: str = field(default_factory=lambda: _secret("xoxb-"))
    app_token: str = field(default_factory=lambda: _secret("xapp-1-"))
    signing_secret: str = field(default_factory=lambda: _secret(""))
    verification_token: str = field(default_factory=lambda: _secret(""))
    installed: bool = True
    revoked: bool = False
    scopes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.scopes |= set(self.manifest.oauth_config.scopes.bot)

    @property
    def name(self) -> str:
        return self.manifest.features.bot_user.display_name

    def require(self, *any_of: str) -> None:
        """Raises Refusal unless the app has one of the scopes."""
        if any_of and not self.scopes & set(any_of):
            raise Refusal("missing_scope", needed=any_of[0], provided=",".join(sorted(self.scopes)))

    def subscribes_to(self, event: str) -> bool:
        return event in self.manifest.settings.event_subscriptions.bot_events
