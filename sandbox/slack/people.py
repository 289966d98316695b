"""Users and user groups of the workspace, with all flags that a bot must check."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.slack.refusal import Json


@dataclass
class User:
    id: str
    name: str
    real_name: str = ""
    title: str = ""
    team_id: str = "T0ACME"
    tz: str = "Europe/Berlin"
    tz_label: str = "Central European Time"
    tz_offset: int = 3600  # seconds
    locale: str = "en-GB"
    color: str = "3c7d5a"
    deleted: bool = False
    is_admin: bool = False
    is_bot: bool = False
    is_restricted: bool = False  # a guest in several channels
    is_ultra_restricted: bool = False  # a guest in one channel
    is_stranger: bool = False  # from another organization, sharing no channel
    updated: int = 1_760_000_000

    def shown(self, *, with_locale: bool = False) -> Json:
        """The user as returned by `users.info`."""
        body: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": self._profile(),
            "is_bot": self.is_bot,
            "updated": self.updated,
            "is_app_user": False,
        }
        if self.is_stranger:
            body["is_stranger"] = True
        if not self.deleted:
            body |= self._living()
        if with_locale:
            body["locale"] = self.locale
        return body

    def _profile(self) -> Json:
        return {
            "title": self.title,
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
        }

    def _living(self) -> Json:
        """Fields that Slack omits once an account is deactivated."""
        return {
            "color": self.color,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz_label,
            "tz_offset": self.tz_offset,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_email_confirmed": True,
        }


@dataclass
class Group:
    """A user group, mentioned as `<!subteam^ID>`."""

    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False

    def shown(self, team_id: str, *, with_users: bool) -> Json:
        body: Json = {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": 1_760_000_000,
            "date_update": 1_760_000_000,
            "date_delete": 1_760_000_000 if self.disabled else 0,
            "user_count": len(self.members),
        }
        if with_users:
            body["users"] = list(self.members)
        return body
