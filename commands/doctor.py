"""Checks, one by one, what the bot needs: settings, Slack, its servers, and the sources of its checks.

It changes nothing and posts nothing. If something cannot be checked, it says so and continues.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.base.environment import data_folder, own_secrets, pasted
from bot.base.errors import CanaryError
from bot.base.finding import Finding, State
from bot.plan.load import load
from bot.plan.model import Plan
from bot.plan.problems import PlanError
from checks.actions.base import Action
from checks.base import Source
from checks.context import opened
from checks.kinds import refused_kinds
from checks.outcome import CheckError
from checks.secrets import Secrets, names_in
from commands.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from bot.store.roles import Standing

Findings: TypeAlias = AsyncIterator[Finding]

TIMEOUT = 15.0  # seconds for each source
MOST_RUNS = 5  # named in one finding


async def examine(config: Path, environ: Mapping[str, str]) -> Findings:
    """Yields a finding for each thing checked, in the order in which problems are best fixed."""
    plan: Plan | None = None
    try:
        found = load(config, None, lenient=True)
        plan = found.plan
        said = [stopped.problem.message for stopped in found.stopped.values()]
        for stopped in found.stopped.values():
            yield Finding(
                State.FAIL, "configuration", str(stopped.problem), "The other environments are not affected."
            )
        if not found.stopped:
            yield Finding(State.OK, "configuration", f"{config} has no problems")
    except PlanError as error:
        said = [problem.message for problem in error.problems]
        for problem in error.problems:
            yield Finding(State.FAIL, "configuration", str(problem), "See `canary lint`.")
    for refused in (one for one in refused_kinds() if not any(str(one) in why for why in said)):
        yield Finding(State.FAIL, "packages", str(refused), "Fix the package, or uninstall it.")
    async for finding in _settings(environ, plan):
        yield finding
    yield await _redis(pasted(environ.get("REDIS_URL")))
    async for finding in _database(environ):
        yield finding
    if plan:
        async for finding in _of_plan(plan, environ):
            yield finding


async def _of_plan(plan: Plan, environ: Mapping[str, str]) -> Findings:
    """Of its sources and actions."""
    for finding in await asyncio.gather(
        *(_source(name, source, environ) for name, source in plan.sources.items())
    ):
        yield finding
    for finding in await asyncio.gather(
        *(
            _action(environment, name, action, plan.sources[action.source], environ)
            for environment, each in plan.environments.items()
            for name, action in each.actions.items()
        )
    ):
        yield finding


async def _settings(environ: Mapping[str, str], plan: Plan | None) -> Findings:
    if not pasted(environ.get("SLACK_BOT_TOKEN")):
        todo = "The README says where to find it in Slack."
        yield Finding(State.SKIPPED, "Slack", "SLACK_BOT_TOKEN is not set", todo)
        return
    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding(State.FAIL, "settings", str(error), error.hint)
        return
    yield Finding(State.OK, "settings", "complete")
    async for found in _slack(settings, plan):
        yield found


async def _slack(settings: Settings, plan: Plan | None) -> Findings:
    from bot.slack.client import web_client
    from bot.slack.examination import examine as examine_slack

    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else None
    async with web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url) as client:
        async for found in examine_slack(client, app_token, plan):
            yield found


async def _redis(url: str | None) -> Finding:
    if url is None:
        return Finding(State.SKIPPED, "redis", "REDIS_URL is not set: the bot starts its own server")
    from bot.slack.hints import reached

    if why := await reached(url):
        todo = "Check REDIS_URL; until then replicas cannot share Slack's limits."
        return Finding(State.FAIL, "redis", f"cannot be reached: {why}", todo)
    return Finding(State.OK, "redis", "reachable")


async def _database(environ: Mapping[str, str]) -> Findings:
    url, data = pasted(environ.get("DATABASE_URL")), data_folder(environ)
    if url is None and not (data / "postgres").exists():
        said = "DATABASE_URL is not set: the bot starts its own server, with its data in CANARY_DATA"
        yield Finding(State.SKIPPED, "database", said)
        return
    from bot.store.migrate import is_behind, newest, standing
    from commands.database_location import located

    try:
        async with located(url, data) as dsn:
            found = await asyncio.to_thread(standing, dsn)
            if is_behind(found):
                yield _behind(found, newest())
                return
            yield _standing(found, is_ours=url is None)
            if not found.lacking and (late := await _packets(dsn, environ)):
                yield late
    except CanaryError as error:
        yield Finding(State.FAIL, "database", str(error), error.hint)


async def _packets(dsn: str, environ: Mapping[str, str]) -> Finding | None:
    """Packets that have waited for a while to be kept outside Slack."""
    from bot.base.timing import Copies
    from bot.store import packet_copies
    from bot.store.audits import snapshot

    async with snapshot(dsn) as conn:
        waiting = await packet_copies.waiting(conn, grace=Copies().late)
    if not waiting.runs or not waiting.since:
        return None
    runs = ", ".join(f"#{run}" for run in waiting.runs[:MOST_RUNS])
    more = f" and {len(waiting.runs) - MOST_RUNS} more" if len(waiting.runs) > MOST_RUNS else ""
    said = f"not kept since {waiting.since:%Y-%m-%d %H:%M} UTC: those of {runs}{more}"
    if not pasted(environ.get("PACKETS")):
        todo = "PACKETS is not set. Set it where the bot runs; without it, they are given up after an hour."
        return Finding(State.FAIL, "packets", said, todo)
    return Finding(State.FAIL, "packets", said, "The threads of these runs and the bot's log say why.")


def _behind(found: Standing, newest: str) -> Finding:
    version = found.version or "none"
    if found.may_migrate:
        return Finding(State.OK, "database", f"at version {version}; `canary serve` migrates it to {newest}")
    return Finding(State.FAIL, "database", f"at version {version}, but {newest} is needed", _grant(found))


def _grant(found: Standing) -> str:
    return f"Run `canary migrate --grant-to {found.role}` as the owner of the tables."


def _standing(found: Standing, *, is_ours: bool) -> Finding:
    """`is_ours`: the embedded server, in which the bot sets up its own role."""
    about, grant = "database", _grant(found)
    if found.lacking:
        return Finding(State.FAIL, about, f"{found.role} may not read {', '.join(found.lacking)}", grant)
    if found.rewritable and not is_ours:
        todo = "Give the bot a role of its own: `canary migrate --grant-to ROLE`."
        return Finding(State.OK, about, f"reachable, but {found.role} could change the audit log", todo)
    return Finding(State.OK, about, f"reachable, as the role {found.role}")


async def _source(name: str, source: Source, environ: Mapping[str, str]) -> Finding:
    return await _reached(f"source {name}", source, source.reach, environ)


async def _action(
    environment: str, name: str, action: Action, source: Source, environ: Mapping[str, str]
) -> Finding:
    """Whether it could be done, without doing any of it."""
    return await _reached(f"action {name} of {environment}", source, action.permitted, environ)


async def _reached(
    about: str, source: Source, ask: Callable[[Any], Awaitable[str]], environ: Mapping[str, str]
) -> Finding:
    needed = names_in(json.dumps(source.model_dump(mode="json")))
    if unset := [variable for variable in dict.fromkeys(needed) if not environ.get(variable)]:
        return Finding(State.FAIL, about, f"{', '.join(unset)} is not set", "Set it where the bot runs.")
    secrets = Secrets({variable: environ[variable] for variable in needed}, own_secrets(environ))
    try:
        async with asyncio.timeout(TIMEOUT), opened(source, secrets, data_folder(environ)) as live:
            return Finding(State.OK, about, secrets.redact(await ask(live)))
    except CheckError as error:
        return Finding(State.FAIL, about, secrets.redact(str(error)), secrets.redact(error.hint))
    except TimeoutError:
        return Finding(
            State.FAIL,
            about,
            f"no response within {TIMEOUT:.0f} s",
            "Check that it is up, and reachable from this machine.",
        )
