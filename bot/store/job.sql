-- beat: These workers live. One that was forgotten meanwhile (nobody could beat while the database was away) is known again.
INSERT INTO procrastinate_workers (id, last_heartbeat) OVERRIDING SYSTEM VALUE
SELECT id, now() FROM unnest(%(workers)s::bigint[]) AS id
ON CONFLICT (id) DO UPDATE SET last_heartbeat = now()

-- orphaned: Work whose worker died, or stopped for longer than a heart may; nobody else takes it until the transaction ends.
SELECT job.id, job.task_name
FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - %(stalled)s)
FOR UPDATE OF job SKIP LOCKED

-- held: What these workers have in hand, by the engine's books.
SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(%(workers)s)

-- hand_back: Work that nobody does is to be done again. The engine tells workers of new work only; others would find out when they next look.
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL),
       pg_notify('procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text)
FROM (SELECT id, queue_name FROM procrastinate_jobs WHERE id = ANY(%(jobs)s) AND status = 'doing' FOR UPDATE SKIP LOCKED) AS held

-- lost_interactions: Stored and not done, and nobody is to do it.
SELECT key FROM inbox
WHERE done_at IS NULL AND received_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'handle' AND job.args ->> 'key' = inbox.key)

-- lost_checks: To be measured, and nobody is to measure it.
SELECT check_run.run, check_run.name AS "check"
FROM check_run JOIN run ON run.number = check_run.run
WHERE run.state = 'checking' AND run.requested_at < now() - %(grace)s AND check_run.state <> 'done' AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'measure'
      AND job.args ->> 'run' = check_run.run::text AND job.args ->> 'check' = check_run.name)

-- lost_deadlines: To be decided by then, and nothing ends it.
SELECT number AS run, expires_at AS at FROM run
WHERE state = 'deciding' AND concluded_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'expire' AND job.args ->> 'run' = run.number::text)

-- lost_reminders: Of a run that waits for votes, and no job will send them.
SELECT reminder.run, reminder.number, reminder.due_at AS at
FROM reminder JOIN run ON run.number = reminder.run
WHERE run.state = 'deciding' AND run.concluded_at < now() - %(grace)s AND reminder.done_at IS NULL AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'remind'
      AND job.args ->> 'run' = reminder.run::text AND job.args ->> 'number' = reminder.number::text)

-- lost_looks: Watched, and nobody is to look.
SELECT run, tick + 1 AS tick, now() AS at FROM watch
WHERE state = 'watching' AND started_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'look' AND job.args ->> 'run' = watch.run::text)
