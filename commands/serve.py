"""The composition root: creates everything once and passes it on. Imported only by the command line."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
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

from bot import workflow
from bot.base.declared import declared
from bot.base.errors import Unavailable, cause_of
from bot.base.metrics import Metrics
from bot.base.tasks import cancelled, first, patiently
from bot.base.timing import Timing
from bot.base.work import Work
from bot.jobs import Engine
from bot.plan.load import Loaded
from bot.rules.interaction import Interaction
from bot.rules.outbox import Message
from bot.rules.principal import Principal
from bot.slack.abilities import Abilities
from bot.slack.client import reaching, retry_after, web_client
from bot.slack.delivery import Delivery, Notice
from bot.slack.directory import SlackDirectory
from bot.slack.hints import Hints
from bot.slack.homes import HomePages
from bot.slack.identity import Identity, identify
from bot.slack.known_blocks import KnownBlocks
from bot.slack.leases import Leases
from bot.slack.limits import Limits
from bot.slack.messages.alert import not_shown
from bot.slack.messages.card import Card
from bot.slack.private import Private
from bot.slack.quiet import Quiet
from bot.slack.sending import Sender
from bot.slack.survey import Survey
from bot.store import messages, runs
from bot.store.database import Database
from bot.store.migrate import is_behind, migrate, newest, own_database, standing
from bot.store.roles import not_granted
from bot.workflow import alerting, homes, keeping
from bot.workflow.answering import Answering
from bot.workflow.services import Services
from checks.kinds import refused_kinds
from commands.facts_key import key_for_facts
from commands.health import CachedProbe, Probe, health_routes
from commands.listening import listening
from commands.role import Role
from commands.settings import Settings
from commands.slack.desk import Desk
from commands.slack.handle import Handle, Handler
from commands.slack.intake import Intake, Keep, bolt_app
from commands.slack.socket import Socket
from commands.slack.turnstile import Turnstile
from commands.slack.web import LARGEST, slack_routes

log = structlog.get_logger(__name__)

START_PATIENCE = 5.0  # seconds for a server that is starting, or whose connection just broke
DATABASE_FRESH = 1.0  # seconds for which /readyz reuses the last check of the database
INTAKE_POOL = 4  # connections reserved for storing: whatever else is slow, acks are not
DEFAULT = Timing()


@dataclass(frozen=True)
class Running:
    """A running bot."""

    port: int  # where /healthz is, and /slack/events over HTTP
    work: asyncio.Future[None]  # done only if it failed


async def serve(
    settings: Settings, configuration: Loaded, role: Role = Role.ALL, timing: Timing = DEFAULT
) -> None:
    """Run until SIGTERM or SIGINT. Raises SlackApiError if Slack does not accept the token."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with running(settings, configuration, role, timing) as bot:
        gc.freeze()  # objects created at startup stay; scanning them repeatedly would delay acks
        log.info("ready", role=role, port=bot.port, mode="socket" if settings.slack_app_token else "http")
        await first(stop.wait(), bot.work)
        log.info("stopping")
        if bot.work.done():
            bot.work.result()


@asynccontextmanager
async def running(
    settings: Settings, configuration: Loaded, role: Role = Role.ALL, timing: Timing = DEFAULT
) -> AsyncIterator[Running]:
    """Runs a bot while the block lasts. On exit, stops intake, lets work in progress finish, and closes."""
    configuration = configuration.hiding(settings.secrets)
    _say_what_is_left_out(configuration)
    _say_who_signs(settings)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        parts = await _parts(settings, configuration, timing, stack)
        work = await enter(_working(*(_works(parts, settings) if role.works else ())))
        routes = await _intake(parts, settings, stack) if role.listens else []
        probes: dict[str, Probe] = {
            "database": CachedProbe(parts.services.database.answers, fresh=DATABASE_FRESH),
            "slack": parts.connected or CachedProbe(partial(_takes_our_token, parts.client)),
        }
        routes += health_routes(parts.metrics, probes, _refresh(parts.services.database, parts.metrics))
        port = await enter(listening(routes, settings.address, settings.port, largest=LARGEST))
        yield Running(port=port, work=work)


def _say_what_is_left_out(configuration: Loaded) -> None:
    for refused in refused_kinds():
        log.warning("a kind is left out", what=str(refused))
    for name, stopped in configuration.stopped.items():
        log.error("an environment is stopped", environment=name, why=str(stopped.problem))


def _say_who_signs(settings: Settings) -> None:
    """Raises KeyUnusableError at the start, instead of at the first decision."""
    if not settings.signing.exists:
        log.info("packets are not signed", why="there is no signing key; `canary keys create` makes one")
        return
    key = settings.signing.key
    assert key
    log.info("packets are signed", key=key.public.name)


@dataclass
class _Parts:
    """The parts that every role has."""

    client: AsyncWebClient
    services: Services
    engine: Engine
    directory: SlackDirectory
    limits: Limits
    metrics: Metrics
    private: Private
    identity: Identity
    abilities: Abilities
    known: KnownBlocks
    connected: Probe | None = None  # by Socket Mode


async def _parts(settings: Settings, configuration: Loaded, timing: Timing, stack: AsyncExitStack) -> _Parts:
    enter = stack.enter_async_context
    dsn, redis_url = await _servers(settings, stack)
    token = settings.slack_bot_token.get_secret_value()
    client = await enter(web_client(token, settings.slack_api_url, timing.outbox.request))
    database = await enter(Database(dsn, reach=settings.reach))
    engine = await enter(Engine(database, timing.workers))
    hints = await enter(Hints(redis_url))
    identity = await patiently(partial(identify, client), within=START_PATIENCE)
    metrics = Metrics()
    limits = Limits(hints, identity.team, lambda method: metrics.rate_limited.labels(method).inc())
    directory = await enter(SlackDirectory(client, identity, limits, timing.people))
    services = Services(
        database=database,
        enqueue=engine.enqueue,
        directory=directory,
        configuration=configuration,
        answering=await enter(Answering(settings.canary_data, key_for_facts(token))),
        timing=timing,
        runs_per_hour=settings.runs_per_hour,
        signing=settings.signing,
        archive=settings.archive,
        retention=settings.kept_for,
        reach=settings.reach,
    )
    known = KnownBlocks(database, client, limits, identity.team)
    private, abilities = Private(client, limits, known), Abilities()
    desk = Desk(services, client, private, identity.team, abilities, known, identity.url)
    engine.carry(declared(workflow, Work), services)  # type: ignore[type-abstract]
    engine.carry([Handle], Handler(desk))
    return _Parts(client, services, engine, directory, limits, metrics, private, identity, abilities, known)


def _works(parts: _Parts, settings: Settings) -> Sequence[Background]:
    """Returns the background loops of a worker."""
    services = parts.services
    leases = Leases(services.database, services.timing.outbox)
    token, plan = settings.slack_bot_token.get_secret_value(), services.configuration.plan
    delivery = Delivery(
        services.database,
        Sender(parts.client, leases, parts.identity, key=token, reach=settings.reach),
        leases,
        parts.limits,
        parts.abilities,
        known=parts.known,
        not_shown=_tell_requester(services.database, parts.private),
        homes=HomePages(
            services.database,
            homes.Pages(services, parts.identity.url, lambda: parts.abilities.missing),
        ),
        quiet=Quiet(parts.directory, plan.notify),
        signing=services.signing,
        count=lambda outcome: parts.metrics.direct_messages.labels(outcome).inc(),
    )
    survey = Survey(
        parts.client, parts.identity, plan, parts.limits, parts.directory, parts.abilities, parts.known
    )
    return (
        parts.engine.run,
        delivery.run,
        partial(alerting.watch_outbox, services),
        partial(homes.keep_fresh, services),
        partial(services.underway.stop_what_ended, services.database),
        _surveying(survey, services),
    )


async def _intake(parts: _Parts, settings: Settings, stack: AsyncExitStack) -> list[web.RouteDef]:
    """Starts intake from Slack: over Socket Mode, or through the routes that it returns."""
    enter = stack.enter_async_context
    database = await enter(Database(parts.services.database.dsn, size=INTAKE_POOL, reach=settings.reach))
    door = replace(parts.services, database=database)
    intake = Intake(_keep(door, parts.metrics), partial(keeping.now, door), door.configuration)
    token = settings.slack_bot_token.get_secret_value()
    app = bolt_app(parts.client, _authorized(parts.identity, token), intake)
    turnstile = Turnstile(lambda kind, budget: parts.metrics.refused.labels(kind, budget).inc())
    parts.connected = await enter(_socket(app, settings, turnstile))
    if parts.connected:
        return []
    assert settings.slack_signing_secret
    return list(slack_routes(app, settings.slack_signing_secret.get_secret_value(), turnstile))


async def _servers(settings: Settings, stack: AsyncExitStack) -> tuple[str, str]:
    """Returns the URLs of the configured or embedded servers; migrates the database."""
    dsn, redis_url = settings.database_url, settings.redis_url
    if dsn is None or redis_url is None:
        from bot import embedded  # with psutil, which a bot on servers of its own does not need
    if dsn is None:
        owner = await stack.enter_async_context(embedded.postgres(settings.canary_data))
        dsn = await asyncio.to_thread(own_database, owner)
    else:
        await patiently(partial(up_to_date, dsn), within=START_PATIENCE)
    if redis_url is None:
        redis_url = await stack.enter_async_context(embedded.valkey(settings.canary_data))
    return dsn, redis_url


async def up_to_date(dsn: str) -> None:
    """Migrate the database if needed. Raises SchemaError or RoleError if our role may not."""
    found = await asyncio.to_thread(standing, dsn)
    if is_behind(found):
        await asyncio.to_thread(migrate, dsn)
        log.info("migrated", to=newest())
        found = await asyncio.to_thread(standing, dsn)
    elif found.version != newest():
        log.warning("the database is newer than this bot", database=found.version, bot=newest())
    if found.lacking:
        raise not_granted(found.role, found.lacking)
    if found.rewritable:
        log.warning(
            "missing in the database",
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
    """Tells the requester why Slack does not accept a run's card."""

    async def tell(message: Message, error: str) -> None:
        if message.kind != Card.kind:
            return
        async with database.connection() as conn:
            run = await runs.find(conn, message.run) if message.run else None
        assert run
        requester = Principal.parse(run.requested_by)
        if requester and requester.slack_id:
            await private.direct(requester.slack_id, not_shown(run, error))

    return tell


Background: TypeAlias = Callable[[asyncio.Event], Coroutine[Any, Any, None]]  # until the event is set


@asynccontextmanager
async def _working(*works: Background) -> AsyncIterator[asyncio.Future[None]]:
    """Runs them concurrently in the background; at the end, tells them to stop and waits."""
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
        had_failed = task.done()
        stop.set()
        await asyncio.wait([task])
        if not had_failed and (error := task.exception()):
            log.error("work in the background did not end cleanly", cause=cause_of(error), exc_info=error)


@asynccontextmanager
async def _socket(app: AsyncApp, settings: Settings, turnstile: Turnstile) -> AsyncIterator[Probe | None]:
    """Connects Socket Mode if there is a token for it. Returns the probe for its connection."""
    if settings.slack_app_token is None:
        yield None
        return
    token = settings.slack_app_token.get_secret_value()
    handler = Socket(app, token, turnstile)

    async def address() -> str:
        """Called here, because `connect` would retry forever with a token that Slack does not accept."""
        with reaching(settings.slack_api_url):
            return str((await handler.client.web_client.apps_connections_open(app_token=token))["url"])

    try:
        handler.client.wss_uri = await patiently(address, within=START_PATIENCE)
        await handler.client.connect()  # type: ignore[no-untyped-call]
        yield handler.client.is_connected
    finally:
        await handler.client.close()  # type: ignore[no-untyped-call]


async def _takes_our_token(client: AsyncWebClient) -> bool:
    """Uses the only method that every server is known to have. 429 also means that the token is accepted."""
    try:
        return bool((await client.auth_test())["ok"])
    except SlackApiError as error:
        return retry_after(error) is not None
    except (aiohttp.ClientError, TimeoutError):
        return False


def _surveying(survey: Survey, services: Services) -> Background:
    """Surveys the server once, in the background; operators see the result in their Home."""

    async def work(stop: asyncio.Event) -> None:
        surveying = asyncio.create_task(survey.make())  # it may have to wait for Slack's limits
        await first(surveying, stop.wait())
        if surveying.done():
            if error := surveying.exception():  # the bot works without it
                log.error("cannot check what is missing in Slack", exc_info=error)
            with suppress(Unavailable):
                await homes.refresh(services)
        await cancelled(surveying)

    return work


def _refresh(database: Database, metrics: Metrics) -> Any:
    """Updates the gauges from the database on each scrape; without the database they are absent."""

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
