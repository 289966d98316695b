-- A job without an end is touched whenever it was due; one that ended is found by the index on (status, due).
WITH touched AS NOT MATERIALIZED (  -- read twice, by all workers, rather than materialized by one
    SELECT {jobs_id} AS id, {jobs_error} AS error,
           {jobs_status} = %(jobs_succeeded)s AND coalesce({jobs_finished}, {jobs_updated}) IS NULL AS untimed,
           coalesce({jobs_updated_at}, {jobs_finished_at}, {jobs_started_at}, {jobs_due_at}) AS at
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_pending)s, %(jobs_running)s)
       OR {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s) AND {jobs_due} >= %(since)s
), job_signals AS (
    SELECT id, left(split_part(error::text, E'\n', 1), %(long)s) AS error, at
    FROM touched
    WHERE error IS NOT NULL AND at >= %(start)s AND at < %(end)s AND EXISTS (
        SELECT FROM unnest(%(signals)s::text[]) AS signal WHERE position(lower(signal) IN lower(error::text)) > 0
    )
), jobs AS (
    SELECT count(*) FILTER (WHERE at >= %(start)s AND at < %(end)s) AS n, max(at) AS latest,
           count(*) FILTER (WHERE untimed) AS untimed
    FROM touched
), {runs_part}
hashes AS (  -- nearly all keys occur once: a hash is enough to find the others, and workers share a sort
    SELECT hash, lag(hash) OVER (ORDER BY hash) AS previous
    FROM (
        SELECT hashtextextended({key_first}::text, hashtextextended({key_second}::text, 0)) AS hash
        FROM {jobs}
        WHERE {jobs_status} = %(jobs_succeeded)s AND {jobs_due} >= %(since)s
          AND coalesce({jobs_finished}, {jobs_updated}) < %(end)s
          AND {key_first} IS NOT NULL AND {key_second} IS NOT NULL
    ) AS sent
), keys AS (
    SELECT DISTINCT hash FROM hashes WHERE hash = previous
), repeated AS (
    SELECT {key_first} AS first, {key_second} AS second, count(*) AS times,
           max(coalesce({jobs_finished_at}, {jobs_updated_at})) AS at,
           min({jobs_id}::text) AS one, max({jobs_id}::text) AS other
    FROM {jobs}
    JOIN keys ON hash = hashtextextended({key_first}::text, hashtextextended({key_second}::text, 0))
    WHERE {jobs_status} = %(jobs_succeeded)s AND {jobs_due} >= %(since)s
      AND coalesce({jobs_finished}, {jobs_updated}) < %(end)s
    GROUP BY 1, 2
    HAVING count(*) > 1 AND max(coalesce({jobs_finished_at}, {jobs_updated_at})) >= %(start)s
), offenders AS (
    (SELECT at, jsonb_build_object(
                'key', concat_ws(' ', left(first::text, %(long)s), left(second::text, %(long)s)), 'times', times,
                'jobs', jsonb_build_array(left(one, %(long)s), left(other, %(long)s))
            ) AS offender
     FROM repeated ORDER BY at, first, second LIMIT %(most)s)
    UNION ALL
    (SELECT at, jsonb_build_object('job', left(id::text, %(long)s), 'error', error)
     FROM job_signals ORDER BY at, id LIMIT %(most)s)
    UNION ALL
    (SELECT at, jsonb_build_object('run', left(id::text, %(long)s), 'error', error)
     FROM run_signals ORDER BY at, id LIMIT %(most)s)
), known AS (
    SELECT (SELECT true FROM {jobs} ORDER BY {jobs_status} LIMIT 1) IS TRUE AS known
), found AS (
    SELECT (SELECT count(*) FROM job_signals) AS jobs, (SELECT count(*) FROM run_signals) AS runs
)
SELECT CASE WHEN known AND (runs.n > 0 OR runs.n IS NULL) OR found.jobs > 0 OR found.runs > 0 THEN found.jobs + found.runs END AS signals,
       CASE WHEN known THEN found.jobs END AS job_signals,
       CASE WHEN runs.n > 0 THEN found.runs END AS run_signals,
       CASE WHEN known THEN (SELECT count(*) FROM repeated) END AS repeated,
       jobs.n + coalesce(runs.n, 0) AS signals_n, jobs.n AS job_signals_n, runs.n AS run_signals_n, jobs.n AS repeated_n,
       (SELECT jsonb_agg(offender ORDER BY at) FROM offenders) AS offenders,
       greatest(jobs.latest, runs.latest) AS latest,
       jsonb_build_object('ended jobs without a finish or update time', jobs.untimed) AS unplaced
FROM jobs, runs, found, known
