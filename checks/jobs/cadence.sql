-- Gaps between the starts of one function.
WITH begun AS (
    SELECT {runs_started_at} AS at
    FROM {runs}
    WHERE {runs_function} = %(function)s
      AND ({runs_created} >= %(since)s OR {runs_created} IS NULL)
      AND {runs_started} >= %(start)s
), starts AS (
    SELECT at FROM begun WHERE at < %(end)s
), known AS (  -- a scheduler that ran before, but not in the window, missed all of its ticks
    SELECT (SELECT min({runs_created}) < %(end)s FROM {runs} WHERE {runs_function} = %(function)s) IS TRUE
           OR EXISTS (SELECT FROM {runs} WHERE {runs_function} = %(function)s AND {runs_created} IS NULL) AS known
), gaps AS (
    SELECT at, lag(at) OVER (ORDER BY at) AS since, false AS edge FROM starts
    UNION ALL
    SELECT coalesce(min(at), %(end)s), %(start)s, true FROM starts
    UNION ALL
    SELECT %(end)s, max(at), true FROM starts
), measured AS (
    SELECT at, edge, extract(epoch FROM at - since) AS gap, extract(epoch FROM %(every)s::interval) AS every
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
    SELECT gap AS seconds, extract(epoch FROM at) AS until
    FROM measured
    WHERE round(gap / every) > 1
    ORDER BY gap DESC, at
    LIMIT %(most)s
)
SELECT CASE WHEN known THEN (SELECT count(*) FROM starts) END AS runs,
       mean_gap, CASE WHEN known THEN longest_gap END AS longest_gap, p95_jitter,
       CASE WHEN known THEN missed END AS missed, n AS mean_gap_n, n AS p95_jitter_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), gap) ORDER BY bucket)
        FROM buckets WHERE known AND bucket >= %(start)s) AS series,
       (SELECT jsonb_agg(to_jsonb(longest) ORDER BY seconds DESC, until) FROM longest WHERE known)
           AS offenders,
       (SELECT max(at) FROM begun) AS latest, NULL::jsonb AS unplaced
FROM total, known
