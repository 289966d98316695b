-- insert: A check of a run, waiting.
INSERT INTO check_run (run, name, position) VALUES (%(run)s, %(name)s, %(position)s)

-- unfinished: How many of a run's checks are still to be answered.
SELECT count(*) AS checks FROM check_run WHERE run = %(run)s AND state <> 'done'

-- start: A check begins, or begins again after its worker died; the newest attempt is the one that counts.
UPDATE check_run SET state = 'running', attempt = attempt + 1, started_at = now()
WHERE run = %(run)s AND name = %(name)s AND state <> 'done'
RETURNING attempt

-- finish: A check's answer; the first one stands, and one that was overtaken while it was measured is too late.
UPDATE check_run SET state = 'done', finished_at = now(), result = %(result)s
WHERE run = %(run)s AND name = %(name)s AND state <> 'done' AND attempt = %(attempt)s
