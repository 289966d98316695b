-- grant: An action is never deleted; a preview is replaced by the person's next.
GRANT SELECT, INSERT, UPDATE ON action, action_preview TO {role}

-- of_run: Every attempt of a run's actions, oldest first.
SELECT * FROM action WHERE run = %(run)s ORDER BY name, attempt

-- find: One attempt.
SELECT * FROM action WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s

-- put_preview: What a person sees now; it replaces their earlier preview.
INSERT INTO action_preview (run, name, person, key, preview)
VALUES (%(run)s, %(name)s, %(person)s, %(key)s, %(preview)s)
ON CONFLICT (run, name, person) DO UPDATE SET key = excluded.key, preview = excluded.preview, at = now()

-- preview: What a form showed.
SELECT * FROM action_preview WHERE key = %(key)s

-- insert: Somebody has confirmed it: the next attempt.
INSERT INTO action (run, name, attempt, preview, confirmed, idempotency_key)
SELECT %(run)s, %(name)s, coalesce(max(attempt), 0) + 1, %(preview)s, %(confirmed)s, %(idempotency_key)s
FROM action WHERE run = %(run)s AND name = %(name)s
RETURNING *

-- confirm: One more person has confirmed it.
UPDATE action SET confirmed = %(confirmed)s
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'requested' AND ready_at IS NULL
RETURNING *

-- ready: Everybody has confirmed it.
UPDATE action SET ready_at = now()
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'requested' AND ready_at IS NULL
RETURNING *

-- claim: A worker is about to do it.
UPDATE action SET state = 'claimed', claim = claim + 1, claimed_at = now(), before = %(before)s
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'requested' AND ready_at IS NOT NULL
RETURNING *

-- take_over: Take over another worker's claim, which can record nothing from now on.
UPDATE action SET claim = claim + 1
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'claimed'
RETURNING *

-- mark: Directly before the point of no return, by the worker that holds the claim; once.
UPDATE action SET mark = %(mark)s, marked_at = now()
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'claimed' AND claim = %(claim)s AND mark IS NULL

-- doubt: Why the result of a claim is unclear; kept for people while the far side is asked.
UPDATE action SET said = %(said)s
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'claimed' AND claim = %(claim)s

-- finish: The result of a claim, by the worker that holds it.
UPDATE action SET state = %(state)s, said = %(said)s, rows = %(rows)s, to_measure = %(to_measure)s,
    ended_at = CASE WHEN %(state)s = 'unclear' THEN NULL ELSE now() END
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'claimed' AND claim = %(claim)s
RETURNING *

-- refuse: It was confirmed, but the run's go no longer stands.
UPDATE action SET state = 'failed', said = %(said)s, ended_at = now()
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'requested'
RETURNING *

-- settle: A person says whether it was done.
UPDATE action SET state = %(state)s, settled_by = %(person)s, note = %(note)s, ended_at = now(), to_measure = %(to_measure)s
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND state = 'unclear'
RETURNING *

-- cover: The result of the check that it covers, measured afterward; once.
UPDATE action SET after = %(after)s, to_measure = false
WHERE run = %(run)s AND name = %(name)s AND attempt = %(attempt)s AND to_measure
RETURNING *

-- newer_go: The first later run on the environment that got a go.
SELECT run.number FROM run JOIN decision ON decision.run = run.number
WHERE run.environment = %(environment)s AND run.number > %(run)s AND decision.outcome IN ('GO', 'CONDITIONAL GO')
ORDER BY run.number LIMIT 1

-- newest_go: The newest run on an environment that got a go.
SELECT run.* FROM run JOIN decision ON decision.run = run.number
WHERE run.environment = %(environment)s AND decision.outcome IN ('GO', 'CONDITIONAL GO')
ORDER BY run.number DESC LIMIT 1

-- lost: To be done, resolved or measured, but without a job.
SELECT run, name AS action, attempt FROM action
WHERE (state = 'claimed' OR state = 'requested' AND ready_at IS NOT NULL OR to_measure)
  AND greatest(ready_at, ended_at) < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'act'
      AND job.args ->> 'run' = action.run::text AND job.args ->> 'action' = action.name
      AND job.args ->> 'attempt' = action.attempt::text)
