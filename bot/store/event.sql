-- grant: Only added to.
GRANT SELECT, INSERT ON event TO {role}

-- append: The run's next audit event; a trigger sets its number, time and hash. The caller holds the run's lock.
INSERT INTO event (run, actor, kind, detail) VALUES (%(run)s, %(actor)s, %(kind)s, %(detail)s)
RETURNING seq, (SELECT environment FROM run WHERE number = %(run)s) AS environment

-- names: The names of people that a run's log has, oldest first.
SELECT detail::json -> 'names' AS names FROM event WHERE run = %(run)s AND kind = 'people named' ORDER BY seq

-- of_run: What happened to a run, in order.
SELECT run, seq, at, actor, kind, detail::json AS detail, hash FROM event WHERE run = %(run)s ORDER BY seq
