-- grant: Never deleted.
GRANT SELECT, INSERT, UPDATE ON prompt TO {role}

-- insert: A question to on-call, once per run, trigger and episode.
INSERT INTO prompt (key, run, trigger, episode, reason, breached_since, found, escalates_at)
VALUES (%(key)s, %(run)s, %(trigger)s, %(episode)s, %(reason)s, %(breached_since)s, %(found)s, now() + %(escalate)s::interval)
RETURNING *

-- by_key: The prompt that a button belongs to.
SELECT * FROM prompt WHERE key = %(key)s

-- lock: One prompt, locked until the transaction ends.
SELECT * FROM prompt WHERE key = %(key)s FOR UPDATE

-- of_run: A run's prompts, oldest first.
SELECT * FROM prompt WHERE run = %(run)s ORDER BY opened_at

-- of_episode: The prompt of a run that a trigger opened in one of its episodes.
SELECT * FROM prompt WHERE run = %(run)s AND trigger = %(trigger)s AND episode = %(episode)s

-- escalate: Nobody has answered in time, and the check still fails; once.
UPDATE prompt SET escalated_at = now()
WHERE key = %(key)s AND state = 'open' AND recovered_at IS NULL AND escalated_at IS NULL AND escalates_at <= now()

-- lost_escalations: Of an unanswered prompt, without a job to ask others.
SELECT prompt.run, prompt.trigger, prompt.episode, prompt.escalates_at AS at
FROM prompt JOIN watch ON watch.run = prompt.run
WHERE watch.state = 'watching' AND prompt.state = 'open' AND prompt.recovered_at IS NULL
  AND prompt.escalated_at IS NULL AND prompt.escalates_at IS NOT NULL AND prompt.opened_at < now() - %(grace)s
  AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'escalate'
      AND job.args ->> 'run' = prompt.run::text AND job.args ->> 'trigger' = prompt.trigger
      AND job.args ->> 'episode' = prompt.episode::text)

-- update_reading: The newest breach, for the open prompt of this trigger; one with the same readings changes nothing.
UPDATE prompt SET reason = %(reason)s, found = %(found)s, recovered_at = NULL
WHERE run = %(run)s AND trigger = %(trigger)s AND state IN ('open', 'acknowledged')
  AND (recovered_at, reason, found) IS DISTINCT FROM (NULL::timestamptz, %(reason)s, %(found)s)
RETURNING key

-- recovered: The reading is back within its limit.
UPDATE prompt SET recovered_at = now()
WHERE run = %(run)s AND trigger = %(trigger)s AND recovered_at IS NULL
RETURNING key

-- acknowledge: Somebody is on it.
UPDATE prompt SET state = 'acknowledged', acknowledged_by = %(person)s, acknowledged_at = now() WHERE key = %(key)s

-- answer: Rolled back, or a false alarm.
UPDATE prompt SET state = %(state)s, answered_by = %(person)s, answered_at = now(), note = %(note)s WHERE key = %(key)s
