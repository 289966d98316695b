"""The environment, read once. Besides, only the command line looks there, for what its commands need without a bot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.base.environment import DATA, pasted
from bot.base.errors import CanaryError
from bot.base.failpoint import Reach, armed, nowhere

# how a token begins -> what it is, and where it belongs
_BOT, _APP = "a bot token", "an app-level token"
_TOKENS: Mapping[str, tuple[str, str]] = {
    "xoxb-": (_BOT, "SLACK_BOT_TOKEN"),
    "xapp-": (_APP, "SLACK_APP_TOKEN"),
    "xoxp-": ("a user token", ""),
}
_REDIS_SCHEMES = ("redis", "rediss", "unix")


class SettingsError(CanaryError):
    """Settings are missing or malformed; says which, and never what they are."""


class Settings(BaseSettings):
    """Field names in capitals are the variables' names."""

    model_config = SettingsConfigDict(extra="ignore", case_sensitive=False)

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = Field(
        default=None, description="Socket Mode when set, else HTTP on PORT"
    )
    slack_signing_secret: SecretStr | None = Field(default=None, description="Needed over HTTP")
    slack_api_url: str = "https://slack.com/api/"
    database_url: str | None = Field(default=None, description="Embedded PostgreSQL when unset")
    redis_url: str | None = Field(default=None, description="Embedded Valkey when unset")
    canary_data: Path = DATA
    canary_log: Literal["json", "text"] | None = Field(
        default=None, description="Text at a terminal and JSON elsewhere when unset"
    )
    host: str | None = Field(
        default=None,
        description="Where PORT is; loopback in Socket Mode and every address over HTTP when unset",
    )
    port: int = Field(default=3000, ge=0, le=65535)
    runs_per_hour: int = Field(default=30, ge=1, description="That one person may start")
    canary_failpoint: str | None = Field(default=None, description="For tests: where the process is to die")

    @property
    def address(self) -> str:
        """Over HTTP it is meant to be reached from elsewhere, and nothing else is."""
        everywhere = "0.0.0.0"  # noqa: S104
        return self.host or ("127.0.0.1" if self.slack_app_token else everywhere)

    @property
    def secrets(self) -> Iterator[str]:
        """What nothing that the bot says may hold."""
        for token in (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret):
            if token:
                yield token.get_secret_value()
        yield from filter(None, (self.database_url, self.redis_url))

    @property
    def reach(self) -> Reach:
        return armed(self.canary_failpoint) if self.canary_failpoint else nowhere

    @model_validator(mode="before")
    @classmethod
    def _without_what_pasting_leaves(cls, given: Any) -> Any:
        """An empty variable is an unset one."""
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
        settings = Settings()
    except ValidationError as error:
        wrong = [_said(each["loc"], each["type"], each["msg"]) for each in error.errors(include_input=False)]
        raise SettingsError("; ".join(wrong) + ".", hint="The README lists the settings.") from None
    if wrong := [*_swapped(settings), *_malformed(settings)]:
        raise SettingsError(" ".join(wrong))
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "Neither SLACK_APP_TOKEN (for Socket Mode) nor SLACK_SIGNING_SECRET (for HTTP) is set.",
            hint="Set one of them; the README says where to find it in Slack.",
        )
    return settings


def _said(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(place[0]).upper()
    return f"{name} is not set" if kind == "missing" else f"{name}: {message}"


def _swapped(settings: Settings) -> Iterator[str]:
    """Tokens tell what they are by how they begin; another server's may begin as they like."""
    for name, secret in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token),
        ("SLACK_APP_TOKEN", settings.slack_app_token),
        ("SLACK_SIGNING_SECRET", settings.slack_signing_secret),
    ):
        token = secret.get_secret_value() if secret else ""
        if not token.isprintable() or " " in token:
            yield f"{name} has a space or a line break in it: copy it again, in one piece."
        for start, (what, belongs) in _TOKENS.items():
            if token.startswith(start) and name != belongs:
                where = (
                    f"it belongs in {belongs}"
                    if belongs
                    else "the bot takes its own, which begins with xoxb-"
                )
                yield f"{name} holds {what} ({start}…): {where}."


def _malformed(settings: Settings) -> Iterator[str]:
    """Addresses that nothing could be reached at. They may hold passwords, and are not repeated."""
    if not _is_url(settings.slack_api_url, ("http", "https")):
        yield "SLACK_API_URL is not a URL: it looks like https://slack.com/api/."
    if settings.redis_url and not _is_url(settings.redis_url, _REDIS_SCHEMES):
        yield (
            "REDIS_URL is not a URL of a Redis: it looks like redis://HOST:6379/0, or rediss:// with TLS; "
            "a password's special characters are written as %23 and the like."
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
