-- grant: Votes are changed and withdrawn, waivers withdrawn.
GRANT SELECT, INSERT, UPDATE, DELETE ON vote TO {role};
GRANT SELECT, INSERT, DELETE ON waiver TO {role}

-- cast: A person's vote on this evidence. A later click replaces an earlier one; a No-go wins regardless of order.
INSERT INTO vote (run, evidence, person, roles, choice, reason, condition, said_at)
VALUES (%(run)s, %(evidence)s, %(person)s, %(roles)s, %(choice)s, %(reason)s, %(condition)s, coalesce(%(said_at)s, now()))
ON CONFLICT (run, evidence, person) DO UPDATE
SET choice = excluded.choice, reason = excluded.reason, condition = excluded.condition,
    roles = CASE WHEN (vote.choice, vote.reason, vote.condition)
        IS DISTINCT FROM (excluded.choice, excluded.reason, excluded.condition) THEN excluded.roles ELSE vote.roles END,
    cast_at = CASE WHEN (vote.choice, vote.reason, vote.condition)
        IS DISTINCT FROM (excluded.choice, excluded.reason, excluded.condition) THEN now() ELSE vote.cast_at END,
    said_at = greatest(vote.said_at, excluded.said_at)
WHERE vote.said_at <= excluded.said_at OR excluded.choice = 'No-go'
RETURNING cast_at = now() AS counts

-- voters: The voters on a run's evidence, in order.
SELECT person FROM vote WHERE run = %(run)s AND evidence = %(evidence)s ORDER BY cast_at, person

-- waived: The checks waived on a run's evidence.
SELECT "check" FROM waiver WHERE run = %(run)s AND evidence = %(evidence)s ORDER BY "check"

-- withdraw: A vote no longer counts.
DELETE FROM vote WHERE run = %(run)s AND evidence = %(evidence)s AND person = %(person)s

-- waive: Waive a check; the first waiver counts.
INSERT INTO waiver (run, evidence, "check", person, reason)
VALUES (%(run)s, %(evidence)s, %(check)s, %(person)s, %(reason)s)
ON CONFLICT DO NOTHING

-- withdraw_waiver: A waiver no longer counts.
DELETE FROM waiver WHERE run = %(run)s AND evidence = %(evidence)s AND "check" = %(check)s
