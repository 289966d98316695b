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

-- claim: Take what is due; within a run nothing is posted before what was to be posted earlier.
WITH due AS (
    SELECT id FROM message AS candidate
    WHERE state = 'pending' AND not_before <= now()
      AND (posted_at IS NOT NULL OR NOT EXISTS (
          SELECT FROM message AS earlier
          WHERE earlier.run = candidate.run AND earlier.id < candidate.id
            AND earlier.posted_at IS NULL AND earlier.state <> 'failed'))
    ORDER BY id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE message
SET state = 'sending', urgent = false, claim = claim + 1, not_before = now() + %(lease)s
FROM due WHERE message.id = due.id
RETURNING message.*

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

-- later: Slack surely does not have it; try again after a while.
UPDATE message SET state = 'pending', error = %(error)s, not_before = now() + %(wait)s
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

-- next_due: In how many seconds the next message is due; null when none waits.
SELECT extract(epoch FROM min(not_before) - now())::float AS seconds FROM message WHERE state = 'pending'

-- root: The run's card, which everything else is threaded under.
SELECT * FROM message WHERE run = %(run)s AND kind = 'card'

-- of_run: All that is or will be shown of a run.
SELECT * FROM message WHERE run = %(run)s ORDER BY id

-- counts: How many messages are in each state that is not the end.
SELECT state, count(*) AS messages FROM message WHERE state IN ('pending', 'sending', 'ambiguous') GROUP BY state
