"""The environment, read once. Beside it only the command line looks there, for what its commands need without a bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import CanaryError
from bot.failpoint import Reach, armed, nowhere


class SettingsError(CanaryError):
    """A setting is missing or malformed; says which."""


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
    canary_data: Path = Path(".canary")
    port: int = Field(default=3000, ge=0, le=65535)
    canary_failpoint: str | None = Field(default=None, description="For tests: where the process is to die")

    @property
    def reach(self) -> Reach:
        return armed(self.canary_failpoint) if self.canary_failpoint else nowhere

    @field_validator(
        "slack_app_token",
        "slack_signing_secret",
        "database_url",
        "redis_url",
        "canary_failpoint",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: Any) -> Any:
        return value or None

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        return url if url.endswith("/") else f"{url}/"


def read_settings() -> Settings:
    """Raises SettingsError, naming every variable that is missing or malformed."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors(include_input=False)
        )
        raise SettingsError(
            f"The environment is not complete: {wrong}.", hint="The README lists the settings."
        ) from None
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "Neither SLACK_APP_TOKEN (for Socket Mode) nor SLACK_SIGNING_SECRET (for HTTP) is set.",
            hint="Set one of them; the README says where Slack shows it.",
        )
    return settings
