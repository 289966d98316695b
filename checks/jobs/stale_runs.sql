WITH open AS (
    SELECT {runs_id} AS id, {runs_function} AS function,
           extract(epoch FROM %(now)s - {runs_started}) / 60 AS minutes,
           {runs_started} <= %(now)s - %(older_than)s AS stale
    FROM {runs}
    WHERE {runs_status} = %(runs_running)s
), known AS (  -- none stale is a measured none only where runs are recorded at all
    SELECT EXISTS (SELECT FROM {runs}) AS known
), oldest AS (
    SELECT id, function, minutes FROM open WHERE stale ORDER BY minutes DESC, id LIMIT %(most)s
)
SELECT CASE WHEN known THEN count(*) FILTER (WHERE stale) END AS stale,
       CASE WHEN known THEN count(open) END AS running,
       (SELECT jsonb_agg(to_jsonb(oldest) ORDER BY minutes DESC, id) FROM oldest) AS offenders
FROM known LEFT JOIN open ON true
GROUP BY known
