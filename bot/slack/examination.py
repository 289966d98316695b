"""Checks Slack without posting: tokens, scopes, channels and user groups; works with any server, whatever it lacks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Unavailable
from bot.base.finding import Finding, State
from bot.plan.member import is_user
from bot.plan.model import Plan
from bot.slack.accounts import Fields, Home, person
from bot.slack.client import UNREADABLE, what_it_means
from bot.slack.errors import Fixer, Meaning, meaning
from bot.slack.identity import Identity, identify
from bot.slack.survey import NO_HOME, SCOPES, groups_in
from checks.units import say_count

# scope -> what is lost without it
_WANTED = {
    **SCOPES,
    "commands": "/canary does not exist",
    "users:read": "accounts cannot be looked up, so nobody can vote",
    "usergroups:read": "owners cannot be named as user groups",
    "files:write": "no decision packets and no pictures of charts are attached",
}


async def examine(client: AsyncWebClient, app_token: str | None, plan: Plan | None) -> AsyncIterator[Finding]:
    try:
        identity = await identify(client)
    except SlackApiError as error:
        yield _refused("bot token", what_it_means(error))
        return
    except Unavailable as error:
        yield Finding(State.FAIL, "Slack", str(error), error.hint)
        return
    yield Finding(State.OK, "bot token", f"user {identity.user} in {identity.team_name or identity.team}")
    if app_token:
        yield await _app_token(client, app_token)
    for found in _scopes(identity):
        yield found
    yield await _home(client, identity)
    for channel in _channels(plan) if plan else ():
        yield await _channel(client, channel)
    for group in groups_in(plan) if plan else ():
        yield await _group(client, group)
    for found in await _people(client, identity, plan) if plan else ():
        yield found


async def _app_token(client: AsyncWebClient, token: str) -> Finding:
    answer = await _asked(client.apps_connections_open(app_token=token))
    if isinstance(answer, dict):
        return Finding(State.OK, "app token", "Socket Mode can connect")
    if not answer.is_permanent:
        return _refused("app token", answer)
    todo = "Generate it under “Basic Information”, “App-Level Tokens”, with the scope connections:write."
    return Finding(State.FAIL, "app token", f"Socket Mode cannot connect: {answer.says}", todo)


def _scopes(identity: Identity) -> list[Finding]:
    if not identity.scopes:
        return [Finding(State.SKIPPED, "scopes", "this server does not say which scopes the token has")]
    todo = "Add it on the app's “OAuth & Permissions” page, and reinstall the app."
    lacking = [
        Finding(State.FAIL, f"scope {scope}", f"missing: {cost}", todo)
        for scope, cost in _WANTED.items()
        if scope not in identity.scopes
    ]
    return lacking or [Finding(State.OK, "scopes", "everything that the bot needs")]


async def _home(client: AsyncWebClient, identity: Identity) -> Finding:
    """Published to the bot's own Home, which nobody sees. Slack does not report an app's shortcuts and
    events.
    """
    answer = await _asked(client.views_publish(user_id=identity.user, view=NO_HOME))
    if isinstance(answer, dict):
        more = "if it stays empty, or “Start a run” is not among the shortcuts, compare the app's manifest with manifest.yml"
        return Finding(State.OK, "App Home", f"its tab is on; {more}")
    if not answer.absent:
        return _refused("App Home", answer)
    todo = "Compare the app's manifest with manifest.yml: app_home, shortcuts, event_subscriptions."
    return Finding(State.SKIPPED, "App Home", f"it is not shown: {answer.says}", todo)


def _channels(plan: Plan) -> list[str]:
    used = [environment.channel for environment in plan.environments.values()]
    return list(dict.fromkeys([*used, *([plan.alerts.channel] if plan.alerts else [])]))


async def _channel(client: AsyncWebClient, channel: str) -> Finding:
    """conversations.info reports everything, but needs a scope that the bot does not have; history reports
    most of it.
    """
    about = f"channel {channel}"
    answer = await _asked(client.conversations_info(channel=channel))
    if isinstance(answer, Meaning) and answer.absent:
        answer = await _asked(client.conversations_history(channel=channel, limit=1))
    shown = (answer.get("channel") or {}) if isinstance(answer, dict) else {}
    if answer == meaning("not_in_channel") or not shown.get("is_member", True):
        return Finding(State.FAIL, about, "the bot is not in it", "/invite @canary there.")
    if isinstance(answer, Meaning):
        return _refused(about, answer)
    if shown.get("is_archived"):
        return _refused(about, meaning("is_archived"))
    return Finding(State.OK, about, "the bot is in it")


async def _group(client: AsyncWebClient, group: str) -> Finding:
    about = f"user group {group}"
    answer = await _asked(client.usergroups_users_list(usergroup=group))
    if isinstance(answer, Meaning):
        return _refused(about, answer)
    if members := len(answer.get("users") or ()):
        return Finding(State.OK, about, say_count(members, "member"))
    todo = "Add people to it in Slack, or name people in canary.yaml."
    return Finding(State.FAIL, about, "nobody is in it, so nobody can vote for it", todo)


async def _people(client: AsyncWebClient, identity: Identity, plan: Plan) -> list[Finding]:
    """People listed individually in canary.yaml: a line for each who may not decide, and one for all others."""
    named = sorted({user for group in plan.people.values() for user in filter(is_user, group.members)})
    home = Home(identity.team, identity.enterprise)
    fields = Fields()
    answers = {user: await _asked(client.users_info(user=user)) for user in [identity.user, *named]}
    for answer in answers.values():
        if isinstance(answer, dict):
            fields.saw(answer.get("user") or {})
    fields.complete = True
    found = [_account(user, answers[user], home, fields) for user in named]
    wrong = [finding for finding in found if finding]
    fit = len(named) - len(wrong)
    return [*wrong, *([Finding(State.OK, "people", f"{fit} of {len(named)} may decide")] if fit else [])]


def _account(user: str, answer: dict[str, Any] | Meaning, home: Home, fields: Fields) -> Finding | None:
    about = f"person {user}"
    if isinstance(answer, Meaning):
        return _refused(about, answer)
    if reason := person(answer.get("user") or {}, user, home, fields.unsupported).barred():
        return Finding(State.FAIL, about, f"{reason}, so it counts nowhere", "Remove it from canary.yaml.")
    return None


def _refused(about: str, why: Meaning) -> Finding:
    state = State.FAIL if why.is_permanent else State.UNKNOWN
    return Finding(state, about, why.says, why.advice(reader=Fixer.OPERATOR))


async def _asked(question: Awaitable[Any]) -> dict[str, Any] | Meaning:
    """Returns the response, or the meaning of its error."""
    try:
        return dict((await question).data)
    except SlackApiError as error:
        return what_it_means(error)
    except (aiohttp.ClientError, TimeoutError):
        return meaning(UNREADABLE)
