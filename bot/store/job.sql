-- grant: Whatever the job engine does.
GRANT SELECT, INSERT, UPDATE, DELETE
    ON procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers TO {role};
GRANT USAGE ON SEQUENCE
    procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq TO {role}

-- beat: Heartbeats of these workers. One that was deleted while the database was away is registered again.
INSERT INTO procrastinate_workers (id, last_heartbeat) OVERRIDING SYSTEM VALUE
SELECT id, now() FROM unnest(%(workers)s::bigint[]) AS id
ON CONFLICT (id) DO UPDATE SET last_heartbeat = now()

-- orphaned: Work whose worker died, or missed heartbeats for too long; locked until the transaction ends.
SELECT job.id, job.task_name
FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - %(stalled)s)
FOR UPDATE OF job SKIP LOCKED

-- held: The jobs assigned to these workers.
SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(%(workers)s)

-- hand_back: Requeue jobs that nobody runs. The engine only notifies workers of new jobs; they would find others at their next poll.
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL),
       pg_notify('procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text)
FROM (SELECT id, queue_name FROM procrastinate_jobs WHERE id = ANY(%(jobs)s) AND status = 'doing' FOR UPDATE SKIP LOCKED) AS held
