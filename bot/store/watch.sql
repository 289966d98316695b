-- grant: Never deleted.
GRANT SELECT, INSERT, UPDATE ON watch, trigger TO {role}

-- insert: A watch begins with the go.
INSERT INTO watch (run, ends_at) VALUES (%(run)s, now() + %(length)s) RETURNING *

-- of_run: A run's watch.
SELECT * FROM watch WHERE run = %(run)s

-- look: A measurement begins, or is restarted after its worker died; the newest attempt counts.
UPDATE watch SET attempt = attempt + 1
WHERE run = %(run)s AND state = 'watching' AND tick < %(tick)s
RETURNING *

-- tick: One more measurement is done.
UPDATE watch SET tick = %(tick)s WHERE run = %(run)s

-- finish: The watch ends.
UPDATE watch SET state = 'ended', ended_at = now(), "end" = %(end)s
WHERE run = %(run)s AND state = 'watching'

-- add_trigger: A trigger of a watch, armed.
INSERT INTO trigger (run, name) VALUES (%(run)s, %(name)s)

-- triggers: A watch's triggers.
SELECT * FROM trigger WHERE run = %(run)s ORDER BY name

-- put_trigger: A trigger's state after a measurement.
UPDATE trigger
SET breaches = %(breaches)s, blind = %(blind)s, armed = %(armed)s, episode = %(episode)s,
    outcome = %(outcome)s, reason = %(reason)s, breached_since = %(breached_since)s
WHERE run = %(run)s AND name = %(name)s

-- not_watching: Which of these runs are no longer watched.
SELECT run FROM watch WHERE run = ANY(%(runs)s) AND state <> 'watching'

-- lost_looks: Watched, and without a job.
SELECT run, tick + 1 AS tick, now() AS at FROM watch
WHERE state = 'watching' AND started_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'look' AND job.args ->> 'run' = watch.run::text)
