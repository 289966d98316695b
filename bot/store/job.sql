-- grant: Whatever the job engine does.
GRANT SELECT, INSERT, UPDATE, DELETE
    ON procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers TO {role};
GRANT USAGE ON SEQUENCE
    procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq TO {role}

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
