-- Runs that began in the window and have ended.
WITH ended AS (
    SELECT coalesce({runs_started_at}, {runs_created_at}) AS at, left({runs_function}::text, %(long)s) AS function,
           left(split_part({runs_error}::text, E'\n', 1), %(long)s) AS error,
           {runs_status} = %(runs_failed)s AS failed
    FROM {runs}
    WHERE {runs_status} IN (%(runs_succeeded)s, %(runs_failed)s)
      AND ({runs_created} >= %(since)s OR {runs_created} IS NULL)
      AND (%(function)s::text = '' OR {runs_function} = %(function)s::text)
), within AS (
    SELECT * FROM ended WHERE at >= %(start)s AND at < %(end)s
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE failed) AS failed FROM within
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           100.0 * count(*) FILTER (WHERE failed) / count(*) AS percent
    FROM within
    GROUP BY 1
), reasons AS (
    SELECT function, error, count(*) AS runs
    FROM within
    WHERE failed
    GROUP BY 1, 2
    ORDER BY count(*) DESC, 1, 2
    LIMIT %(most)s
), seen AS (
    SELECT max(at) AS latest, count(*) - count(at) AS untimed FROM ended
), known AS (
    SELECT CASE WHEN %(function)s::text = '' THEN (SELECT true FROM {runs} ORDER BY {runs_status} LIMIT 1)
                ELSE (SELECT true FROM {runs} WHERE {runs_function} = %(function)s::text ORDER BY {runs_created} LIMIT 1)
           END IS TRUE AS known
)
SELECT CASE WHEN n > 0 THEN failed END AS failed, CASE WHEN known THEN n END AS runs,
       100.0 * failed / nullif(n, 0) AS percent, n AS percent_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), percent) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(reasons) ORDER BY runs DESC, function, error) FROM reasons) AS offenders,
       latest, jsonb_build_object('ended runs without a start or creation time', untimed) AS unplaced
FROM total, seen, known
