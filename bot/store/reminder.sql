-- grant: Only whether a reminder is done changes.
GRANT SELECT, INSERT, UPDATE (done_at) ON reminder TO {role}

-- insert: When a run's reminders are due.
INSERT INTO reminder (run, number, due_at)
SELECT %(run)s, number, now() + wait FROM unnest(%(waits)s::interval[]) WITH ORDINALITY AS planned (wait, number)
RETURNING number, due_at

-- done: A due reminder was sent, or is no longer needed; once.
UPDATE reminder SET done_at = now()
WHERE run = %(run)s AND number = %(number)s AND done_at IS NULL AND due_at <= now()

-- lost: Of a run that waits for votes, without a job to send them.
SELECT reminder.run, reminder.number, reminder.due_at AS at
FROM reminder JOIN run ON run.number = reminder.run
WHERE run.state = 'deciding' AND run.concluded_at < now() - %(grace)s AND reminder.done_at IS NULL AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'remind'
      AND job.args ->> 'run' = reminder.run::text AND job.args ->> 'number' = reminder.number::text)
