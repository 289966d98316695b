-- grant: Openings are kept; changes are deleted once shown (UPDATE, to lock them first).
GRANT SELECT, INSERT, UPDATE ON home TO {role};
GRANT SELECT, UPDATE, DELETE ON home_change TO {role}

-- opened: A person opened their Home.
INSERT INTO home (person) VALUES (%(person)s)
ON CONFLICT (person) DO UPDATE SET opened_at = now(), shown = NULL

-- show: Show it now to a person who waits. It has a name from the start: there is one Home per person, and showing it again replaces it.
INSERT INTO message (topic, kind, subject, channel, ts, urgent)
VALUES (%(topic)s, %(kind)s, %(subject)s, %(person)s, 'home', true)
ON CONFLICT (topic, kind, subject) WHERE topic IS NOT NULL DO UPDATE
SET wanted = message.wanted + 1,
    urgent = true,
    state = CASE WHEN message.state IN ('sent', 'failed') THEN 'pending' ELSE message.state END,
    error = CASE WHEN message.state = 'failed' THEN NULL ELSE message.error END,
    not_before = CASE
        WHEN message.state = 'sending' OR message.state = 'pending' AND message.error IS NOT NULL THEN message.not_before
        ELSE now()
    END

-- refresh: Update recently opened Homes if anything has changed since; uncommitted changes are left for the next time. Ordered, so that two processes cannot deadlock.
WITH taken AS (
    DELETE FROM home_change WHERE id IN (SELECT id FROM home_change ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING id
), due AS (
    SELECT message.id FROM home JOIN message ON message.topic = 'home ' || home.person AND message.kind = 'home'
    WHERE (%(anyway)s OR EXISTS (SELECT FROM taken)) AND home.opened_at > now() - %(recent)s AND message.state <> 'failed'
    ORDER BY message.id FOR UPDATE OF message
)
UPDATE message
SET wanted = message.wanted + 1,
    state = CASE WHEN message.state = 'sent' THEN 'pending' ELSE message.state END,
    not_before = CASE
        WHEN message.state NOT IN ('sent', 'pending') OR message.error IS NOT NULL THEN message.not_before
        ELSE greatest(message.not_before, message.sent_at + interval '2 seconds')
    END
FROM due
WHERE message.id = due.id

-- note: After a change that no run's log records.
UPDATE message
SET wanted = wanted + 1, state = CASE WHEN state = 'sent' THEN 'pending' ELSE state END
FROM home
WHERE home.person = %(person)s AND home.opened_at > now() - %(recent)s
  AND message.topic = 'home ' || home.person AND message.kind = 'home' AND message.state <> 'failed'

-- shown: The page that Slack shows of a Home, if known.
SELECT shown FROM home WHERE person = %(person)s

-- set_shown: Slack shows this page; null while it may show another.
UPDATE home SET shown = %(digest)s WHERE person = %(person)s

-- conditions: A person's conditions of conditional goes that were not rolled back, earliest due first: open ones, and for a while
-- those that an earlier version did not follow up.
SELECT run.number AS run, run.key, run.environment, run.arguments ->> 'version' AS version, run.channel, card.ts,
       promised.number, text, due, overdue, "check", holds, looked_at, outcome
FROM (
    SELECT run, number, text, due_at AS due, state = 'overdue' AS overdue, "check", holds, looked_at, outcome
    FROM condition WHERE owner = %(person)s AND state IN ('open', 'overdue')
    UNION ALL
    SELECT run.number, NULL, vote.condition ->> 'text', (vote.condition ->> 'due')::timestamptz, false, '', '{}', NULL, NULL
    FROM vote
    JOIN run ON run.number = vote.run AND run.evidence = vote.evidence
    JOIN decision ON decision.run = vote.run AND decision.outcome = 'CONDITIONAL GO'
    WHERE vote.condition IS NOT NULL AND vote.condition ->> 'owner' = %(person)s AND vote.condition ->> 'due' >= %(since)s
      AND NOT EXISTS (SELECT FROM condition WHERE condition.run = vote.run)
) AS promised
JOIN run ON run.number = promised.run
LEFT JOIN message AS card ON card.run = run.number AND card.kind = 'card' AND card.subject = ''
WHERE NOT EXISTS (SELECT FROM rollback WHERE rollback.run = run.number)
ORDER BY due LIMIT %(limit)s

-- latest: The newest decisions of these environments in their channels, each with its card. BETWEEN, and the order by environment, keep
-- to the index of an environment's runs: with =, all runs of others may be searched for those of an environment that has few.
SELECT run.number AS run, run.environment, run.arguments ->> 'version' AS version, run.channel, card.ts,
       decision.outcome, decision.decided_at, rollback.at AS rolled_back_at
FROM unnest(%(environments)s::text[], %(channels)s::text[]) AS seen (environment, channel)
CROSS JOIN LATERAL (
    SELECT * FROM run
    WHERE run.environment BETWEEN seen.environment AND seen.environment AND run.channel = seen.channel AND run.state = 'closed'
    ORDER BY run.environment, run.number DESC LIMIT %(limit)s
) AS run
JOIN decision ON decision.run = run.number
LEFT JOIN rollback ON rollback.run = run.number
LEFT JOIN message AS card ON card.run = run.number AND card.kind = 'card' AND card.subject = ''
ORDER BY decision.decided_at DESC, run.number DESC LIMIT %(limit)s
