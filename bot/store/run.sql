-- take_number: The next run number; its row lock lasts to the end of the transaction, so no number is lost.
UPDATE run_number SET last = last + 1 RETURNING last

-- insert: A new run, checking.
INSERT INTO run (number, key, environment, state, channel, requested_by, requested_from, arguments, configuration)
VALUES (%(number)s, %(key)s, %(environment)s, 'checking', %(channel)s, %(requested_by)s, %(requested_from)s,
        %(arguments)s, %(configuration)s)
RETURNING *

-- by_number: One run.
SELECT * FROM run WHERE number = %(number)s

-- by_key: The run that a button belongs to.
SELECT * FROM run WHERE key = %(key)s

-- lock: One run, held until the transaction ends: whoever changes it waits here.
SELECT * FROM run WHERE number = %(number)s FOR UPDATE

-- active: The run under way in an environment.
SELECT * FROM run WHERE environment = %(environment)s AND state <> 'closed'

-- all_active: Every run under way.
SELECT * FROM run WHERE state <> 'closed' ORDER BY number

-- watched: Decided runs whose watch goes on.
SELECT run.* FROM run JOIN watch ON watch.run = run.number WHERE watch.state = 'watching' ORDER BY run.number

-- watched_before: Earlier runs on the same environment whose watch goes on, held until the transaction ends.
SELECT run.* FROM run JOIN watch ON watch.run = run.number
WHERE watch.state = 'watching' AND run.environment = %(environment)s AND run.number < %(number)s
ORDER BY run.number FOR UPDATE OF run

-- latest: An environment's newest runs.
SELECT * FROM run WHERE environment = %(environment)s ORDER BY number DESC LIMIT %(limit)s

-- conclude: All checks are done; votes may come.
UPDATE run
SET state = 'deciding', version = version + 1, evidence = %(evidence)s, concluded_at = now(),
    expires_at = now() + %(expires)s
WHERE number = %(number)s AND state = 'checking'
RETURNING *

-- close: Decided, expired or cancelled.
UPDATE run SET state = 'closed', version = version + 1, closed_at = now()
WHERE number = %(number)s AND state <> 'closed'
RETURNING *

-- previous_version: The version that the environment's last go before this run put there.
SELECT run.arguments ->> 'version' AS version
FROM run JOIN decision ON decision.run = run.number
WHERE run.environment = %(environment)s AND run.number < %(number)s
  AND decision.outcome IN ('GO', 'CONDITIONAL GO') AND run.arguments ? 'version'
ORDER BY run.number DESC LIMIT 1
