-- The index is on (status, time of the row's making), which is within the hour of the start.
WITH ended AS (
    SELECT {runs_started} AS at, {runs_function} AS function, {runs_error} AS error,
           {runs_status} = %(runs_failed)s AS failed
    FROM {runs}
    WHERE {runs_status} IN (%(runs_succeeded)s, %(runs_failed)s)
      AND {runs_created} >= %(start)s - interval '1 hour' AND {runs_created} < %(end)s + interval '1 hour'
      AND {runs_started} >= %(start)s AND {runs_started} < %(end)s
      AND (%(function)s::text = '' OR {runs_function} = %(function)s::text)
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE failed) AS failed FROM ended
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           100.0 * count(*) FILTER (WHERE failed) / count(*) AS percent
    FROM ended
    GROUP BY 1
), reasons AS (
    SELECT function, split_part(error, E'\n', 1) AS error, count(*) AS runs
    FROM ended
    WHERE failed
    GROUP BY 1, 2
    ORDER BY count(*) DESC, 1, 2
    LIMIT %(most)s
)
SELECT CASE WHEN n > 0 THEN failed END AS failed, CASE WHEN n > 0 THEN n END AS runs,
       100.0 * failed / nullif(n, 0) AS percent, n AS percent_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), percent) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(reasons) ORDER BY runs DESC, function, error) FROM reasons) AS offenders
FROM total
