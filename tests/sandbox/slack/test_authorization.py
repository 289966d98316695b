"""Tokens, scopes and methods: what an app may call, and how Slack refuses."""

from __future__ import annotations

import json

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import LocalSlack
from sandbox.slack.manifest import LEAST_PRIVILEGE, least_manifest, read_manifest


def with_token(slack, token):
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])


async def test_the_app_learns_who_it_is(slack, client):
    identity = await client.auth_test()
    assert (identity["team_id"], identity["user_id"], identity["bot_id"]) == (
        "T0ACME",
        "U0CANARY",
        "B0CANARY",
    )


async def test_bad_tokens(slack, refused):
    for token, error in [
        (None, "not_authed"),
        ("xoxb-no", "invalid_auth"),
        (slack.app_token, "not_allowed_token_type"),
    ]:
        assert (await refused(with_token(slack, token).auth_test()))[0] == error
    assert (await refused(with_token(slack, slack.bot_token).apps_connections_open(app_token="xapp-no")))[
        0
    ] == "invalid_auth"


async def test_a_revoked_token_and_an_uninstalled_app(slack, client, refused):
    slack.revoke_tokens()
    assert (await refused(client.auth_test()))[0] == "token_revoked"
    slack.app.revoked = False
    slack.uninstall()
    assert (await refused(client.auth_test()))[0] == "account_inactive"


SCOPED = {
    "chat.postMessage": "chat:write",
    "conversations.history": "channels:history",
    "conversations.info": "channels:read",
    "conversations.open": "im:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "team.info": "team:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
}


@pytest.mark.parametrize("method", SCOPED)
async def test_a_scope_missing_from_the_manifest_is_named(method, refused):
    manifest = least_manifest()
    manifest["oauth_config"]["scopes"]["bot"] = ["commands"]
    async with LocalSlack(manifest=manifest) as slack:
        error, answer = await refused(with_token(slack, slack.bot_token).api_call(method))
    assert (error, answer["needed"], answer["provided"]) == ("missing_scope", SCOPED[method], "commands")


async def test_reading_a_private_channel_needs_its_own_scope(slack, client, refused):
    channel = slack.channel("#releases")
    channel.kind = "private"
    await client.conversations_history(channel=channel.id)
    slack.app.scopes.discard("groups:history")
    error, answer = await refused(client.conversations_history(channel=channel.id))
    assert (error, answer["needed"]) == ("missing_scope", "groups:history")


def test_a_manifest_is_read_from_its_file(tmp_path):
    path = tmp_path / "manifest.yml"
    path.write_text(json.dumps(least_manifest()))
    manifest = read_manifest(path)
    assert manifest.oauth_config.scopes.bot == LEAST_PRIVILEGE
    assert manifest.command("/canary").usage_hint == "run staging"


async def test_unknown_methods_and_missing_features_are_refused(refused):
    async with LocalSlack(without=("files", "usergroups", "metadata")) as slack:
        client = with_token(slack, slack.bot_token)
        for call in (
            client.api_call("files.upload"),
            client.files_getUploadURLExternal(filename="a", length=1),
            client.usergroups_users_list(usergroup="S0PLATFORM"),
        ):
            assert (await refused(call))[0] == "unknown_method"
        metadata = {"event_type": "outbox", "event_payload": {}}
        posted = await client.chat_postMessage(channel="C0RELEASES", text="x", metadata=metadata)
        assert "metadata" not in posted["message"]


async def test_a_body_that_is_not_json_is_refused(slack):
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, error in [(b"{", "invalid_json"), (b"[]", "json_not_object")]:
            async with session.post(f"{slack.api_url}auth.test", data=body) as response:
                assert (await response.json())["error"] == error


async def test_every_call_is_logged_with_its_arguments_and_response(slack, client, refused):
    await client.users_info(user="U01ANA")
    await refused(client.users_info(user="U0NOBODY"))
    first, second = slack.calls("users.info")
    assert (first.args["user"], first.ok) == ("U01ANA", True)
    assert (second.args["user"], second.error) == ("U0NOBODY", "user_not_found")
    assert "token" not in first.args
