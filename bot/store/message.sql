-- want: This message should be shown, or shown anew; changes of a shown one are gathered for two seconds.
INSERT INTO message (run, kind, subject, channel)
VALUES (%(run)s, %(kind)s, %(subject)s, %(channel)s)
ON CONFLICT (run, kind, subject) DO UPDATE
SET wanted = message.wanted + 1,
    urgent = message.urgent OR %(urgent)s,
    state = CASE WHEN message.state = 'sent' THEN 'pending' ELSE message.state END,
    not_before = CASE
        WHEN message.state NOT IN ('sent', 'pending') OR message.error IS NOT NULL THEN message.not_before
        WHEN %(urgent)s THEN now()
        ELSE greatest(message.not_before, message.sent_at + interval '2 seconds')
    END

-- claim: Take what is due and not held, first what people wait for; within a run nothing is posted before what was to be posted earlier, which they then wait for as well. No joins before there are few rows: in a flood the planner knows nothing yet.
WITH line AS (
    SELECT id, kind, channel, ts, urgent, state, not_before, posted_at,
           min(id) OVER (PARTITION BY run) AS first,
           bool_or(kind = ANY (%(awaited)s)) OVER (PARTITION BY run) AS awaited
    FROM message WHERE posted_at IS NULL AND state <> 'failed'
), candidate AS (
    SELECT id, kind, channel, ts, posted_at, urgent OR awaited AS awaited
    FROM line WHERE id = first AND state = 'pending' AND not_before <= now()
    UNION ALL
    SELECT id, kind, channel, ts, posted_at, urgent OR kind = ANY (%(awaited)s)
    FROM message WHERE state = 'pending' AND not_before <= now() AND posted_at IS NOT NULL
), best AS (
    SELECT id, awaited, row_number() OVER (ORDER BY awaited DESC, (kind = 'card' AND posted_at IS NULL) DESC, id) AS place
    FROM candidate, LATERAL (
        SELECT CASE WHEN kind = ANY (%(files)s) THEN %(upload)s WHEN ts IS NOT NULL THEN %(update)s ELSE %(post)s END AS way
    ) AS shown_by
    WHERE NOT ARRAY[way, way || ' ' || channel, CASE WHEN NOT awaited THEN way || ' progress' END] && %(held)s::text[]
    ORDER BY place
    LIMIT %(limit)s + 20  -- so many others may be taking one at this moment
), due AS (
    SELECT message.id, best.awaited
    FROM best JOIN message USING (id) WHERE message.state = 'pending' AND message.not_before <= now()
    ORDER BY place
    LIMIT %(limit)s
    FOR UPDATE OF message SKIP LOCKED
)
UPDATE message
SET state = 'sending', urgent = false, claim = claim + 1, not_before = now() + %(lease)s
FROM due WHERE message.id = due.id
RETURNING message.*, due.awaited

-- sent: Slack has it.
UPDATE message
SET shown = %(shown)s, ts = coalesce(ts, %(ts)s), file = coalesce(file, %(file)s), error = NULL,
    posted_at = coalesce(posted_at, now()), sent_at = now(),
    state = CASE WHEN wanted > %(shown)s THEN 'pending' ELSE 'sent' END,
    not_before = CASE WHEN wanted > %(shown)s AND NOT urgent THEN now() + interval '2 seconds' ELSE now() END
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- found: Slack has it after all, as it was at some time; it is shown anew.
UPDATE message
SET ts = %(ts)s, posted_at = now(), sent_at = now(), error = NULL, state = 'pending', not_before = now()
WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- uploaded: Slack has the bytes; the step that shows them may be taken once only.
UPDATE message SET file = %(file)s WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- later: Slack surely does not have it; try again after a while. Who waited for it still does.
UPDATE message SET state = 'pending', error = %(error)s, urgent = urgent OR %(awaited)s, not_before = now() + %(wait)s
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- in_doubt: Nobody knows whether Slack has it.
UPDATE message SET state = 'ambiguous', error = %(error)s, not_before = now()
WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- fail: Slack will never take it.
UPDATE message SET state = 'failed', error = %(error)s
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- abandoned: Whoever was sending these has died; nobody knows whether Slack has them.
UPDATE message SET state = 'ambiguous', error = 'the sender died' WHERE state = 'sending' AND not_before < now()

-- claim_in_doubt: Take messages in doubt that are due to be looked for.
UPDATE message SET claim = claim + 1, not_before = now() + %(lease)s
WHERE id IN (SELECT id FROM message WHERE state = 'ambiguous' AND not_before <= now()
             ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING *

-- next_due: In how many seconds the next message is due; null when none will be. What is due already waits for something else, unless it became due since the claim.
SELECT extract(epoch FROM min(not_before) - now())::float AS seconds FROM message
WHERE state = 'pending' AND not_before > now() - interval '50 milliseconds'

-- root: The run's card, which everything else is threaded under.
SELECT * FROM message WHERE run = %(run)s AND kind = 'card'

-- of_run: All that is or will be shown of a run.
SELECT * FROM message WHERE run = %(run)s ORDER BY id

-- counts: How many messages are in each state that is not the end; two questions, because each has its index.
SELECT state, count(*) AS messages FROM message WHERE state = 'pending' GROUP BY state
UNION ALL
SELECT state, count(*) AS messages FROM message WHERE state IN ('sending', 'ambiguous') GROUP BY state
