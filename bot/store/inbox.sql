-- grant: Deleted when it has expired.
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO {role}

-- insert: What a person did, once; a redelivery changes nothing. Its job is enqueued by a trigger.
INSERT INTO inbox (key, kind, is_vote, payload) VALUES (%(key)s, %(kind)s, %(is_vote)s, %(payload)s) ON CONFLICT DO NOTHING

-- by_key: One interaction that is still to be worked off.
SELECT key, kind, payload, is_vote, received_at, extract(epoch FROM now() - received_at)::float AS age,
       counted_at IS NOT NULL AS counted
FROM inbox WHERE key = %(key)s AND done_at IS NULL

-- count: It comes to something now, in the transaction of that; whoever else works on it waits here, and then touches no row.
UPDATE inbox SET counted_at = now() WHERE key = %(key)s AND counted_at IS NULL

-- refuse: What it came to is a refusal.
UPDATE inbox SET refusal = %(refusal)s WHERE key = %(key)s

-- refusal: What it was refused with; null where it had its effect.
SELECT refusal FROM inbox WHERE key = %(key)s

-- done: Worked off; the error is what could not be told to the person.
UPDATE inbox SET done_at = now(), error = %(error)s,
    payload = payload - ARRAY['response_url', 'response_urls', 'trigger_id', 'token']
WHERE key = %(key)s

-- forget: Slack takes answers at such a URL for half an hour; whoever has not been answered by then is answered otherwise.
UPDATE inbox SET payload = payload - ARRAY['response_url', 'response_urls']
WHERE done_at IS NULL AND received_at < now() - interval '30 minutes' AND payload ?| ARRAY['response_url', 'response_urls']

-- lost: Stored and not done, and nobody is to do it.
SELECT key FROM inbox
WHERE done_at IS NULL AND received_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'handle' AND job.args ->> 'key' = inbox.key)

-- votes_before: Whether somebody voted on a run earlier, and that has not come to anything yet. A typed vote names no key.
SELECT FROM inbox
WHERE done_at IS NULL AND counted_at IS NULL AND received_at < %(before)s AND key <> %(besides)s
  AND coalesce(payload -> 'user' ->> 'id', payload ->> 'user_id') = %(person)s
  AND (is_vote OR kind IN ('action', 'view') AND position(%(run_key)s IN payload::text) > 0)
LIMIT 1
