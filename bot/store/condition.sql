-- grant: Never deleted; a trigger keeps its text unchanged.
GRANT SELECT, INSERT, UPDATE ON condition TO {role};
GRANT SELECT, INSERT ON addendum TO {role}

-- open: A condition is followed up from now on.
INSERT INTO condition (run, number, text, owner, set_by, due_at, "check", question, holds, remind_at)
VALUES (%(run)s, %(number)s, %(text)s, %(owner)s, %(set_by)s, %(due_at)s, %(check)s, %(question)s, %(holds)s, %(remind_at)s)
RETURNING *

-- of_run: A run's conditions.
SELECT * FROM condition WHERE run = %(run)s ORDER BY number

-- find: One condition of a run.
SELECT * FROM condition WHERE run = %(run)s AND number = %(number)s

-- plan_reminder: When its owner is next reminded.
UPDATE condition SET remind_at = %(remind_at)s WHERE run = %(run)s AND number = %(number)s

-- overdue: It is overdue; once.
UPDATE condition SET state = 'overdue', overdue_at = now(), remind_at = NULL
WHERE run = %(run)s AND number = %(number)s AND state = 'open' AND due_at <= now()

-- close: Met or lifted, for good.
UPDATE condition SET state = %(state)s, closed_at = now(), closed_by = %(by)s, statement = %(statement)s, remind_at = NULL
WHERE run = %(run)s AND number = %(number)s AND state IN ('open', 'overdue')
RETURNING *

-- look: A measurement of its check begins, or is restarted after its worker died; the newest attempt counts.
UPDATE condition SET attempt = attempt + 1
WHERE run = %(run)s AND number = %(number)s AND state IN ('open', 'overdue') AND "check" <> '' AND tick < %(tick)s
RETURNING *

-- bring_forward: The measurement that is scheduled is due now; one that is under way stays. The engine only notifies workers of new jobs.
WITH scheduled AS (
    SELECT id, status FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND task_name = 'recheck'
      AND args ->> 'run' = %(run)s::text AND args ->> 'number' = %(number)s::text
    FOR UPDATE
), due AS (
    UPDATE procrastinate_jobs AS job SET scheduled_at = now() FROM scheduled
    WHERE job.id = scheduled.id AND scheduled.status = 'todo'
    RETURNING job.id, job.queue_name
), told AS (
    SELECT pg_notify('procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text) FROM due
)
SELECT scheduled.id, (SELECT count(*) FROM told) FROM scheduled

-- measured: The result of a measurement.
UPDATE condition SET tick = %(tick)s, looked_at = now(), outcome = %(outcome)s, found = %(found)s
WHERE run = %(run)s AND number = %(number)s
RETURNING *

-- all_closed: Which of these runs have only closed conditions.
SELECT number FROM unnest(%(runs)s::bigint[]) AS number
WHERE NOT EXISTS (SELECT FROM condition WHERE condition.run = number AND state IN ('open', 'overdue'))

-- issue: The addendum to a run's packet, once.
INSERT INTO addendum (run, digest, document) VALUES (%(run)s, %(digest)s, %(document)s)

-- holding: Open conditions that hold an action of an environment, or any of them, of all runs whose go was not rolled back; earliest due first.
SELECT condition.* FROM condition JOIN run ON run.number = condition.run
WHERE run.environment = %(environment)s AND condition.state IN ('open', 'overdue') AND condition.holds <> '{}'
  AND (%(action)s::text IS NULL OR %(action)s = ANY (condition.holds))
  AND NOT EXISTS (SELECT FROM rollback WHERE rollback.run = run.number)
ORDER BY condition.due_at, condition.run, condition.number

-- runs_followed: Runs with open conditions.
SELECT * FROM run WHERE number IN (SELECT run FROM condition WHERE state IN ('open', 'overdue')) ORDER BY number

-- lost_wakes: Open, but without a job to remind of it or to report it overdue.
SELECT run, number, least(remind_at, due_at) AS at FROM condition
WHERE state = 'open' AND opened_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'condition_due'
      AND job.args ->> 'run' = condition.run::text AND job.args ->> 'number' = condition.number::text)

-- lost_rechecks: Open and shown by a check, but without a job to measure it.
SELECT run, number, tick + 1 AS tick, now() AS at FROM condition
WHERE state IN ('open', 'overdue') AND "check" <> '' AND opened_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'recheck'
      AND job.args ->> 'run' = condition.run::text AND job.args ->> 'number' = condition.number::text)
