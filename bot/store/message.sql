-- grant: Never deleted.
GRANT SELECT, INSERT, UPDATE ON message TO {role}

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

-- want_about: The same for a message that belongs to something else than a run.
INSERT INTO message (topic, kind, subject, channel)
VALUES (%(topic)s, %(kind)s, %(subject)s, %(channel)s)
ON CONFLICT (topic, kind, subject) WHERE topic IS NOT NULL DO UPDATE
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
           min(id) OVER thread AS first, bool_or(kind = ANY (%(awaited)s)) OVER thread AS awaited
    FROM message WHERE posted_at IS NULL AND state <> 'failed'
      AND (kind = ANY (%(known)s) OR created_at > now() - %(turn)s)  -- what another version knows has its turn, and no more
    -- an alert stands alone, and so does what is sent to a person: one that waits for quiet hours holds up no other
    WINDOW thread AS (PARTITION BY run, topic, CASE WHEN kind = 'alert' OR kind = ANY (%(direct)s) THEN id END)
), busy AS (  -- here the next of what somebody waits for comes at once, and finds its place free
    SELECT channel FROM line WHERE awaited AND state = 'sending'
), candidate AS (
    SELECT id, kind, channel, ts, posted_at, urgent OR awaited AS awaited
    FROM line WHERE id = first AND state = 'pending' AND not_before <= now()
      AND (awaited OR channel NOT IN (SELECT channel FROM busy))
    UNION ALL
    SELECT id, kind, channel, ts, posted_at, urgent OR kind = ANY (%(awaited)s)
    FROM message WHERE state = 'pending' AND not_before <= now() AND posted_at IS NOT NULL
), best AS (
    SELECT id, awaited, row_number() OVER (ORDER BY awaited DESC, (kind = 'card' AND posted_at IS NULL) DESC, kind = ANY (%(homes)s), id) AS place
    FROM candidate, LATERAL (
        SELECT CASE WHEN kind = ANY (%(files)s) THEN %(upload)s WHEN kind = ANY (%(homes)s) THEN %(publish)s WHEN ts IS NOT NULL THEN %(update)s ELSE %(post)s END AS way
    ) AS shown_by
    WHERE kind = ANY (%(known)s) AND NOT EXISTS (
        SELECT FROM unnest(%(held_ways)s::text[], %(held_channels)s::text[], %(held_progress)s::boolean[])
            AS held (held_way, held_channel, progress)
        WHERE held_way = way AND coalesce(held_channel = channel, true) AND NOT (progress AND awaited))
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
SET state = 'sending', urgent = false, claim = claim + 1, not_before = now() + %(lease)s, tried_at = now(), begun_at = NULL
FROM due WHERE message.id = due.id
RETURNING message.*, due.awaited

-- prolong: Whoever took these lives, and works on them. Looking for one changes nothing in Slack, so it has no lease to outlast.
UPDATE message SET not_before = now() + CASE state WHEN 'ambiguous' THEN %(silence)s ELSE %(lease)s END
FROM unnest(%(ids)s::bigint[], %(claims)s::bigint[]) AS ours(id, claim)
WHERE message.id = ours.id AND message.claim = ours.claim AND state IN ('sending', 'ambiguous') AND not_before > now()

-- begin: A request that may show it is about to begin. Whoever was overtaken finds nothing here, and sends nothing.
UPDATE message SET begun_at = now(), not_before = now() + %(lease)s WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- sent: Slack has it.
UPDATE message
SET shown = %(shown)s, ts = coalesce(ts, %(ts)s), thread = coalesce(thread, %(thread)s),
    channel = coalesce(%(channel)s, channel), file = coalesce(file, %(file)s), error = NULL, doubted_at = NULL, alerted_at = NULL,
    posted_at = coalesce(posted_at, now()), sent_at = now(),
    state = CASE WHEN wanted > %(shown)s OR ts IS NOT NULL AND free_at > now() THEN 'pending' ELSE 'sent' END,
    not_before = CASE WHEN wanted <= %(shown)s THEN greatest(now(), free_at) WHEN urgent THEN now() ELSE now() + interval '2 seconds' END
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- found: Slack has it after all, as it was at some time; it is shown anew.
UPDATE message
SET ts = %(ts)s, thread = coalesce(thread, %(thread)s), posted_at = coalesce(posted_at, now()), sent_at = now(),
    error = NULL, doubted_at = NULL, alerted_at = NULL, free_at = NULL, state = 'pending', not_before = now()
WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- uploaded: Slack has the bytes, and shows nothing yet.
UPDATE message SET file = %(file)s WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- later: Slack does not have it, or it updates; try again after a while, which grows with its age up to `longest`, and once more when
-- what was begun is over. Who waited for it still does.
UPDATE message
SET state = 'pending', error = %(error)s, urgent = urgent OR %(awaited)s, doubted_at = NULL,
    free_at = greatest(free_at, now() + %(over)s::interval),
    not_before = now() + greatest(%(wait)s, least((now() - coalesce(sent_at, created_at)) / 20, %(longest)s))
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- in_doubt: Nobody knows whether Slack has it.
UPDATE message
SET state = 'ambiguous', error = %(error)s, doubted_at = coalesce(doubted_at, now()), not_before = now()
WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- fail: Slack will never take it.
UPDATE message SET state = 'failed', error = %(error)s, excused = %(excused)s
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- abandoned: Whoever was sending these prolongs them no more. Where no request had begun, none will; else it may still be under way:
-- what was to be posted is in doubt, what updates is sent again now, and once more when that request can no longer come after it.
UPDATE message
SET state = CASE WHEN ts IS NULL AND begun_at IS NOT NULL THEN 'ambiguous' ELSE 'pending' END,
    error = CASE WHEN begun_at IS NOT NULL THEN coalesce(error, 'the sender died') ELSE error END,
    doubted_at = CASE WHEN ts IS NULL AND begun_at IS NOT NULL THEN coalesce(doubted_at, now()) END,
    free_at = coalesce(begun_at + %(lease)s, free_at), not_before = now()
WHERE state = 'sending' AND not_before < now() + %(rest)s

-- claim_in_doubt: Take messages in doubt that are due to be looked for; soon somebody else does where this one dies.
UPDATE message SET claim = claim + 1, not_before = now() + %(silence)s
WHERE id IN (SELECT id FROM message WHERE state = 'ambiguous' AND not_before <= now() AND kind = ANY (%(known)s)
             ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING *

-- look_again: It could not be told yet; it is looked for once more after a while.
UPDATE message SET not_before = now() + %(wait)s, error = coalesce(%(error)s, error) WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- start_over: What was uploaded is gone and was not shown; it is uploaded anew.
UPDATE message SET file = NULL, state = 'pending', error = NULL, doubted_at = NULL, not_before = now()
WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- replace: It lets itself be edited no more; what is newer is posted beside it.
UPDATE message
SET earlier = earlier || ts, thread = coalesce(thread, ts), ts = NULL, state = 'pending', error = %(error)s, not_before = now()
WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- gone: Somebody deleted it in Slack; it is posted anew, and whoever is sending it as it was marks nothing.
UPDATE message
SET earlier = earlier || ts, thread = NULL, ts = NULL, posted_at = NULL, state = 'pending', wanted = wanted + 1, claim = claim + 1, error = %(error)s, not_before = now()
WHERE id = %(id)s AND ts = %(ts)s

-- untold: What cannot be shown, and nobody knows of yet: failed for good, in doubt for too long, or before a door that stays closed.
SELECT * FROM message
WHERE id IN (
    SELECT id FROM message WHERE state = 'failed' AND NOT excused
    UNION ALL
    SELECT id FROM message WHERE state IN ('sending', 'ambiguous') AND doubted_at < now() - %(doubt)s
    UNION ALL
    SELECT id FROM message
    WHERE posted_at IS NULL AND state = 'pending'
      AND CASE WHEN kind = ANY (%(critical)s) THEN created_at < now() - %(soon)s  -- also behind another one that is stuck
               ELSE error IS NOT NULL AND created_at < now() - %(late)s END
) AND alerted_at IS NULL AND kind <> 'alert' AND run IS NOT NULL  -- an alert is part of a run's log
ORDER BY id

-- unreached: Direct messages that will not be sent, or of which nobody knows whether they were, and nobody is mentioned yet instead. Those
-- of one reminder are gathered: they wait for each other, but not for long.
WITH coming AS (  -- two questions, because each has its index
    SELECT kind, created_at FROM message WHERE state = 'pending' AND not_before < now() + %(gather)s
    UNION ALL
    SELECT kind, created_at FROM message WHERE state IN ('sending', 'ambiguous')
)
SELECT * FROM message AS failed
WHERE state = 'failed' AND NOT excused AND kind = ANY (%(direct)s)
  AND (tried_at < now() - %(gather)s OR (kind, created_at) NOT IN (SELECT kind, created_at FROM coming))
ORDER BY id

-- excuse: Others were told instead; -> those of them of which that is new.
UPDATE message SET excused = true WHERE id = ANY (%(ids)s) AND state = 'failed' AND NOT excused RETURNING id

-- closed: Those of these topics whose newest message of a kind Slack refused for such a reason, since then.
SELECT topic FROM (
    SELECT DISTINCT ON (topic) topic, state, created_at FROM message
    WHERE topic = ANY (%(topics)s) AND kind = %(kind)s AND (state = 'sent' OR state = 'failed' AND error = ANY (%(errors)s))
    ORDER BY topic, id DESC
) AS newest
WHERE state = 'failed' AND created_at > now() - %(within)s

-- obstacle: Why nothing more is posted of a run.
SELECT coalesce(error, '') AS error FROM message WHERE run = %(run)s AND posted_at IS NULL AND state <> 'failed' AND kind = ANY (%(known)s) AND kind <> 'alert'
ORDER BY id LIMIT 1

-- alert: People are told of it now, in the transaction that tells them; once.
UPDATE message SET alerted_at = now() WHERE id = %(id)s AND claim = %(claim)s AND state = %(state)s AND alerted_at IS NULL

-- channels: Where messages of a kind stand.
SELECT DISTINCT channel FROM message WHERE run = %(run)s AND kind = %(kind)s

-- troubled: What Slack does not show, and why: all of it that does not end by itself.
SELECT * FROM message WHERE state IN ('ambiguous', 'failed') AND NOT excused OR alerted_at IS NOT NULL ORDER BY id

-- by_id: One message.
SELECT * FROM message WHERE id = %(id)s

-- lock: One message, held until the transaction ends.
SELECT * FROM message WHERE id = %(id)s FOR UPDATE

-- known: Those of these names in a channel that messages of the outbox have, or had.
SELECT names.ts FROM unnest(%(names)s::text[]) AS names (ts)
WHERE EXISTS (SELECT FROM message WHERE channel = %(channel)s AND (message.ts = names.ts OR names.ts = ANY(earlier)))

-- of_kind: One message of a run.
SELECT * FROM message WHERE run = %(run)s AND kind = %(kind)s AND subject = %(subject)s

-- resolve_shown: An operator found it in Slack; a message is shown anew there, a file stays as it is.
UPDATE message
SET ts = %(ts)s, posted_at = now(), sent_at = now(), error = NULL, doubted_at = NULL, alerted_at = NULL, claim = claim + 1,
    shown = CASE WHEN %(is_file)s THEN wanted ELSE shown END,
    state = CASE WHEN %(is_file)s THEN 'sent' ELSE 'pending' END, not_before = now()
WHERE id = %(id)s

-- resolve_again: An operator says that Slack does not have it, or that what made it fail is mended.
UPDATE message
SET file = NULL, state = 'pending', error = NULL, excused = false, doubted_at = NULL, alerted_at = NULL, claim = claim + 1,
    not_before = now()
WHERE id = %(id)s

-- resolve_drop: An operator says that it need not be shown.
UPDATE message
SET state = 'failed', error = %(error)s, excused = true, doubted_at = NULL, alerted_at = NULL, claim = claim + 1
WHERE id = %(id)s

-- next_due: In how many seconds the next message is due; null when none will be. What is due already waits for something else, unless it became due since the claim.
SELECT extract(epoch FROM min(not_before) - now())::float AS seconds FROM message
WHERE state = 'pending' AND not_before > now() - interval '50 milliseconds'

-- root: The run's card, which everything else is threaded under.
SELECT * FROM message WHERE run = %(run)s AND kind = 'card'

-- run_of: The run that a message in a channel belongs to.
SELECT run FROM message WHERE channel = %(channel)s AND ts = ANY (%(names)s) AND run IS NOT NULL ORDER BY run DESC LIMIT 1

-- of_run: All that is or will be shown of a run.
SELECT * FROM message WHERE run = %(run)s ORDER BY id

-- counts: How many messages are in each state that is not the end, but for what waits until quiet hours end; two questions, because each has its index.
SELECT state, count(*) AS messages FROM message WHERE state = 'pending' AND error IS DISTINCT FROM %(quiet)s GROUP BY state
UNION ALL
SELECT state, count(*) AS messages FROM message WHERE state IN ('sending', 'ambiguous') GROUP BY state

-- alerts: How many alerts are open.
SELECT count(*) AS alerts FROM message WHERE alerted_at IS NOT NULL
