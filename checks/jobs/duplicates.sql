-- A job without end is touched whenever it was due; one that ended is sought by the index on (status, due).
WITH touched AS (
    SELECT {jobs_id} AS id, {jobs_error} AS error, {jobs_updated} AS at
    FROM {jobs}
    WHERE ({jobs_status} IN (%(jobs_pending)s, %(jobs_running)s)
           OR {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s) AND {jobs_due} >= %(start)s - %(reach)s)
      AND {jobs_updated} >= %(start)s AND {jobs_updated} < %(end)s
), signals AS (
    SELECT id, split_part(error, E'\n', 1) AS error, at
    FROM touched
    WHERE EXISTS (SELECT FROM unnest(%(signals)s::text[]) AS signal WHERE position(signal IN lower(error)) > 0)
), repeated AS (
    SELECT concat_ws(' ', {key_first}, {key_second}) AS key, count(*) AS times, max({jobs_finished}) AS at,
           to_jsonb((array_agg({jobs_id} ORDER BY {jobs_finished}, {jobs_id}))[:%(most)s]) AS jobs
    FROM {jobs}
    WHERE {jobs_status} = %(jobs_succeeded)s
      AND {jobs_due} >= %(start)s - %(reach)s AND {jobs_finished} < %(end)s
      AND {key_first} IS NOT NULL AND {key_second} IS NOT NULL
    GROUP BY {key_first}, {key_second}
    HAVING count(*) > 1 AND max({jobs_finished}) >= %(start)s
), offenders AS (
    (SELECT at, jsonb_build_object('key', key, 'times', times, 'jobs', jobs) AS offender
     FROM repeated ORDER BY at LIMIT %(most)s)
    UNION ALL
    (SELECT at, jsonb_build_object('id', id, 'error', error) FROM signals ORDER BY at LIMIT %(most)s)
), total AS (
    SELECT count(*) AS n FROM touched
)
SELECT CASE WHEN n > 0 THEN (SELECT count(*) FROM signals) END AS signals,
       CASE WHEN n > 0 THEN (SELECT count(*) FROM repeated) END AS repeated,
       n AS signals_n, n AS repeated_n,
       (SELECT jsonb_agg(offender ORDER BY at) FROM offenders) AS offenders
FROM total
