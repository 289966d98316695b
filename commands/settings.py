"""The bot's settings: environment variables, read once. Only the shell commands read others, for themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.archive.base import Archive
from bot.archive.location import archive_at
from bot.base.environment import DATA, own_secrets, pasted
from bot.base.errors import CanaryError
from bot.base.failpoint import Reach, armed, nowhere
from bot.record.proof.key_folder import Signing
from bot.rules.retention import parse_retention

# a token's prefix -> what it is, and the variable it belongs in
_BOT, _APP = "a bot token", "an app-level token"
_TOKENS: Mapping[str, tuple[str, str]] = {
    "xoxb-": (_BOT, "SLACK_BOT_TOKEN"),
    "xapp-": (_APP, "SLACK_APP_TOKEN"),
    "xoxp-": ("a user token", ""),
}
_REDIS_SCHEMES = ("redis", "rediss", "unix")


class SettingsError(CanaryError):
    """Settings are missing or malformed. The message names them, and never quotes their values."""


class Settings(BaseModel):
    """A field's name in capitals is the name of its environment variable."""

    model_config = ConfigDict(extra="ignore")

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = Field(
        default=None, description="If set, Socket Mode; else HTTP on PORT"
    )
    slack_signing_secret: SecretStr | None = Field(default=None, description="Required for HTTP")
    slack_api_url: str = "https://slack.com/api/"
    database_url: str | None = Field(default=None, description="If unset, an embedded PostgreSQL")
    redis_url: str | None = Field(default=None, description="If unset, an embedded Valkey")
    packets: str | None = Field(
        default=None, description="Where packets are kept besides Slack: file:///folder or s3://bucket/prefix"
    )
    s3_endpoint: str | None = Field(default=None, description="Of a store other than AWS that speaks like S3")
    aws_access_key_id: str | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None
    aws_region: str = Field(default="us-east-1", description="The region of the bucket")
    canary_data: Path = DATA
    signing_key: SecretStr | None = Field(
        default=None, description="The key that signs packets; if unset, the one in CANARY_DATA"
    )
    canary_log: Literal["json", "text"] | None = Field(
        default=None, description="If unset, text on a terminal and JSON elsewhere"
    )
    host: str | None = Field(
        default=None,
        description="The address to listen on; if unset, loopback in Socket Mode and all addresses over HTTP",
    )
    port: int = Field(default=3000, ge=0, le=65535)
    runs_per_hour: int = Field(default=30, ge=1, description="How many one person may start")
    retention: str = Field(
        default="13 months",
        description="How long the content of closed runs is kept, or `never` to remove it",
    )
    canary_failpoint: str | None = Field(
        default=None, description="For tests: the failpoint at which the process dies"
    )

    @property
    def address(self) -> str:
        """Only the HTTP mode must be reachable from other machines."""
        everywhere = "0.0.0.0"  # noqa: S104
        return self.host or ("127.0.0.1" if self.slack_app_token else everywhere)

    @property
    def secrets(self) -> Iterator[str]:
        """The values to redact in everything that the bot writes."""
        for token in (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.aws_secret_access_key,
        ):
            if token:
                yield token.get_secret_value()
        if self.aws_session_token:
            yield self.aws_session_token.get_secret_value()
        yield from filter(None, (self.database_url, self.redis_url))
        if self.signing_key:
            yield from own_secrets({"SIGNING_KEY": self.signing_key.get_secret_value()})

    @property
    def signing(self) -> Signing:
        given = self.signing_key.get_secret_value() if self.signing_key else None
        return Signing(self.canary_data, given)

    @property
    def archive(self) -> Archive | None:
        """Where packets are stored outside Slack. Raises ArchiveError."""
        secrets = {
            "AWS_SECRET_ACCESS_KEY": self.aws_secret_access_key,
            "AWS_SESSION_TOKEN": self.aws_session_token,
        }
        given = {
            "S3_ENDPOINT": self.s3_endpoint,
            "AWS_ACCESS_KEY_ID": self.aws_access_key_id,
            "AWS_REGION": self.aws_region,
            **{name: secret.get_secret_value() for name, secret in secrets.items() if secret},
        }
        return (
            archive_at(self.packets, {name: text for name, text in given.items() if text})
            if self.packets
            else None
        )

    @property
    def kept_for(self) -> timedelta | None:
        """None: forever."""
        return parse_retention(self.retention)

    @field_validator("retention")
    @classmethod
    def _is_a_retention(cls, text: str) -> str:
        parse_retention(text)
        return text

    @property
    def reach(self) -> Reach:
        return armed(self.canary_failpoint) if self.canary_failpoint else nowhere

    @model_validator(mode="before")
    @classmethod
    def _without_pasted_whitespace(cls, given: Any) -> Any:
        """An empty variable counts as unset."""
        if not isinstance(given, dict):
            return given
        texts = {name: pasted(value) for name, value in given.items() if isinstance(value, str)}
        kept = {name: value for name, value in given.items() if name not in texts}
        return kept | {name: text for name, text in texts.items() if text is not None}

    def model_post_init(self, _: Any) -> None:
        if not self.slack_api_url.endswith("/"):
            self.slack_api_url += "/"


def read_settings() -> Settings:
    """Raises SettingsError, naming every variable that is missing or malformed."""
    try:
        settings = Settings.model_validate({name.lower(): value for name, value in os.environ.items()})
    except ValidationError as error:
        wrong = [
            _described(each["loc"], each["type"], each["msg"]) for each in error.errors(include_input=False)
        ]
        raise SettingsError("; ".join(wrong) + ".", hint="The README lists the settings.") from None
    if wrong := [*_swapped(settings), *_malformed(settings)]:
        raise SettingsError(" ".join(wrong))
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "Neither SLACK_APP_TOKEN (for Socket Mode) nor SLACK_SIGNING_SECRET (for HTTP) is set.",
            hint="Set one of them; the README says where to find it in Slack.",
        )
    _ = settings.archive  # raises an error now, instead of at the first decision
    return settings


def _described(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(place[0]).upper()
    return f"{name} is not set" if kind == "missing" else f"{name}: {message}"


def _swapped(settings: Settings) -> Iterator[str]:
    """Slack's tokens have distinctive prefixes; those of other servers may not."""
    for name, secret in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token),
        ("SLACK_APP_TOKEN", settings.slack_app_token),
        ("SLACK_SIGNING_SECRET", settings.slack_signing_secret),
    ):
        token = secret.get_secret_value() if secret else ""
        if not token.isprintable() or " " in token:
            yield f"{name} contains a space or a line break: copy it again, as a whole."
        for start, (what, belongs) in _TOKENS.items():
            if token.startswith(start) and name != belongs:
                where = (
                    f"it belongs in {belongs}"
                    if belongs
                    else "the bot needs a bot token, which begins with xoxb-"
                )
                yield f"{name} is {what} ({start}…): {where}."


def _malformed(settings: Settings) -> Iterator[str]:
    """URLs that cannot be valid. They may contain passwords, so they are not quoted."""
    if not _is_url(settings.slack_api_url, ("http", "https")):
        yield "SLACK_API_URL is not a URL: it should look like https://slack.com/api/."
    if settings.redis_url and not _is_url(settings.redis_url, _REDIS_SCHEMES):
        yield (
            "REDIS_URL is not a Redis URL: it should look like redis://HOST:6379/0, or rediss:// for TLS; "
            "special characters in the password must be percent-encoded (# is %23)."
        )


def _is_url(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        url = urlsplit(text)
        return (
            url.scheme in schemes
            and bool(url.path if url.scheme == "unix" else url.hostname)
            and url.port != 0
        )
    except ValueError:
        return False
