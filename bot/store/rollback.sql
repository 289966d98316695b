-- grant: Only added to.
GRANT SELECT, INSERT ON rollback TO {role}

-- insert: A run's version was rolled back.
INSERT INTO rollback (run, by, reason) VALUES (%(run)s, %(by)s, %(reason)s)

-- of_run: How a run was rolled back, if it was.
SELECT * FROM rollback WHERE run = %(run)s

-- last_good: The version to go back to, as known at a time: the last one with a go, other than this run's, that has not been rolled back since.
SELECT candidate.arguments ->> 'version' AS version
FROM run AS candidate JOIN decision ON decision.run = candidate.number
WHERE candidate.environment = %(environment)s AND candidate.number < %(number)s
  AND decision.outcome IN ('GO', 'CONDITIONAL GO') AND candidate.arguments ->> 'version' <> %(version)s
  AND NOT EXISTS (
    SELECT FROM rollback JOIN run AS back ON back.number = rollback.run
    WHERE back.environment = candidate.environment AND back.arguments ->> 'version' = candidate.arguments ->> 'version'
      AND rollback.at >= decision.decided_at AND rollback.at <= coalesce(%(at)s::timestamptz, now()))
ORDER BY candidate.number DESC LIMIT 1

-- rolled_back_in: The run in which a version was last rolled back, unless it has got a go since.
SELECT back.number AS run
FROM rollback JOIN run AS back ON back.number = rollback.run
WHERE back.environment = %(environment)s AND back.arguments ->> 'version' = %(version)s
  AND NOT EXISTS (
    SELECT FROM run AS later JOIN decision ON decision.run = later.number
    WHERE later.environment = back.environment AND later.arguments ->> 'version' = %(version)s
      AND decision.outcome IN ('GO', 'CONDITIONAL GO') AND decision.decided_at > rollback.at)
ORDER BY back.number DESC LIMIT 1
