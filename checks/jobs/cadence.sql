-- Gaps between the starts of one function. Its index is on the time of the row's making, which is within
-- the hour of the start.
WITH starts AS (
    SELECT {runs_started} AS at
    FROM {runs}
    WHERE {runs_function} = %(function)s
      AND {runs_created} >= %(start)s - interval '1 hour' AND {runs_created} < %(end)s + interval '1 hour'
      AND {runs_started} >= %(start)s AND {runs_started} < %(end)s
), known AS (  -- a scheduler that ran before and not in the window missed all of its ticks
    SELECT max({runs_created}) IS NOT NULL AS known
    FROM {runs}
    WHERE {runs_function} = %(function)s AND {runs_created} < %(end)s
), gaps AS (
    SELECT at, lag(at) OVER (ORDER BY at) AS since, false AS edge FROM starts
    UNION ALL
    SELECT coalesce(min(at), %(end)s), %(start)s, true FROM starts
    UNION ALL
    SELECT %(end)s, max(at), true FROM starts
), measured AS (
    SELECT at, edge, extract(epoch FROM at - since) AS gap, extract(epoch FROM %(every)s) AS every
    FROM gaps
    WHERE since IS NOT NULL
), total AS (
    SELECT avg(gap) FILTER (WHERE NOT edge) AS mean_gap, max(gap) AS longest_gap,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY abs(gap - every)) FILTER (WHERE NOT edge) AS p95_jitter,
           count(*) FILTER (WHERE NOT edge) AS n, sum(greatest(round(gap / every) - 1, 0)) AS missed
    FROM measured
), buckets AS (
    SELECT date_bin(%(bucket)s, at - interval '1 microsecond', %(start)s) AS bucket, max(gap) AS gap
    FROM measured
    GROUP BY 1
), longest AS (
    SELECT gap AS seconds, to_char(at, 'YYYY-MM-DD HH24:MI:SS "UTC"') AS until
    FROM measured
    WHERE round(gap / every) > 1
    ORDER BY gap DESC, at
    LIMIT %(most)s
)
SELECT CASE WHEN known THEN (SELECT count(*) FROM starts) END AS runs,
       mean_gap, CASE WHEN known THEN longest_gap END AS longest_gap, p95_jitter,
       CASE WHEN known THEN missed END AS missed, n AS mean_gap_n, n AS p95_jitter_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), gap) ORDER BY bucket)
        FROM buckets WHERE known) AS series,
       (SELECT jsonb_agg(to_jsonb(longest) ORDER BY seconds DESC, until) FROM longest WHERE known)
           AS offenders
FROM total, known
