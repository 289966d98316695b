-- append: The run's next audit event; the caller holds the run's lock, so numbers have no gaps.
INSERT INTO event (run, seq, actor, kind, detail)
SELECT %(run)s, coalesce(max(seq), 0) + 1, %(actor)s, %(kind)s, %(detail)s FROM event WHERE run = %(run)s
RETURNING seq

-- of_run: What happened to a run, in order.
SELECT run, seq, at, actor, kind, detail FROM event WHERE run = %(run)s ORDER BY seq
