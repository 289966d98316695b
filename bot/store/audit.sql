-- numbers: The next runs after one, in order.
SELECT number FROM run WHERE number > %(after)s ORDER BY number LIMIT %(limit)s

-- last_number: The last run number assigned.
SELECT last FROM run_number

-- links: A run's events, in their hashed form.
SELECT run, seq, at, actor, kind, detail, hash FROM event WHERE run = %(run)s ORDER BY seq

-- heads: The last event of every run.
SELECT run.number, head.seq, head.hash
FROM run CROSS JOIN LATERAL (
    SELECT seq, hash FROM event WHERE event.run = run.number ORDER BY seq DESC LIMIT 1) AS head
ORDER BY run.number

-- beside: The parts of a run's rows that a dossier leaves out, as one JSON document.
SELECT jsonb_build_object(
    'evidences', (SELECT coalesce(jsonb_agg(digest ORDER BY frozen_at), '[]') FROM evidence WHERE run = %(run)s),
    'results', (SELECT coalesce(jsonb_object_agg(name, result) FILTER (WHERE result IS NOT NULL), '{}')
        FROM check_run WHERE run = %(run)s),
    'votes', (SELECT count(*) FROM vote WHERE run = %(run)s),
    'waivers', (SELECT count(*) FROM waiver WHERE run = %(run)s),
    'reminders', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', number, 'done_at', done_at) ORDER BY number), '[]')
        FROM reminder WHERE run = %(run)s),
    'decided', (SELECT document FROM decision WHERE run = %(run)s),
    'decision', (SELECT to_jsonb(decision) - 'run' - 'document' FROM decision WHERE run = %(run)s)
) AS document

-- remains: What the rows of a removed run still contain, as one JSON document.
SELECT jsonb_build_object(
    'environment', run.environment,
    'version', coalesce(run.arguments ->> 'version', ''),
    'outcome', coalesce((SELECT outcome FROM decision WHERE decision.run = run.number), ''),
    'evidence', (SELECT coalesce(jsonb_agg(digest ORDER BY frozen_at, digest), '[]') FROM evidence WHERE evidence.run = run.number),
    'content', (SELECT coalesce(jsonb_agg(what), '[]') FROM (VALUES
        ('evidence', EXISTS (SELECT FROM evidence WHERE evidence.run = run.number AND document <> '')),
        ('a decision', EXISTS (SELECT FROM decision WHERE decision.run = run.number AND document <> '{}')),
        ('a requester', run.requested_by <> '' OR run.requested_from <> ''),
        ('arguments', run.arguments - 'version' <> '{}'),
        ('a rollback', EXISTS (SELECT FROM rollback WHERE rollback.run = run.number AND (by <> '' OR reason <> ''))),
        ('results', EXISTS (SELECT FROM check_run WHERE check_run.run = run.number)),
        ('votes', EXISTS (SELECT FROM vote WHERE vote.run = run.number)),
        ('waivers', EXISTS (SELECT FROM waiver WHERE waiver.run = run.number)),
        ('an addendum', EXISTS (SELECT FROM addendum WHERE addendum.run = run.number)),
        ('conditions', EXISTS (SELECT FROM condition WHERE condition.run = run.number)),
        ('actions', EXISTS (SELECT FROM action WHERE action.run = run.number)),
        ('prompts', EXISTS (SELECT FROM prompt WHERE prompt.run = run.number)),
        ('messages', EXISTS (SELECT FROM message WHERE message.run = run.number))
    ) AS left_over (what, is_there) WHERE is_there)
) AS document
FROM run WHERE run.number = %(run)s
