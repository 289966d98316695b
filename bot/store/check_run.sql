-- insert: A check of a run, waiting.
INSERT INTO check_run (run, name, position) VALUES (%(run)s, %(name)s, %(position)s)

-- of_run: A run's checks, as configured.
SELECT * FROM check_run WHERE run = %(run)s ORDER BY position

-- unfinished: How many of a run's checks are still to be answered.
SELECT count(*) AS checks FROM check_run WHERE run = %(run)s AND state <> 'done'

-- start: A check begins, or begins again after its worker died.
UPDATE check_run SET state = 'running', started_at = now()
WHERE run = %(run)s AND name = %(name)s AND state <> 'done'

-- finish: A check's answer; the first one stands.
UPDATE check_run SET state = 'done', finished_at = now(), result = %(result)s
WHERE run = %(run)s AND name = %(name)s AND state <> 'done'
