"""Settings as people paste and mount them."""

from __future__ import annotations

import pytest

from commands.settings import SettingsError, read_settings

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "SLACK_SIGNING_SECRET": "5ecre7",
}
TEXTS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    for name in ("DATABASE_URL", "REDIS_URL", "PORT", "SLACK_API_URL", "CANARY_LOG", "CANARY_DATA"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", "  {}  ", '"{}"', "'{}'", '"{}"\n', "\t{}\n\n"])
def test_whitespace_and_quotes_around_a_value_are_ignored(
    environment: pytest.MonkeyPatch, around: str
) -> None:
    urls = {"DATABASE_URL": "postgresql://bot@db/canary", "REDIS_URL": "redis://cache:6379/0"}
    for name, value in {**GOOD, **urls, "PORT": "3001", "CANARY_LOG": "text"}.items():
        environment.setenv(name, around.format(value))
    settings = read_settings()
    secrets = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    assert [secret.get_secret_value() for secret in secrets if secret] == list(GOOD.values())
    assert (settings.database_url, settings.redis_url) == tuple(urls.values())
    assert (settings.port, settings.canary_log) == (3001, "text")


@pytest.mark.parametrize("nothing", ["", " ", "\n", '""'])
def test_an_empty_variable_is_an_unset_one(environment: pytest.MonkeyPatch, nothing: str) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "PORT", "SLACK_APP_TOKEN", "SLACK_API_URL"):
        environment.setenv(name, nothing)
    settings = read_settings()
    assert (settings.database_url, settings.redis_url, settings.slack_app_token) == (None, None, None)
    assert (settings.port, settings.slack_api_url) == (3000, "https://slack.com/api/")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "SLACK_BOT_TOKEN",
            "xapp-1-secret",
            "SLACK_BOT_TOKEN is an app-level token (xapp-…): it belongs in SLACK_APP_TOKEN.",
        ),
        (
            "SLACK_APP_TOKEN",
            "xoxb-1-secret",
            "SLACK_APP_TOKEN is a bot token (xoxb-…): it belongs in SLACK_BOT_TOKEN.",
        ),
        ("SLACK_BOT_TOKEN", "xoxp-1-secret", "SLACK_BOT_TOKEN is a user token (xoxp-…)"),
        ("SLACK_SIGNING_SECRET", "xoxb-1-secret", "SLACK_SIGNING_SECRET is a bot token (xoxb-…)"),
        ("SLACK_BOT_TOKEN", "xoxb-1\n-secret", "SLACK_BOT_TOKEN contains a space or a line break"),
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set"),
        ("REDIS_URL", "127.0.0.1-secret", "REDIS_URL is not a Redis URL"),
        ("REDIS_URL", "127.0.0.1:6379", "REDIS_URL is not a Redis URL"),
        ("REDIS_URL", "redis://:pa#ss-secret@cache:6379", "REDIS_URL is not a Redis URL"),
        ("REDIS_URL", "http://cache-secret", "REDIS_URL is not a Redis URL"),
        ("REDIS_URL", "redis://cache:port-secret", "REDIS_URL is not a Redis URL"),
        ("SLACK_API_URL", "slack.com/secret", "SLACK_API_URL is not a URL"),
        ("PORT", "secret", "PORT: "),
        ("PORT", "70000", "PORT: "),
        ("CANARY_LOG", "xml-secret", "CANARY_LOG: "),
    ],
)
def test_an_invalid_setting_is_reported_without_its_value(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    said = f"{refused.value} {refused.value.hint}"
    assert says in said
    assert "secret" not in said.replace("SECRET", "").replace("signing secret", "")


@pytest.mark.parametrize(
    "url",
    ["redis://cache", "rediss://u:p%23@cache:6380/1", "unix:///tmp/valkey.sock?db=0", "redis://[::1]:6379"],
)
def test_redis_urls_in_all_their_forms(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("REDIS_URL", url)
    assert read_settings().redis_url == url


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "127.0.0.1"),
        ({"HOST": "10.1.2.3"}, "10.1.2.3"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "s"}, "0.0.0.0"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "s", "HOST": "::1"}, "::1"),
    ],
)
def test_only_a_bot_that_receives_http_requests_listens_on_all_addresses_by_default(
    environment: pytest.MonkeyPatch, given: dict[str, str], address: str
) -> None:
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", **given}.items():
        environment.setenv(name, value)
    assert read_settings().address == address
