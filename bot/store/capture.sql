-- grant: Only a capture's progress changes.
GRANT SELECT, INSERT, UPDATE (state, tick, attempt, ended_at, ended_by) ON capture TO {role};
GRANT SELECT, INSERT ON capture_sample TO {role}

-- insert: A capture begins.
INSERT INTO capture (environment, name, channel, requested_by, configuration, samples, ends_at)
VALUES (%(environment)s, %(name)s, %(channel)s, %(requested_by)s, %(configuration)s, %(samples)s, now() + %(length)s)
RETURNING *

-- by_number: One capture.
SELECT * FROM capture WHERE number = %(number)s

-- under_way: The environment's active capture.
SELECT * FROM capture WHERE environment = %(environment)s AND state = 'capturing'

-- lock: One capture, locked until the transaction ends; other writers wait here.
SELECT * FROM capture WHERE number = %(number)s FOR UPDATE

-- lock_under_way: The environment's active capture, locked until the transaction ends.
SELECT * FROM capture WHERE environment = %(environment)s AND state = 'capturing' FOR UPDATE

-- begin: A measurement begins, or is restarted after its worker died; the newest attempt counts.
UPDATE capture SET attempt = attempt + 1
WHERE number = %(number)s AND state = 'capturing' AND tick < %(tick)s
RETURNING *

-- sampled: One more measurement is done.
UPDATE capture SET tick = %(tick)s WHERE number = %(number)s

-- add_sample: What it measured.
INSERT INTO capture_sample (capture, tick, document) VALUES (%(capture)s, %(tick)s, %(document)s)

-- samples: What a capture has measured so far, oldest first.
SELECT document FROM capture_sample WHERE capture = %(capture)s ORDER BY tick

-- finish: It has measured all it can, or was stopped.
UPDATE capture SET state = %(state)s, ended_at = now(), ended_by = %(by)s
WHERE number = %(number)s AND state = 'capturing'
RETURNING *

-- done: The captures that produced a baseline.
SELECT number FROM capture WHERE state = 'done'

-- asked_lately: How many captures a person started within the last hour.
SELECT count(*) AS captures FROM (
    SELECT FROM capture WHERE requested_by = %(person)s AND started_at > now() - interval '1 hour' LIMIT %(most)s) AS newest

-- lost: Still capturing, but without a job.
SELECT number AS capture, tick + 1 AS tick, now() AS at FROM capture
WHERE state = 'capturing' AND started_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'capture' AND job.args ->> 'capture' = capture.number::text)
