-- grant: Rows are added only by a function, which removes expired content and logs it.
GRANT SELECT ON tombstone TO {role};
GRANT SELECT, UPDATE (done_at) ON retention TO {role};
GRANT EXECUTE ON FUNCTION remove_expired(bigint, integer) TO {role}

-- of_run: When a run's content was removed.
SELECT run, removed_at FROM tombstone WHERE run = %(run)s

-- expired: Closed runs whose retention has ended, oldest first.
SELECT number FROM run
WHERE state = 'closed' AND closed_at < now() - make_interval(days => %(days)s) AND has_expired(number, %(days)s)
ORDER BY number LIMIT %(limit)s

-- remove: The content of one run, unless it has not expired after all.
SELECT remove_expired(%(run)s, %(days)s) AS removed

-- forget_interactions: Openings of a Home and the like after a day, everything else after the retention; the oldest first.
DELETE FROM inbox WHERE key IN (
    SELECT key FROM inbox
    WHERE done_at IS NOT NULL AND (kind = 'event' AND received_at < now() - interval '1 day'
        OR received_at < now() - make_interval(days => %(days)s))
    ORDER BY received_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)

-- noted: A search for expired content is done.
UPDATE retention SET done_at = now() RETURNING done_at

-- lost: A search for expired content is overdue, and without a job.
SELECT done_at + interval '1 hour' AS at FROM retention
WHERE done_at <= now() - interval '1 hour' - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job WHERE job.status IN ('todo', 'doing') AND job.task_name = 'remove expired')

-- waits: Whether the next search already has a job, other than one's own.
SELECT count(*) AS jobs FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'remove expired'
