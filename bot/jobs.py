"""The job engine (procrastinate): carries the workflow's work, now or at its time, and again when a worker died.

A job holds ids only. Whoever handles one asks the database what is still to be done, so running twice does
no harm; timers hold no lock, because a lock would keep everything behind it waiting for its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, Protocol, Self, TypeAlias

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from bot.errors import Unavailable
from bot.work import Expire, Handle, Look, Measure, Work
from bot.workflow import checking, deciding, watching
from bot.workflow.services import Services

log = structlog.get_logger(__name__)

PEOPLE = "people"  # clicks and commands; few at a time, so that acks get their turn
CHECKS = "checks"
TIMERS = "timers"
CONCURRENCY: Mapping[str, int] = {PEOPLE: 4, CHECKS: 64, TIMERS: 10}

TRIES = 5
HEARTBEAT = 2.0  # seconds
STALLED = 10.0  # seconds without a heartbeat: the worker is dead
POLLING = 1.0  # seconds; how late a timer may be
DRAIN = 20.0  # seconds that work under way has to finish when the bot stops
RESTART = 2.0  # seconds
WAIT = 2.0  # seconds for a connection; a worker that waits longer sleeps through the database's return
RECONNECT = 1.0  # seconds; the pool would wait ever longer between attempts, half as long as the outage was

_QUEUES: Mapping[type[Work], str] = {Handle: PEOPLE, Measure: CHECKS, Expire: TIMERS, Look: TIMERS}


class HandleInteraction(Protocol):
    async def __call__(self, key: str, *, last_try: bool) -> None: ...


Do: TypeAlias = Callable[..., Awaitable[None]]  # takes the job's context and its ids


class Engine:
    """`enqueue` works from the start; `carry` says what the work is, and `run` does it."""

    def __init__(self, dsn: str) -> None:
        connector = PsycopgConnector(
            conninfo=dsn,
            min_size=1,
            max_size=12,
            timeout=WAIT,
            reconnect_timeout=RECONNECT,
            kwargs={"application_name": "canary jobs"},
        )
        self._app = App(connector=connector)

    async def __aenter__(self) -> Self:
        await self._app.open_async()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._app.close_async()

    async def enqueue(self, conn: Any, *work: Work) -> None:
        """`bot.work.Enqueue`: in the transaction of `conn`."""
        for kind, several in groupby(work, type):
            await self._enqueue_alike(conn, kind, several)

    async def _enqueue_alike(self, conn: Any, kind: type[Work], several: Iterable[Work]) -> None:
        """Those that are due at once go in together."""
        now = []
        for work in several:
            if isinstance(work, Expire | Look):
                ids = work.model_dump(mode="json", exclude={"at"})
                await self._task(kind, conn, schedule_at=work.at).defer_async(**ids)
            else:
                now.append(work.model_dump(mode="json"))
        if now:
            await self._task(kind, conn).batch_defer_async(*now)

    def _task(self, kind: type[Work], conn: Any, **when: Any) -> Any:
        return self._app.configure_task(_name(kind), queue=_QUEUES[kind], connection=conn, **when)

    def carry(self, services: Services, handle: HandleInteraction) -> None:
        """Say what each kind of work does."""

        async def measure(_: JobContext, run: int, check: str) -> None:
            await checking.measure(services, number=run, check=check)

        async def expire(_: JobContext, run: int) -> None:
            await deciding.expire(services, number=run)

        async def look(_: JobContext, run: int, tick: int) -> None:
            await watching.look(services, number=run, tick=tick)

        async def interaction(context: JobContext, key: str) -> None:
            await handle(key, last_try=context.job.attempts >= TRIES)

        works: Mapping[type[Work], Do] = {Measure: measure, Expire: expire, Look: look, Handle: interaction}
        for kind, do in works.items():
            self._add(kind, do)
        take_over = self._app.task(name="take over", queue=TIMERS)(self._take_over)
        self._app.periodic(cron="* * * * * */5")(take_over)

    def _add(self, kind: type[Work], do: Do) -> None:
        async def logged(context: JobContext, /, **ids: Any) -> None:
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(job=context.job.id, **ids)
            try:
                await do(context, **ids)
            except Unavailable as error:
                log.warning("a job waits for its next try", task=context.job.task_name, error=str(error))
                raise
            except Exception:
                log.exception("a job failed", task=context.job.task_name, tries=context.job.attempts + 1)
                raise

        retry = RetryStrategy(max_attempts=TRIES, exponential_wait=2)
        self._app.task(name=_name(kind), queue=_QUEUES[kind], retry=retry, pass_context=True)(logged)

    async def _take_over(self, timestamp: int) -> None:  # noqa: ARG002 — the engine passes when it was due
        """Work whose worker died is done by another one."""
        for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            log.warning("taking over", job=job.id, task=job.task_name)
            await self._app.job_manager.retry_job(job)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; then work under way is finished, or handed back after a while.

        Each queue has workers of its own, so that votes never wait behind checks.
        """
        async with asyncio.TaskGroup() as group:
            for queue, concurrency in CONCURRENCY.items():
                group.create_task(self._work(queue, concurrency, stop))

    async def _work(self, queue: str, concurrency: int, stop: asyncio.Event) -> None:
        """A worker leaves when PostgreSQL is away; it is started again until it is back."""
        while not stop.is_set():
            worker = Worker(
                self._app,
                queues=[queue],
                name=queue,
                concurrency=concurrency,
                fetch_job_polling_interval=POLLING,
                shutdown_graceful_timeout=DRAIN,
                install_signal_handlers=False,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
            )
            stopper = asyncio.create_task(_stop(worker, stop))
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            except ConnectorException as error:
                log.warning("the job engine lost its database", queue=queue, error=str(error))
                await asyncio.wait([stopper], timeout=RESTART)
            finally:
                stopper.cancel()


async def _stop(worker: Worker, stop: asyncio.Event) -> None:
    """Asked, not cancelled: a cancellation can get lost in a statement that is just being answered."""
    await stop.wait()
    worker.stop()  # type: ignore[no-untyped-call]


def _name(kind: type[Work]) -> str:
    return kind.__name__.lower()
