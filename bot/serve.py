"""The composition root: everything is made here, once, and handed to those who need it. Imported by the command line only."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import embedded
from bot.errors import Unavailable
from bot.health import Probe, health_routes
from bot.hints import Hints
from bot.interaction import Interaction
from bot.jobs import Engine
from bot.observe import Metrics
from bot.outbox import Kind, Message
from bot.plan.load import Loaded
from bot.role import Role
from bot.settings import Settings
from bot.slack.client import reaching, web_client
from bot.slack.delivery import Delivery, Notice
from bot.slack.directory import SlackDirectory
from bot.slack.identity import Identity, identify, missing
from bot.slack.leases import Leases
from bot.slack.limits import Limits
from bot.slack.private import Private
from bot.slack.sending import Sender
from bot.store import messages, runs
from bot.store.database import Database
from bot.store.migrate import migrate, newest, own_database, standing
from bot.store.roles import not_granted
from bot.tasks import cancelled, first
from bot.workflow import alerting, keeping
from bot.workflow.services import Services
from commands.desk import Desk
from commands.handle import Handler
from commands.intake import Intake, Keep, bolt_app
from commands.socket import Socket
from commands.turnstile import Turnstile
from commands.web import LARGEST, slack_routes

log = structlog.get_logger(__name__)

DOOR = 4  # connections that nothing but storing may use: whatever else is slow, acks are not


@dataclass(frozen=True)
class Running:
    """A bot that takes interactions, works them off and delivers."""

    port: int  # where /healthz is, and /slack/events over HTTP
    work: asyncio.Future[None]  # done only when it failed


async def serve(settings: Settings, configuration: Loaded, role: Role = Role.ALL) -> None:
    """Until SIGTERM or SIGINT. Raises SlackApiError when Slack does not take the token."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with running(settings, configuration, role) as bot:
        gc.freeze()  # what the start made stays; looking through it again and again would hold up acks
        log.info("ready", role=role, port=bot.port, mode="socket" if settings.slack_app_token else "http")
        await first(stop.wait(), bot.work)
        log.info("stopping")
        if bot.work.done():
            bot.work.result()


@asynccontextmanager
async def running(settings: Settings, configuration: Loaded, role: Role = Role.ALL) -> AsyncIterator[Running]:
    """A bot while the block lasts. Leaving it stops intake, lets work under way finish, and closes."""
    token = settings.slack_bot_token.get_secret_value()
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        dsn, redis_url = await _servers(settings, stack)
        client = await enter(web_client(token, settings.slack_api_url))
        reach = settings.reach
        database = await enter(Database(dsn, reach=reach))
        engine = await enter(Engine(dsn))
        hints = await enter(Hints(redis_url))
        identity = await identify(client)
        metrics = Metrics()
        limits = Limits(hints, identity.team, lambda method: metrics.rate_limited.labels(method).inc())
        private = Private(client, limits)
        services = Services(
            database=database,
            enqueue=engine.enqueue,
            directory=await enter(SlackDirectory(client, identity.team, limits)),
            configuration=configuration,
            reach=reach,
        )
        desk = Desk(services=services, client=client, private=private, team=identity.team)
        engine.carry(services, Handler(desk))
        leases = Leases(database)
        delivery = Delivery(
            database,
            Sender(client, leases, identity, key=token, reach=reach),
            leases,
            limits,
            closed_door=_tell_requester(database, private),
        )
        door = replace(services, database=await enter(Database(dsn, size=DOOR, reach=reach)))
        intake = Intake(_keep(door, metrics), partial(keeping.now, door))
        app = bolt_app(client, _authorized(identity, token), intake)
        missing_said = _say_what_is_missing(client, identity, configuration, limits)
        turnstile = Turnstile(lambda kind, budget: metrics.refused.labels(kind, budget).inc())
        works = (engine.run, delivery.run, partial(alerting.watch_outbox, services), missing_said)
        work = await enter(_working(*(works if role.works else ())))
        socket = await enter(_socket(app, settings, turnstile)) if role.listens else None
        probes: dict[str, Probe] = {
            "database": database.answers,
            "slack": socket or (lambda: _answers(client)),
        }
        routes = health_routes(metrics, probes, _refresh(database, metrics))
        if role.listens and socket is None:
            assert settings.slack_signing_secret
            routes += slack_routes(app, settings.slack_signing_secret.get_secret_value(), turnstile)
        yield Running(port=await enter(_listening(routes, settings.port)), work=work)


async def _servers(settings: Settings, stack: AsyncExitStack) -> tuple[str, str]:
    """The given ones, or embedded ones; the database is at our version."""
    dsn, redis_url = settings.database_url, settings.redis_url
    if dsn is None:
        owner = await stack.enter_async_context(embedded.postgres(settings.canary_data))
        dsn = await asyncio.to_thread(own_database, owner)
    else:
        await up_to_date(dsn)
    if redis_url is None:
        redis_url = await stack.enter_async_context(embedded.valkey(settings.canary_data))
    return dsn, redis_url


async def up_to_date(dsn: str) -> None:
    """Raises SchemaError or RoleError when it is not, and our role cannot help it."""
    found = await asyncio.to_thread(standing, dsn)
    if found.version != newest():
        await asyncio.to_thread(migrate, dsn)
        log.info("migrated", to=newest())
        found = await asyncio.to_thread(standing, dsn)
    if found.lacking:
        raise not_granted(found.role, found.lacking)
    if found.rewritable:
        log.warning(
            "the database lacks something",
            what=f"a role of the bot's own: {found.role} could change the audit log, so that only checkpoints kept "
            "elsewhere would show it; run `canary migrate --grant-to ROLE` and let the bot connect as that role",
        )


def _authorized(identity: Identity, token: str) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team,
        bot_id=identity.bot,
        bot_user_id=identity.user,
        bot_token=token,
    )


def _keep(services: Services, metrics: Metrics) -> Keep:
    """Store an interaction, and count it."""

    async def keep(interaction: Interaction) -> None:
        with metrics.ack_seconds.time():
            await keeping.keep(services, interaction)
        metrics.interactions.labels(interaction.kind).inc()

    return keep


def _tell_requester(database: Database, private: Private) -> Notice:
    """The bot cannot post where it should: whoever asked for the run is told, and the message waits."""
    why = {"is_archived": "that channel is archived", "channel_not_found": "I cannot see that channel"}

    async def tell(message: Message, error: str) -> None:
        if message.kind is not Kind.CARD:
            return
        async with database.connection() as conn:
            run = await runs.find(conn, message.run)
        assert run
        reason = why.get(error, "I am not in that channel")
        await private.direct(
            run.requested_by,
            f"Run #{run.number} goes on, but its card cannot be posted to <#{run.channel}>: {reason}. "
            "Invite me there; nothing is lost.",
        )

    return tell


Work: TypeAlias = Callable[[asyncio.Event], Coroutine[Any, Any, None]]  # until the event is set


@asynccontextmanager
async def _working(*works: Work) -> AsyncIterator[asyncio.Future[None]]:
    """Side by side in the background; told to stop at the end, and waited for."""
    stop = asyncio.Event()

    async def together() -> None:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work(stop))
            await stop.wait()

    task = asyncio.create_task(together())
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait([task])


@asynccontextmanager
async def _socket(app: AsyncApp, settings: Settings, turnstile: Turnstile) -> AsyncIterator[Probe | None]:
    """Socket Mode when there is a token for it; -> whether it is connected."""
    if settings.slack_app_token is None:
        yield None
        return
    token = settings.slack_app_token.get_secret_value()
    handler = Socket(app, token, turnstile)
    try:
        # asked for here, because `connect` would ask for ever with a token that Slack does not take
        with reaching(settings.slack_api_url):
            answer = await handler.client.web_client.apps_connections_open(app_token=token)
        handler.client.wss_uri = answer["url"]
        await handler.client.connect()  # type: ignore[no-untyped-call]
        yield handler.client.is_connected
    finally:
        await handler.client.close()  # type: ignore[no-untyped-call]


async def _answers(client: AsyncWebClient) -> bool:
    try:
        return bool((await client.api_test())["ok"])
    except (SlackApiError, aiohttp.ClientError, TimeoutError):
        return False


@asynccontextmanager
async def _listening(routes: list[web.RouteDef], port: int) -> AsyncIterator[int]:
    """-> the port, which is a free one for 0."""
    server = web.Application(client_max_size=LARGEST)
    server.add_routes(routes)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "0.0.0.0", port)  # noqa: S104 — a container's port is meant to be reached
        try:
            await site.start()
        except OSError as error:
            raise Unavailable(
                f"Port {port} cannot be listened on: {error.strerror}.", hint="Set PORT to another one."
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _say_what_is_missing(
    client: AsyncWebClient, identity: Identity, configuration: Loaded, limits: Limits
) -> Work:
    """Once, and without anybody waiting for it."""

    async def say_all() -> None:
        try:
            for lack in await missing(client, identity, configuration.plan, limits):
                log.warning("slack lacks something", what=lack)
        except (aiohttp.ClientError, TimeoutError) as error:  # no reason for a bot to end
            log.warning("what slack lacks could not be found out", error=str(error))

    async def say(stop: asyncio.Event) -> None:
        saying = asyncio.create_task(say_all())  # it may have to wait for Slack's limits
        await first(saying, stop.wait())
        if saying.done():
            saying.result()
        await cancelled(saying)

    return say


def _refresh(database: Database, metrics: Metrics) -> Any:
    """Numbers that are asked for when somebody looks, not kept: without the database there are none."""

    async def refresh() -> None:
        metrics.messages.clear()
        metrics.runs.clear()
        try:
            async with database.connection() as conn:
                waiting, active = await messages.counts(conn), await runs.active(conn)
                metrics.alerts.set(await messages.alerts(conn))
        except Unavailable:
            return
        for state in ("pending", "sending", "ambiguous"):
            metrics.messages.labels(state).set(waiting.get(state, 0))
        for state in ("checking", "deciding"):
            metrics.runs.labels(state).set(sum(run.state == state for run in active))

    return refresh
