"""Hand out hints by Procrastinate, on the PostgreSQL that holds the store.

Promise: it keeps what `slabot.runtime.engine` asks for. A hint that waits already is found before it is put in, and
what slips through is undone by a savepoint, so that the caller's transaction goes on. Jobs of a process that died are
deleted after `STALLED` seconds, and with them their locks: what they were about stands in the store. After PostgreSQL
was away, serving begins again by itself.

Procrastinate's traps, and how they are kept away: a job for later holds back all others of its lock, and a job that
is tried again holds its lock meanwhile, so there are neither. Its events grow without an end, so jobs are deleted
when done.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import Job, Status
from sqlalchemy import URL, ColumnClause, Connection, Text, column, func, literal_column, select, table

from slabot.runtime.ending import EndingThreads
from slabot.runtime.engine import Follow, HintKind, WorkHint
from slabot.runtime.unexpected import log_unexpected

AT_ONCE = 4  # hints that a process follows at a time
POLL = 1.0  # seconds; how long a hint waits at most where a pooler swallows PostgreSQL's notifications
BEAT = 1.0  # seconds between two signs of life of a process that serves
STALLED = 5.0  # seconds without one after which its jobs are deleted
FORGOTTEN = 60.0  # seconds without one after which it is forgotten; longer, or its jobs would have no owner that died
AGAIN = 1.0  # seconds before serving begins anew, after an error
TASK = "slabot.follow"

_TODO: ColumnClause[Any] = literal_column("'todo'")  # an unquoted type of its own: a parameter would be text
_JOB = table("procrastinate_jobs", column("queueing_lock", Text), column("status"), column("queue_name", Text))

log = structlog.get_logger("slabot.runtime")


class Procrastinate:
    """The engine of several processes. Putting hints in needs no start."""

    def __init__(self, url: URL) -> None:
        """Open nothing yet."""
        for noisy in ("procrastinate", "psycopg.pool"):  # what matters is said by slabot's own log
            logging.getLogger(noisy).setLevel(logging.CRITICAL)
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._puts = App(connector=SyncPsycopgConnector()).job_manager  # on connections that it is handed
        self._app = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=AT_ONCE + 4))
        self._app.task(name=TASK, pass_context=True)(self._run)
        self._queues: Mapping[str, Follow] = {}
        self._changed = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hints")
        self._thread = threading.Thread(target=self._serve_until_stopped, name="procrastinate", daemon=True)
        self._ending = False

    # -- putting in ---------------------------------------------------------------------------------------------------

    def put(self, conn: Connection, hints: Sequence[WorkHint]) -> int:
        """Put hints in; see `slabot.runtime.engine.Hints`."""
        named = {hint.key: hint for hint in sorted(hints, key=lambda hint: hint.key)}  # in one order, or two would wait
        waiting = select(_JOB.c.queueing_lock).where(_JOB.c.status == _TODO, _JOB.c.queueing_lock.in_(list(named)))
        known = set(conn.execute(waiting).scalars())
        jobs = [_job(hint) for key, hint in named.items() if key not in known]
        if not jobs:
            return 0
        if self._put(conn, jobs):
            return len(jobs)
        return sum(self._put(conn, [job]) for job in jobs)  # one of them was put in by somebody else meanwhile

    def _put(self, conn: Connection, jobs: list[Job]) -> bool:
        """Put in all of them, or none."""
        savepoint = conn.begin_nested()
        try:
            self._puts.batch_defer_jobs(jobs, connection=conn.connection.dbapi_connection)
        except AlreadyEnqueued:
            savepoint.rollback()
            return False
        except ConnectorException as error:
            raise error.__cause__ or error from None  # as the store's own statements raise it
        savepoint.commit()
        return True

    def waiting(self, conn: Connection, queue: str) -> int:
        """How many wait."""
        query = select(func.count()).select_from(_JOB).where(_JOB.c.status == _TODO, _JOB.c.queue_name == queue)
        return conn.execute(query).scalar_one()

    # -- handing out --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def serve(self, queues: Mapping[str, Follow]) -> None:
        """Follow the hints of these queues, and of no others."""
        self._queues = dict(queues)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    def stop(self, patience: timedelta) -> None:
        """End. Harmless where it was never started."""
        self._ending = True
        if self._thread.ident is None:
            self._loop.close()
            return
        self.serve({})
        EndingThreads((self._thread.join,)).wait(patience)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _serve_until_stopped(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve_again_and_again())

    async def _serve_again_and_again(self) -> None:
        while not self._ending:
            try:
                async with self._app.open_async():
                    await self._serve()
            except (ProcrastinateException, OSError) as error:
                log.warning("hints.not_served", reason=str(error.__cause__ or error))
                await asyncio.sleep(AGAIN)
            except Exception as error:
                log_unexpected("hints.broke", error, timedelta(seconds=AGAIN))
                await asyncio.sleep(AGAIN)

    async def _serve(self) -> None:
        """Serve until the end, or until something breaks."""
        sweeping = asyncio.create_task(self._sweep())
        try:
            while not self._ending:
                self._changed.clear()
                changed = asyncio.create_task(self._changed.wait())
                tasks: set[asyncio.Task[Any]] = {changed, sweeping}
                if self._queues:
                    tasks.add(asyncio.create_task(self._work(list(self._queues))))
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                broken = not changed.done()
                for task in tasks - {sweeping}:
                    task.cancel()
                await asyncio.gather(*(tasks - {sweeping}), return_exceptions=True)
                if broken:
                    for task in tasks - {changed}:
                        if task.done() and not task.cancelled():
                            task.result()
                    raise ConnectorException("Serving the queues ended by itself, as after a lost connection")
        finally:
            sweeping.cancel()

    async def _work(self, queues: Sequence[str]) -> None:
        await self._app.run_worker_async(
            queues=queues,
            concurrency=AT_ONCE,
            fetch_job_polling_interval=POLL,
            abort_job_polling_interval=60.0,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=BEAT,
            stalled_worker_timeout=FORGOTTEN,
        )

    async def _run(self, context: JobContext, *, kind: str, helpdesk: str, ticket: str) -> None:
        """Follow a hint in a thread."""
        follow = self._queues.get(context.job.queue)
        if follow is None:
            return  # another process follows what it was about: the store says so
        hint = WorkHint(HintKind(kind), helpdesk, ticket)
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, follow, hint)
        except Exception as error:
            log_unexpected("hint.broke", error, timedelta(0), hint=hint.key)

    async def _sweep(self) -> None:
        """Delete the jobs of processes that died, and with them their locks."""
        manager = self._app.job_manager
        while True:
            await asyncio.sleep(BEAT)
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                try:
                    await manager.finish_job(job, Status.FAILED, delete_job=True)
                except ConnectorException:
                    continue  # another process was quicker
                log.info("hint.lost", hint=job.queueing_lock)


def _job(hint: WorkHint) -> Job:
    return Job(
        queue=hint.queue,
        lock=hint.key,
        queueing_lock=hint.key,
        task_name=TASK,
        task_kwargs={"kind": hint.kind.value, "helpdesk": hint.helpdesk, "ticket": hint.ticket_id},
    )
