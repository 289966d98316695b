-- grant: Only a check's progress and result change.
GRANT SELECT, INSERT, UPDATE (state, attempt, started_at, finished_at, result) ON check_run TO {role}

-- insert: A check of a run, waiting.
INSERT INTO check_run (run, name, position) VALUES (%(run)s, %(name)s, %(position)s)

-- unfinished: How many of a run's checks are still without a result.
SELECT count(*) AS checks FROM check_run WHERE run = %(run)s AND state <> 'done'

-- results: The results so far of some of a run's checks, in order.
SELECT name, result FROM check_run WHERE run = %(run)s AND name = ANY(%(names)s) AND state = 'done' ORDER BY position

-- start: A check begins, or is restarted after its worker died; the newest attempt counts.
UPDATE check_run SET state = 'running', attempt = attempt + 1, started_at = now()
WHERE run = %(run)s AND name = %(name)s AND state <> 'done'
RETURNING attempt

-- finish: A check's result. The first one counts; a superseded attempt is too late.
UPDATE check_run SET state = 'done', finished_at = now(), result = %(result)s
WHERE run = %(run)s AND name = %(name)s AND state <> 'done' AND attempt = %(attempt)s

-- took: How many seconds each check took in the environment's last run that has evidence.
SELECT name, (result ->> 'seconds')::float AS seconds FROM check_run
WHERE jsonb_typeof(result -> 'seconds') = 'number' AND run = (
    SELECT number FROM run WHERE environment = %(environment)s AND evidence IS NOT NULL ORDER BY number DESC LIMIT 1)

-- lost: Not measured, and without a job.
SELECT check_run.run, check_run.name AS "check"
FROM check_run JOIN run ON run.number = check_run.run
WHERE run.state = 'checking' AND run.requested_at < now() - %(grace)s AND check_run.state <> 'done' AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'measure'
      AND job.args ->> 'run' = check_run.run::text AND job.args ->> 'check' = check_run.name)
