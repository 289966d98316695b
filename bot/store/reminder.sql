-- insert: When a run's reminders are due.
INSERT INTO reminder (run, number, due_at)
SELECT %(run)s, number, now() + wait FROM unnest(%(waits)s::interval[]) WITH ORDINALITY AS planned (wait, number)
RETURNING run, number, due_at AS at

-- done: A reminder that was due was sent, or is not needed any more; once.
UPDATE reminder SET done_at = now()
WHERE run = %(run)s AND number = %(number)s AND done_at IS NULL AND due_at <= now()
