"""The job engine (procrastinate): runs the workflow's work now or when it is due, and reruns it if a worker
dies.

Every process sends a heartbeat for its workers each second, and requeues the jobs of dead ones. A job
contains only ids. Kinds of work are declared next to the code that does them (`bot.base.work`), and
registered with the engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from math import ceil
from typing import Any, Self

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.connector import Notify
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from bot.base.errors import Unavailable, cause_of
from bot.base.outage import Outage
from bot.base.tasks import beside, ticks
from bot.base.timing import Workers
from bot.base.work import Given, Queue, Timer, Work
from bot.store import database, inbox, jobs
from bot.store.database import Database, unproven_pool
from bot.store.failure import database_failures

log = structlog.get_logger(__name__)

CONCURRENCY: Mapping[Queue, int] = {
    Queue.PEOPLE: 4,  # so that acks get their turn
    Queue.CHECKS: 128,
    Queue.TIMERS: 10,
}

LONGEST_PAUSE = 600  # seconds between tries if the server said when to retry
LISTEN_AGAIN = 1.0  # seconds; meanwhile the worker polls once a second
NEVER = 10.0**9  # seconds; disables the engine's periodic tasks that we do ourselves or not at all
FORGET = 3600.0  # seconds without a heartbeat until the registration of a dead worker is removed
WAIT = 2.0  # seconds for a connection; a worker that waits longer misses the database's return
CONNECT = 5  # seconds for a new connection
RECONNECT = 1.0  # seconds; the pool's own backoff grows to half the length of the outage

DEFAULT = Workers()


class Engine:
    """`enqueue` works from the start; `carry` registers kinds of work, and `run` does the work."""

    def __init__(self, database: Database, timing: Workers = DEFAULT) -> None:
        self._timing = timing
        self._database = database
        self._outage = Outage("the job engine lost its database", "the job engine has its database again")
        self._connector = _Connector(
            self._outage,
            conninfo=database.dsn,
            min_size=1,
            max_size=12,
            timeout=WAIT,
            reconnect_timeout=RECONNECT,
            pool_factory=unproven_pool,
            kwargs={"application_name": "canary jobs", "connect_timeout": CONNECT},
        )
        self._app = App(connector=self._connector)
        self._workers: set[Worker] = set()
        self._kinds: list[type[Work[Any]]] = []
        self._doing: set[int] = set()  # jobs in progress here
        self._suspects: set[int] = set()
        # jobs that ended here, but could not be marked as ended in the database
        self._unrecorded: set[int] = set()
        self._retry = _Patient(timing.longest_retry)

    async def __aenter__(self) -> Self:
        """Raises Unavailable if the database cannot be reached."""
        with database_failures():
            await self._app.open_async()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._app.close_async()

    async def enqueue(self, conn: Any, *work: Work[Any]) -> None:
        """`bot.base.work.Enqueue`: in the transaction of `conn`."""
        for kind, several in groupby(work, type):
            await self._enqueue_alike(conn, kind, several)

    async def _enqueue_alike(self, conn: Any, kind: type[Work[Any]], several: Iterable[Work[Any]]) -> None:
        """Enqueues jobs that are due now in one statement."""
        now = []
        for work in several:
            if isinstance(work, Timer):
                await self._task(kind, conn, schedule_at=work.at).defer_async(**work.ids)
            else:
                now.append(work.ids)
        if now:
            await self._task(kind, conn).batch_defer_async(*now)

    def _task(self, kind: type[Work[Any]], conn: Any, **when: Any) -> Any:
        return self._app.configure_task(kind.task, queue=kind.queue, connection=conn, **when)

    def carry(self, kinds: Iterable[type[Work[Given]]], given: Given) -> None:
        """Register these kinds of work; `given` is passed to their `do`."""
        for kind in kinds:
            self._kinds.append(kind)
            self._add(kind, given)

    def _add(self, kind: type[Work[Given]], given: Given) -> None:
        async def do(context: JobContext, /, **ids: Any) -> None:
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(
                job=context.job.id, **{kind.logged_as.get(name, name): value for name, value in ids.items()}
            )
            assert context.job.id
            self._doing.add(context.job.id)
            self._notice_the_end(context.job.id)
            try:
                await _work(kind, context.job, ids).do(given, tries=context.job.attempts)
            except Unavailable as error:
                log.warning(
                    "a job waits for its next try",
                    task=context.job.task_name,
                    error=str(error),
                    cause=cause_of(error),
                )
                raise
            except Exception:
                log.exception("a job failed", task=context.job.task_name, tries=context.job.attempts + 1)
                raise
            finally:
                self._doing.discard(context.job.id)

        self._app.task(name=kind.task, queue=kind.queue, retry=self._retry, pass_context=True)(do)

    def _notice_the_end(self, job: int) -> None:
        """The engine records a job's end in the job's own task. If that fails, the job must be requeued."""

        def ended(task: asyncio.Task[Any]) -> None:
            if not task.cancelled() and (error := task.exception()):
                log.warning("cannot record that a job ended", job=job, error=cause_of(error))
                self._unrecorded.add(job)

        task = asyncio.current_task()
        assert task
        task.add_done_callback(ended)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop; then finish work in progress, or requeue it after a while.

        Each queue has its own workers, so that votes never wait behind checks. They keep sending heartbeats
        until that is done.
        """
        async with beside(self._keep), asyncio.TaskGroup() as group:
            for queue, concurrency in CONCURRENCY.items():
                group.create_task(self._work(queue, concurrency, stop))

    async def _keep(self, over: asyncio.Event) -> None:
        """Sends heartbeats, and requeues the jobs of dead workers and lost jobs."""
        timing = self._timing
        rounds = [
            _Round(self._beat_and_take_over, timing.heartbeat),
            _Round(self._hand_back_unnoted, timing.heartbeat),
            _Round(self._find_dropped, timing.dropped),
            _Round(self._find_lost, timing.lost.total_seconds()),
        ]
        async for _ in ticks(over, timing.heartbeat):
            with self._outage.survived():
                for each in rounds:
                    await each.go_if_due()

    async def _beat_and_take_over(self) -> None:
        async with self._database.transaction() as conn:
            await jobs.beat(conn, self._ours())
            self._retry.behind = await database.now(conn) - datetime.now(UTC)
            for job, task in await jobs.take_over(conn, stalled=self._timing.stalled):
                log.warning("taking over the jobs of a worker that died", job=job, task=task)

    def _ours(self) -> list[int]:
        return [worker.worker_id for worker in self._workers if worker.worker_id is not None]

    async def _hand_back_unnoted(self) -> None:
        """Requeue jobs whose end was not recorded: they would stay with their live worker forever."""
        if unnoted := frozenset(self._unrecorded):
            await self._hand_back(unnoted)
            self._unrecorded -= unnoted

    async def _find_dropped(self) -> None:
        """Requeue jobs that the engine fetched and lost: those that are seen twice. They would stay with
        their live worker forever.
        """
        self._suspects = await self._hand_back(self._suspects)

    async def _hand_back(self, dropped: Collection[int]) -> set[int]:
        """Requeue those of `jobs` that the database still assigns to us.

        Returns all jobs that it assigns to us but that we are not running.
        """
        async with self._database.transaction() as conn:
            idle = await jobs.held(conn, self._ours()) - self._doing
            back = idle.intersection(dropped)
            await jobs.hand_back(conn, back)
        if back:
            log.warning("handing back jobs that did not start", jobs=sorted(back))
        return idle

    async def _find_lost(self) -> None:
        async with self._database.transaction() as conn:
            grace = self._timing.lost
            found = [work for kind in self._kinds for work in await jobs.lost(conn, kind, grace=grace)]
            await self.enqueue(conn, *found)
            await inbox.forget_where_to_answer(conn)
        for work in found:
            log.warning("found lost work; doing it again", work=repr(work))

    async def _work(self, queue: str, concurrency: int, stop: asyncio.Event) -> None:
        """A worker exits when PostgreSQL is unavailable, or has no registration of it any more; it is restarted."""
        while not stop.is_set():
            worker = Worker(
                self._app,
                queues=[queue],
                name=queue,
                concurrency=concurrency,
                fetch_job_polling_interval=self._timing.polling,
                abort_job_polling_interval=NEVER,
                update_heartbeat_interval=NEVER,
                shutdown_graceful_timeout=self._timing.drain,
                install_signal_handlers=False,
                delete_jobs="successful",
                stalled_worker_timeout=FORGET,
            )
            worker._new_job_event = _Noticed()  # noqa: SLF001 — the engine has no other place for it
            self._workers.add(worker)
            stopper = asyncio.create_task(_stop(worker, stop))
            try:
                with database_failures():
                    await worker.run()  # type: ignore[no-untyped-call]
            except Unavailable as error:
                self._outage.noticed(error)
                await self._connector.pool.check()
                await asyncio.wait([stopper], timeout=self._timing.restart)
            finally:
                self._workers.discard(worker)
                stopper.cancel()


class _Noticed(asyncio.Event):
    """An event for new jobs that is not lost while the worker fetches the next one.

    The engine clears its event after each fetch. A job announced during a fetch, and not part of its result,
    would otherwise wait for the next poll.
    """

    def __init__(self) -> None:
        super().__init__()
        self._since_the_last_answer = False

    def set(self) -> None:
        self._since_the_last_answer = True
        super().set()

    def clear(self) -> None:
        if not self._since_the_last_answer:
            super().clear()
        self._since_the_last_answer = False


class _Connector(PsycopgConnector):
    """Reconnects its listener when the connection is lost; the engine's own listener would stop for good."""

    def __init__(self, outage: Outage, **settings: Any) -> None:
        super().__init__(**settings)
        self._outage = outage

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        while True:
            try:
                with database_failures():
                    await super().listen_notify(on_notification, channels)
            except Unavailable as error:
                self._outage.noticed(error)
            await asyncio.sleep(LISTEN_AGAIN)


async def _stop(worker: Worker, stop: asyncio.Event) -> None:
    """Ask it to stop instead of cancelling: a cancellation can get lost while a statement is being answered."""
    await stop.wait()
    worker.stop()  # type: ignore[no-untyped-call]


@dataclass
class _Round:
    """A periodic task."""

    go: Callable[[], Awaitable[None]]
    every: float
    due: float = 0.0

    async def go_if_due(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self.due:
            self.due = now + self.every
            await self.go()


class _Patient(BaseRetryStrategy):
    """Retries after 2, 4, 8, … seconds, at most `longest`, and never gives up: the work still has to be done.

    If a retry time is known, it retries at that time. The engine computes times with this machine's clock,
    and compares them with the database's.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self.behind = timedelta(0)  # how far our clock is behind the database's

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        known = ceil(min(exception.again_in, LONGEST_PAUSE)) if isinstance(exception, Unavailable) else 0
        wait = timedelta(seconds=max(known, min(2.0 ** (job.attempts + 1), self._longest)))
        return RetryDecision(retry_at=datetime.now(UTC) + self.behind + wait)


def _work(kind: type[Work[Given]], job: Job, ids: Mapping[str, Any]) -> Work[Given]:
    """Ignores fields that a later version added to a job."""
    time = {"at": job.scheduled_at or datetime.now(UTC)} if issubclass(kind, Timer) else {}
    return kind.model_validate({**ids, **time}, extra="ignore")
