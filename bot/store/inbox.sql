-- grant: Deleted once expired.
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO {role}

-- insert: What a person did, once; a redelivery changes nothing. Its job is enqueued by a trigger.
INSERT INTO inbox (key, kind, is_vote, payload) VALUES (%(key)s, %(kind)s, %(is_vote)s, %(payload)s) ON CONFLICT DO NOTHING

-- by_key: One unhandled interaction.
SELECT key, kind, payload, is_vote, received_at, extract(epoch FROM now() - received_at)::float AS age,
       counted_at IS NOT NULL AS counted
FROM inbox WHERE key = %(key)s AND done_at IS NULL

-- count: Mark it as applied, in the transaction of its effect; another worker on it waits here, and then updates no row.
UPDATE inbox SET counted_at = now() WHERE key = %(key)s AND counted_at IS NULL

-- refuse: Its result is a refusal.
UPDATE inbox SET refusal = %(refusal)s WHERE key = %(key)s

-- refusal: The refusal, or null if it took effect.
SELECT refusal FROM inbox WHERE key = %(key)s

-- done: Handled; `error` is what the person could not be told.
UPDATE inbox SET done_at = now(), error = %(error)s,
    payload = payload - ARRAY['response_url', 'response_urls', 'trigger_id', 'token']
WHERE key = %(key)s

-- forget: Slack accepts answers at such a URL for half an hour; after that, people are answered another way.
UPDATE inbox SET payload = payload - ARRAY['response_url', 'response_urls']
WHERE done_at IS NULL AND received_at < now() - interval '30 minutes' AND payload ?| ARRAY['response_url', 'response_urls']

-- lost: Stored but not done, and without a job.
SELECT key FROM inbox
WHERE done_at IS NULL AND received_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'handle' AND job.args ->> 'key' = inbox.key)

-- votes_before: Whether this person has an earlier, unapplied vote on the run. A typed vote has no key.
SELECT FROM inbox
WHERE done_at IS NULL AND counted_at IS NULL AND received_at < %(before)s AND key <> %(besides)s
  AND coalesce(payload -> 'user' ->> 'id', payload ->> 'user_id') = %(person)s
  AND (is_vote OR kind IN ('action', 'view') AND position(%(run_key)s IN payload::text) > 0)
LIMIT 1
