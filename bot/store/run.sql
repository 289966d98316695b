-- grant: Only a run's state changes.
GRANT SELECT, UPDATE (last) ON run_number TO {role};
GRANT SELECT, INSERT, UPDATE (state, version, evidence, concluded_at, expires_at, closed_at) ON run TO {role}

-- take_number: The next run number; its row stays locked until the transaction ends, so no number is lost.
UPDATE run_number SET last = last + 1 RETURNING last

-- insert: A new run, checking.
INSERT INTO run (number, key, environment, state, channel, requested_by, requested_from, arguments, configuration, baseline)
VALUES (%(number)s, %(key)s, %(environment)s, 'checking', %(channel)s, %(requested_by)s, %(requested_from)s,
        %(arguments)s, %(configuration)s, %(baseline)s)
RETURNING *

-- by_number: One run.
SELECT * FROM run WHERE number = %(number)s

-- by_key: The run that a button belongs to.
SELECT * FROM run WHERE key = %(key)s

-- lock: One run, locked until the transaction ends; other writers wait here.
SELECT * FROM run WHERE number = %(number)s FOR UPDATE

-- active: The environment's active run.
SELECT * FROM run WHERE environment = %(environment)s AND state <> 'closed'

-- lock_active: The environment's active run, locked until the transaction ends.
SELECT * FROM run WHERE environment = %(environment)s AND state <> 'closed' FOR UPDATE

-- all_active: Every active run.
SELECT * FROM run WHERE state <> 'closed' ORDER BY number

-- watched: Decided runs that are still watched.
SELECT run.* FROM run JOIN watch ON watch.run = run.number WHERE watch.state = 'watching' ORDER BY run.number

-- watched_before: Earlier runs on the same environment that are still watched, locked until the transaction ends.
SELECT run.* FROM run JOIN watch ON watch.run = run.number
WHERE watch.state = 'watching' AND run.environment = %(environment)s AND run.number < %(number)s
ORDER BY run.number FOR UPDATE OF run

-- previous: The environment's last run before this one that has evidence, with its results of these checks.
SELECT earlier.number, earlier.configuration, earlier.evidence, earlier.arguments, (
    SELECT coalesce(jsonb_object_agg(name, result), '{}') FROM check_run
    WHERE check_run.run = earlier.number AND name = ANY(%(checks)s) AND result IS NOT NULL
) AS results
FROM run AS earlier
WHERE environment = %(environment)s AND number < %(number)s AND evidence IS NOT NULL
    AND NOT EXISTS (SELECT FROM tombstone WHERE tombstone.run = earlier.number)
ORDER BY number DESC LIMIT 1

-- overview: The newest runs with their decisions, of one environment or of all.
SELECT run.number, run.environment, run.arguments ->> 'version' AS version, run.state, decision.outcome AS decision,
       run.requested_by, run.requested_at, decision.decided_at
FROM run LEFT JOIN decision ON decision.run = run.number
WHERE %(environment)s::text IS NULL OR run.environment = %(environment)s
ORDER BY run.number DESC LIMIT %(limit)s

-- conclude: All checks are done; voting begins.
UPDATE run
SET state = 'deciding', version = version + 1, evidence = %(evidence)s, concluded_at = now(),
    expires_at = now() + %(expires)s
WHERE number = %(number)s AND state = 'checking'
RETURNING *

-- close: Decided, expired or cancelled.
UPDATE run SET state = 'closed', version = version + 1, closed_at = now()
WHERE number = %(number)s AND state <> 'closed'
RETURNING *

-- not_checking: Which of these runs are no longer checking.
SELECT number FROM run WHERE number = ANY(%(numbers)s) AND state <> 'checking'

-- asked_lately: How many runs a person started within the last hour, and the seconds until the first of them is an hour old.
SELECT count(*) AS runs, coalesce(extract(epoch FROM min(requested_at) + interval '1 hour' - now()), 0)::float AS again_in
FROM (
    SELECT requested_at FROM run WHERE requested_by = %(person)s AND requested_at > now() - interval '1 hour'
    ORDER BY requested_at DESC LIMIT %(most)s
) AS newest

-- lost_deadlines: Past their deadline, without a job to expire them.
SELECT number AS run, expires_at AS at FROM run
WHERE state = 'deciding' AND concluded_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'expire' AND job.args ->> 'run' = run.number::text)
