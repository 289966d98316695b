-- grant: Copies are never deleted here.
GRANT SELECT, INSERT, UPDATE ON packet_copy TO {role}

-- want: There is a newer packet of a run.
INSERT INTO packet_copy (run, asked_in) VALUES (%(run)s, %(asked_in)s)
ON CONFLICT (run) DO UPDATE SET wanted = packet_copy.wanted + 1, asked_in = excluded.asked_in, wanted_at = now(), given_up_at = NULL

-- to_keep: The packet of a run, if it still has to be stored.
SELECT run, wanted, asked_in FROM packet_copy WHERE run = %(run)s AND kept < wanted AND given_up_at IS NULL

-- kept: This version of it, or a newer one, is stored. Returns whether people had been told that it is late, and whether it is new.
UPDATE packet_copy AS copy SET kept = greatest(copy.kept, %(version)s), kept_at = now(), failing_since = NULL, told_at = NULL
FROM (SELECT run, kept, told_at FROM packet_copy WHERE run = %(run)s FOR UPDATE) AS before
WHERE copy.run = before.run
RETURNING before.told_at IS NOT NULL AS was_told, before.kept < %(version)s AS is_new

-- failed: It could not be stored. Returns whether people should be told now, which is once.
UPDATE packet_copy SET
    failing_since = coalesce(failing_since, now()), tried_at = now(),
    told_at = CASE WHEN coalesce(failing_since, now()) <= now() - %(late)s::interval THEN coalesce(told_at, now()) ELSE told_at END
WHERE run = %(run)s AND kept < wanted
RETURNING told_at = now() AS is_late

-- give_up: It is no longer to be stored, unless a process with an archive tried lately.
UPDATE packet_copy SET given_up_at = now()
WHERE run = %(run)s AND kept < wanted AND greatest(wanted_at, tried_at) <= now() - %(after)s::interval

-- waiting: The runs whose packets are still to be stored, and since when the first of them is.
SELECT array_agg(run ORDER BY run) AS runs, min(coalesce(failing_since, wanted_at)) AS since
FROM packet_copy WHERE kept < wanted AND given_up_at IS NULL AND wanted_at < now() - %(grace)s::interval

-- lost: Not stored yet, and without a job.
SELECT packet_copy.run FROM packet_copy
WHERE packet_copy.kept < packet_copy.wanted AND packet_copy.given_up_at IS NULL AND packet_copy.wanted_at < now() - %(grace)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = 'keep packet' AND job.args ->> 'run' = packet_copy.run::text)
