-- cast: A person's vote on this evidence; a later one replaces it.
INSERT INTO vote (run, evidence, person, roles, choice, reason, condition)
VALUES (%(run)s, %(evidence)s, %(person)s, %(roles)s, %(choice)s, %(reason)s, %(condition)s)
ON CONFLICT (run, evidence, person) DO UPDATE
SET roles = excluded.roles, choice = excluded.choice, reason = excluded.reason, condition = excluded.condition, cast_at = now()
WHERE (vote.choice, vote.reason, vote.condition) IS DISTINCT FROM (excluded.choice, excluded.reason, excluded.condition)

-- on_evidence: The votes that count.
SELECT person, roles, choice, evidence, reason, condition, cast_at FROM vote
WHERE run = %(run)s AND evidence = %(evidence)s ORDER BY cast_at, person

-- withdraw: A vote no longer counts.
DELETE FROM vote WHERE run = %(run)s AND evidence = %(evidence)s AND person = %(person)s

-- waive: A check is excused; the first waiver stands.
INSERT INTO waiver (run, evidence, "check", person, reason)
VALUES (%(run)s, %(evidence)s, %(check)s, %(person)s, %(reason)s)
ON CONFLICT DO NOTHING

-- withdraw_waiver: A waiver no longer counts.
DELETE FROM waiver WHERE run = %(run)s AND evidence = %(evidence)s AND "check" = %(check)s

-- waivers: The waivers that count.
SELECT "check", person, evidence, reason, granted_at FROM waiver
WHERE run = %(run)s AND evidence = %(evidence)s ORDER BY granted_at, "check"
