-- of_run: Everything about one run except its configuration, as one JSON document: one round trip instead of ten.
SELECT jsonb_build_object(
    'run', to_jsonb(run),
    'checks', (
        SELECT coalesce(jsonb_agg(to_jsonb(check_run) - 'attempt' ORDER BY position), '[]')
        FROM check_run WHERE check_run.run = run.number),
    'evidence', (
        SELECT to_jsonb(frozen) - 'run' FROM evidence AS frozen WHERE frozen.digest = run.evidence),
    'votes', (
        SELECT coalesce(jsonb_agg(to_jsonb(vote) - 'run' - 'said_at' ORDER BY cast_at, person), '[]')
        FROM vote WHERE vote.run = run.number AND vote.evidence = run.evidence),
    'waivers', (
        SELECT coalesce(jsonb_agg(to_jsonb(waiver) - 'run' ORDER BY granted_at, "check"), '[]')
        FROM waiver WHERE waiver.run = run.number AND waiver.evidence = run.evidence),
    'decision', (SELECT document FROM decision WHERE decision.run = run.number),
    'watch', (SELECT to_jsonb(watch) FROM watch WHERE watch.run = run.number),
    'triggers', (
        SELECT coalesce(jsonb_agg(to_jsonb(trigger) ORDER BY name), '[]') FROM trigger WHERE trigger.run = run.number),
    'prompts', (
        SELECT coalesce(jsonb_agg(to_jsonb(prompt) ORDER BY opened_at), '[]') FROM prompt WHERE prompt.run = run.number),
    'actions', (
        SELECT coalesce(jsonb_agg(to_jsonb(action) ORDER BY name, attempt), '[]') FROM action WHERE action.run = run.number),
    'conditions', (
        SELECT coalesce(jsonb_agg(to_jsonb(condition) ORDER BY number), '[]') FROM condition WHERE condition.run = run.number),
    'addendum', (SELECT to_jsonb(addendum) - 'run' - 'issued_at' FROM addendum WHERE addendum.run = run.number),
    'rollback', (SELECT to_jsonb(rollback) FROM rollback WHERE rollback.run = run.number),
    'removed_at', (SELECT removed_at FROM tombstone WHERE tombstone.run = run.number),
    'baseline', (SELECT to_jsonb(kept) FROM baseline AS kept WHERE kept.number = run.baseline),
    'root', (SELECT to_jsonb(message) FROM message WHERE message.run = run.number AND message.kind = 'card')
) AS document
FROM run WHERE run.number = %(run)s
