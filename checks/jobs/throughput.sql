-- Jobs that ended in the window, and in the one `baseline` earlier.
WITH ended AS (
    SELECT coalesce({jobs_finished_at}, {jobs_updated_at}) AS at, {jobs_status} = %(jobs_failed)s AS failed
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(since)s AND {jobs_due} < %(until)s
), buckets AS (  -- without a bucket: no time, or one outside of the window
    SELECT CASE WHEN at < %(end)s THEN date_bin(%(bucket)s, at, %(start)s) END AS bucket,
           count(at) AS jobs, count(at) FILTER (WHERE failed) AS failed, max(at) AS latest,
           count(*) - count(at) AS untimed
    FROM ended
    WHERE at >= %(start)s OR at IS NULL
    GROUP BY 1
), total AS (
    SELECT coalesce(sum(jobs) FILTER (WHERE bucket IS NOT NULL), 0) AS finished,
           coalesce(sum(failed) FILTER (WHERE bucket IS NOT NULL), 0) AS failed,
           max(latest) AS latest, sum(untimed) AS untimed,
           extract(epoch FROM %(end)s - %(start)s) / 60 AS minutes
    FROM buckets
), before AS (
    SELECT count(*) AS finished
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(earlier_since)s AND {jobs_due} < %(earlier_until)s
      AND coalesce({jobs_finished}, {jobs_updated}) >= %(earlier_start)s
      AND coalesce({jobs_finished}, {jobs_updated}) < %(earlier_end)s
), known AS (  -- no finished job is a measured zero only if jobs are recorded at all
    SELECT (SELECT true FROM {jobs} ORDER BY {jobs_status} LIMIT 1) IS TRUE AS known
)
SELECT CASE WHEN known THEN total.finished END AS finished,
       CASE WHEN known THEN total.failed END AS failed,
       CASE WHEN known THEN total.finished / minutes END AS per_minute,
       CASE WHEN known AND %(compared)s THEN before.finished / minutes END AS baseline,
       100.0 * total.finished / nullif(before.finished, 0) AS of_baseline,
       before.finished AS of_baseline_n,
       (
           SELECT jsonb_agg(jsonb_build_array(
               extract(epoch FROM step),
               coalesce(buckets.jobs, 0)
                   / (extract(epoch FROM least(step + %(bucket)s, %(end)s) - step) / 60)
           ) ORDER BY step)
           FROM generate_series(%(start)s, %(end)s - interval '1 microsecond', %(bucket)s) AS step
           LEFT JOIN buckets ON buckets.bucket = step
           WHERE known
       ) AS series,
       latest,
       jsonb_build_object('ended jobs without a finish or update time', untimed) AS unplaced
FROM total, before, known
