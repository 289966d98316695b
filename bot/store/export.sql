-- period: The first and last run requested in a period, how many lie between them, and when the runs directly before and after them were requested. Without a run: one row of nulls.
WITH asked AS (
    SELECT min(number) AS first, max(number) AS last FROM run
    WHERE requested_at >= coalesce(%(since)s, '-infinity'::timestamptz)
      AND requested_at < coalesce(%(until)s, 'infinity'::timestamptz)
)
SELECT first, last, (SELECT count(*) FROM run WHERE number BETWEEN first AND last) AS runs,
       (SELECT requested_at FROM run WHERE number < first ORDER BY number DESC LIMIT 1) AS before,
       (SELECT requested_at FROM run WHERE number > last ORDER BY number LIMIT 1) AS after
FROM asked

-- numbers_between: The next numbers of runs, in order.
SELECT number FROM run WHERE number BETWEEN %(first)s AND %(last)s ORDER BY number LIMIT %(limit)s

-- configuration: One document, as stored.
SELECT document FROM configuration WHERE digest = %(digest)s

-- runs: Some runs, each with everything known about it, as JSON text.
SELECT run.number, run.configuration, json_build_object(
    'format', 'canary-run/1',
    'run', run.number,
    'environment', run.environment,
    'state', run.state,
    'channel', run.channel,
    'requested_by', run.requested_by,
    'requested_at', run.requested_at,
    'closed_at', run.closed_at,
    'arguments', run.arguments,
    'configuration', run.configuration,
    'evidence_digest', run.evidence,
    'evidence', (SELECT nullif(document, '')::json FROM evidence WHERE evidence.digest = run.evidence),
    'decision', (SELECT nullif(document, '{}') FROM decision WHERE decision.run = run.number),
    'baseline', (SELECT document::json FROM baseline WHERE baseline.number = run.baseline),
    'addendum', (SELECT json_build_object('digest', digest, 'document', document::json) FROM addendum WHERE addendum.run = run.number),
    'outcome', (SELECT outcome FROM decision WHERE decision.run = run.number),
    'removed', (SELECT json_build_object('at', removed_at, 'evidence', (
            SELECT coalesce(json_agg(digest ORDER BY frozen_at, digest), '[]') FROM evidence WHERE evidence.run = run.number))
        FROM tombstone WHERE tombstone.run = run.number),
    'rolled_back', (SELECT to_jsonb(rollback) - 'run' FROM rollback WHERE rollback.run = run.number),
    'events', (
        SELECT json_agg(json_build_object('run', run, 'seq', seq, 'at', at, 'actor', actor, 'kind', kind, 'detail', detail::json,
                                          'hash', hash) ORDER BY seq)
        FROM event WHERE event.run = run.number)
)::text AS document
FROM run WHERE run.number = ANY(%(numbers)s) ORDER BY run.number

-- decided: Decisions about versions and commits: the goes of a period, and everything that may explain a deployment in it.
SELECT run.number AS run, run.environment, coalesce(run.arguments ->> 'version', '') AS version,
       coalesce(run.arguments ->> 'commit', '') AS commit, decision.outcome, decision.decided_at, rollback.at AS rolled_back_at
FROM run JOIN decision ON decision.run = run.number LEFT JOIN rollback ON rollback.run = run.number
WHERE decision.decided_at >= %(since)s AND decision.decided_at < %(until)s
   OR run.environment = ANY(%(environments)s)
      AND (run.arguments ->> 'version' = ANY(%(versions)s) OR left(run.arguments ->> 'commit', 7) = ANY(%(commits)s))
ORDER BY run.number
