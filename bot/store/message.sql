-- grant: Never deleted.
GRANT SELECT, INSERT, UPDATE ON message TO {role}

-- want: Show this message, or update it; updates are combined for two seconds.
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

-- want_about: The same for a message that belongs to something other than a run.
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

-- claim: Claim due messages that are not held, awaited ones first. Within a run, messages are posted in order, so those before an awaited one are awaited, too. No joins before there are few rows, because the planner has no statistics during a flood.
WITH line AS (
    SELECT id, kind, channel, ts, urgent, state, not_before, posted_at,
           min(id) OVER thread AS first, bool_or(kind = ANY (%(awaited)s)) OVER thread AS awaited
    FROM message WHERE posted_at IS NULL AND state <> 'failed'
      AND (kind = ANY (%(known)s) OR created_at > now() - %(turn)s)  -- another version gets this long to send kinds that only it knows
    -- alerts and direct messages are independent: one that waits for quiet hours blocks no other
    WINDOW thread AS (PARTITION BY run, topic, CASE WHEN kind = 'alert' OR kind = ANY (%(direct)s) THEN id END)
), busy AS (  -- so that the next awaited message finds a free slot at once
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
    LIMIT %(limit)s + 20  -- this many others may be claiming one right now
), due AS (
    SELECT message.id, best.awaited, best.place
    FROM best JOIN message USING (id) WHERE message.state = 'pending' AND message.not_before <= now()
    ORDER BY place
    LIMIT %(limit)s
    FOR UPDATE OF message SKIP LOCKED
), claimed AS (
    UPDATE message
    SET state = 'sending', urgent = false, claim = claim + 1, not_before = now() + %(lease)s, tried_at = now(), begun_at = NULL
    FROM due WHERE message.id = due.id
    RETURNING message.*, due.awaited
)
SELECT claimed.* FROM claimed JOIN due USING (id) ORDER BY due.place

-- prolong: Renew the lease: its sender is alive. A lookup changes nothing in Slack, so it has no lease to outlast.
UPDATE message SET not_before = now() + CASE state WHEN 'ambiguous' THEN %(silence)s ELSE %(lease)s END
FROM unnest(%(ids)s::bigint[], %(claims)s::bigint[]) AS ours(id, claim)
WHERE message.id = ours.id AND message.claim = ours.claim AND state IN ('sending', 'ambiguous') AND not_before > now()

-- begin: A request that may show it is about to begin. A superseded sender updates no row, and sends nothing.
UPDATE message SET begun_at = now(), not_before = now() + %(lease)s WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- sent: Slack has it.
UPDATE message
SET shown = %(shown)s, ts = coalesce(ts, %(ts)s), thread = coalesce(thread, %(thread)s),
    channel = coalesce(%(channel)s, channel), file = coalesce(file, %(file)s), error = NULL, doubted_at = NULL, alerted_at = NULL,
    posted_at = coalesce(posted_at, now()), sent_at = now(),
    state = CASE WHEN wanted > %(shown)s OR ts IS NOT NULL AND free_at > now() THEN 'pending' ELSE 'sent' END,
    not_before = CASE WHEN wanted <= %(shown)s THEN greatest(now(), free_at) WHEN urgent THEN now() ELSE now() + interval '2 seconds' END
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- found: Slack has it after all, in some earlier state; update it.
UPDATE message
SET ts = %(ts)s, thread = coalesce(thread, %(thread)s), posted_at = coalesce(posted_at, now()), sent_at = now(),
    error = NULL, doubted_at = NULL, alerted_at = NULL, free_at = NULL, state = 'pending', not_before = now()
WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- uploaded: Slack has the bytes, but shows nothing yet.
UPDATE message SET file = %(file)s WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- later: Slack does not have it, or this is an update: retry after a delay that grows with its age up to `longest`, and again
-- once a request in flight has ended. It stays awaited.
UPDATE message
SET state = 'pending', error = %(error)s, urgent = urgent OR %(awaited)s, doubted_at = NULL,
    free_at = greatest(free_at, now() + %(over)s::interval),
    not_before = now() + greatest(%(wait)s, least((now() - coalesce(sent_at, created_at)) / 20, %(longest)s))
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- in_doubt: It is ambiguous.
UPDATE message
SET state = 'ambiguous', error = %(error)s, doubted_at = coalesce(doubted_at, now()), not_before = now()
WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- fail: Slack will never accept it.
UPDATE message SET state = 'failed', error = %(error)s, excused = %(excused)s
WHERE id = %(id)s AND state IN ('sending', 'ambiguous') AND claim = %(claim)s

-- abandoned: Their sender's lease expired. If no request had begun, none will; otherwise one may be in flight: a post becomes
-- ambiguous, an update is sent again now, and once more when that request must have ended.
UPDATE message
SET state = CASE WHEN ts IS NULL AND begun_at IS NOT NULL THEN 'ambiguous' ELSE 'pending' END,
    error = CASE WHEN begun_at IS NOT NULL THEN coalesce(error, 'the sender died') ELSE error END,
    doubted_at = CASE WHEN ts IS NULL AND begun_at IS NOT NULL THEN coalesce(doubted_at, now()) END,
    free_at = coalesce(begun_at + %(lease)s, free_at), not_before = now()
WHERE state = 'sending' AND not_before < now() + %(rest)s

-- claim_in_doubt: Claim ambiguous messages that are due for a lookup; if this process dies, another soon takes over.
UPDATE message SET claim = claim + 1, not_before = now() + %(silence)s
WHERE id IN (SELECT id FROM message WHERE state = 'ambiguous' AND not_before <= now() AND kind = ANY (%(known)s)
             ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING *

-- look_again: Still unclear; look again after a delay.
UPDATE message SET not_before = now() + %(wait)s, error = coalesce(%(error)s, error) WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- start_over: The upload is gone without being shown; start over.
UPDATE message SET file = NULL, state = 'pending', error = NULL, doubted_at = NULL, not_before = now()
WHERE id = %(id)s AND state = 'ambiguous' AND claim = %(claim)s

-- replace: It can no longer be edited; its newer state is posted as a new message.
UPDATE message
SET earlier = earlier || ts, thread = coalesce(thread, ts), ts = NULL, state = 'pending', error = %(error)s, not_before = now()
WHERE id = %(id)s AND state = 'sending' AND claim = %(claim)s

-- gone: It was deleted in Slack: post it again; a sender of the old one marks nothing.
UPDATE message
SET earlier = earlier || ts, thread = NULL, ts = NULL, posted_at = NULL, state = 'pending', wanted = wanted + 1, claim = claim + 1, error = %(error)s, not_before = now()
WHERE id = %(id)s AND ts = %(ts)s

-- untold: Messages without an alert that cannot be shown: failed, ambiguous for too long, or in a channel that stays closed.
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

-- unreached: Direct messages that failed or may have failed, and for which nobody is mentioned yet instead. Those of one reminder
-- are combined: they wait for each other, but not for long.
WITH coming AS (  -- two queries, so that each uses its index
    SELECT kind, created_at FROM message WHERE state = 'pending' AND not_before < now() + %(gather)s
    UNION ALL
    SELECT kind, created_at FROM message WHERE state IN ('sending', 'ambiguous')
)
SELECT * FROM message AS failed
WHERE state = 'failed' AND NOT excused AND kind = ANY (%(direct)s)
  AND (tried_at < now() - %(gather)s OR (kind, created_at) NOT IN (SELECT kind, created_at FROM coming))
ORDER BY id

-- excuse: Others were told instead. Returns those for which this is new.
UPDATE message SET excused = true WHERE id = ANY (%(ids)s) AND state = 'failed' AND NOT excused RETURNING id

-- closed: Which of these topics had their newest message of these kinds refused by Slack for such a reason, since then, and why.
SELECT topic, error FROM (
    SELECT DISTINCT ON (topic) topic, state, error, created_at FROM message
    WHERE topic = ANY (%(topics)s) AND kind = ANY (%(kinds)s) AND (state = 'sent' OR state = 'failed' AND error = ANY (%(errors)s))
    ORDER BY topic, id DESC
) AS newest
WHERE state = 'failed' AND created_at > now() - %(within)s

-- obstacle: Why no more messages of a run are posted.
SELECT coalesce(error, '') AS error FROM message WHERE run = %(run)s AND posted_at IS NULL AND state <> 'failed' AND kind = ANY (%(known)s) AND kind <> 'alert'
ORDER BY id LIMIT 1

-- alert: People are alerted now, in the transaction that tells them; once.
UPDATE message SET alerted_at = now() WHERE id = %(id)s AND claim = %(claim)s AND state = %(state)s AND alerted_at IS NULL

-- channels: The channels of messages of a kind.
SELECT DISTINCT channel FROM message WHERE run = %(run)s AND kind = %(kind)s

-- troubled: What Slack does not show, and why: everything that will not resolve by itself.
SELECT * FROM message WHERE state IN ('ambiguous', 'failed') AND NOT excused OR alerted_at IS NOT NULL ORDER BY id

-- by_id: One message.
SELECT * FROM message WHERE id = %(id)s

-- lock: One message, locked until the transaction ends.
SELECT * FROM message WHERE id = %(id)s FOR UPDATE

-- known: Which of these timestamps belong, or belonged, to messages of the outbox.
SELECT names.ts FROM unnest(%(names)s::text[]) AS names (ts)
WHERE EXISTS (SELECT FROM message WHERE channel = %(channel)s AND (message.ts = names.ts OR names.ts = ANY(earlier)))

-- of_kind: One message of a run.
SELECT * FROM message WHERE run = %(run)s AND kind = %(kind)s AND subject = %(subject)s

-- resolve_shown: An operator found it in Slack; a message is updated there, a file stays unchanged.
UPDATE message
SET ts = %(ts)s, posted_at = now(), sent_at = now(), error = NULL, doubted_at = NULL, alerted_at = NULL, claim = claim + 1,
    shown = CASE WHEN %(is_file)s THEN wanted ELSE shown END,
    state = CASE WHEN %(is_file)s THEN 'sent' ELSE 'pending' END, not_before = now()
WHERE id = %(id)s

-- resolve_again: An operator says that Slack does not have it, or that the cause of its failure is fixed.
UPDATE message
SET file = NULL, state = 'pending', error = NULL, excused = false, doubted_at = NULL, alerted_at = NULL, claim = claim + 1,
    not_before = now()
WHERE id = %(id)s

-- resolve_drop: An operator says that it need not be shown.
UPDATE message
SET state = 'failed', error = %(error)s, excused = true, doubted_at = NULL, alerted_at = NULL, claim = claim + 1
WHERE id = %(id)s

-- next_due: Seconds until the next message is due; null if none will be. Messages already due wait for others, unless they became due since the claim.
SELECT extract(epoch FROM min(not_before) - now())::float AS seconds FROM message
WHERE state = 'pending' AND not_before > now() - interval '50 milliseconds'

-- root: The run's card, which everything else is threaded under.
SELECT * FROM message WHERE run = %(run)s AND kind = 'card'

-- run_of: The run that a message in a channel belongs to.
SELECT run FROM message WHERE channel = %(channel)s AND ts = ANY (%(names)s) AND run IS NOT NULL ORDER BY run DESC LIMIT 1

-- of_run: Everything that is or will be shown of a run.
SELECT * FROM message WHERE run = %(run)s ORDER BY id

-- counts: How many messages are in each non-final state, without those in quiet hours; two queries, so that each uses its index.
SELECT state, count(*) AS messages FROM message WHERE state = 'pending' AND error IS DISTINCT FROM %(quiet)s GROUP BY state
UNION ALL
SELECT state, count(*) AS messages FROM message WHERE state IN ('sending', 'ambiguous') GROUP BY state

-- alerts: How many alerts are open.
SELECT count(*) AS alerts FROM message WHERE alerted_at IS NOT NULL
