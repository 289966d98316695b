-- Jobs that ended in the window and in the one `baseline` earlier. The index on (status, due) bounds the
-- search: a job ends after it is due, and at most `reach` after unless it is older than anyone looks.
WITH ended AS (
    SELECT {jobs_finished} AS at, {jobs_status} = %(jobs_failed)s AS failed
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(start)s - %(reach)s AND {jobs_due} < %(end)s
      AND {jobs_finished} >= %(start)s AND {jobs_finished} < %(end)s
), before AS (
    SELECT count(*) AS finished
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(start)s - %(baseline)s::interval - %(reach)s
      AND {jobs_due} < %(end)s - %(baseline)s::interval
      AND {jobs_finished} >= %(start)s - %(baseline)s::interval
      AND {jobs_finished} < %(end)s - %(baseline)s::interval
), known AS MATERIALIZED (  -- zero is a measured zero only where there was anything to be done
    SELECT greatest(
        (SELECT max({jobs_due}) FROM {jobs} WHERE {jobs_status} = %(jobs_pending)s AND {jobs_due} < %(end)s),
        (SELECT max({jobs_due}) FROM {jobs} WHERE {jobs_status} = %(jobs_running)s AND {jobs_due} < %(end)s),
        (SELECT max({jobs_due}) FROM {jobs} WHERE {jobs_status} = %(jobs_succeeded)s AND {jobs_due} < %(end)s),
        (SELECT max({jobs_due}) FROM {jobs} WHERE {jobs_status} = %(jobs_failed)s AND {jobs_due} < %(end)s)
    ) >= %(start)s - %(reach)s AS known
), total AS (
    SELECT count(*) AS finished, count(*) FILTER (WHERE failed) AS failed,
           extract(epoch FROM %(end)s - %(start)s) / 60 AS minutes
    FROM ended
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket, count(*) AS finished FROM ended GROUP BY 1
)
SELECT CASE WHEN known THEN total.finished END AS finished,
       CASE WHEN known THEN total.failed END AS failed,
       CASE WHEN known THEN total.finished / minutes END AS per_minute,
       nullif(before.finished, 0) / minutes AS baseline,
       CASE WHEN known THEN 100.0 * total.finished / nullif(before.finished, 0) END AS of_baseline,
       before.finished AS of_baseline_n,
       (
           SELECT jsonb_agg(jsonb_build_array(
               extract(epoch FROM step),
               coalesce(buckets.finished, 0)
                   / (extract(epoch FROM least(step + %(bucket)s, %(end)s) - step) / 60)
           ) ORDER BY step)
           FROM generate_series(%(start)s, %(end)s - interval '1 microsecond', %(bucket)s) AS step
           LEFT JOIN buckets ON buckets.bucket = step
           WHERE known
       ) AS series
FROM total, before, known
