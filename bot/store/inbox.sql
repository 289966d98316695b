-- insert: What a person did, once; a redelivery changes nothing. Its job is enqueued by a trigger.
INSERT INTO inbox (key, kind, payload) VALUES (%(key)s, %(kind)s, %(payload)s) ON CONFLICT DO NOTHING

-- by_key: One interaction that is still to be worked off.
SELECT key, kind, payload, received_at, extract(epoch FROM now() - received_at)::float AS age
FROM inbox WHERE key = %(key)s AND done_at IS NULL

-- count: It comes to something now, in the transaction of that; whoever else works on it waits here, and then touches no row.
UPDATE inbox SET counted_at = now() WHERE key = %(key)s AND counted_at IS NULL

-- refuse: What it came to is a refusal.
UPDATE inbox SET refusal = %(refusal)s WHERE key = %(key)s

-- refusal: What it was refused with; null where it had its effect.
SELECT refusal FROM inbox WHERE key = %(key)s

-- done: Worked off; the error is what could not be told to the person.
UPDATE inbox SET done_at = now(), error = %(error)s WHERE key = %(key)s
