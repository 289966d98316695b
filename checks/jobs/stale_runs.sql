-- Runs that have not ended. One without a known time may have begun at any time.
WITH open AS (
    SELECT {runs_id} AS id, {runs_function} AS function, coalesce({runs_started_at}, {runs_created_at}) AS at
    FROM {runs}
    WHERE {runs_status} = %(runs_running)s
), stale AS (
    SELECT left(id::text, %(long)s) AS id, left(function::text, %(long)s) AS function,
           extract(epoch FROM %(now)s - greatest(at, %(epoch)s)) / 60 AS minutes, at IS NOT NULL AS timed
    FROM open
    WHERE at < %(overdue)s OR at IS NULL
), known AS (  -- no stale run is a measured zero only if runs are recorded at all
    SELECT (SELECT true FROM {runs} ORDER BY {runs_status} LIMIT 1) IS TRUE AS known
), oldest AS (
    SELECT id, function, CASE WHEN timed THEN minutes END AS minutes
    FROM stale
    ORDER BY stale.minutes DESC, id
    LIMIT %(most)s
)
SELECT CASE WHEN known THEN (SELECT count(*) FROM stale) END AS stale,
       CASE WHEN known THEN (SELECT count(*) FROM open) END AS running,
       (SELECT jsonb_agg(to_jsonb(oldest) ORDER BY minutes DESC, id) FROM oldest) AS offenders,
       (SELECT max(at) FROM open) AS latest, NULL::jsonb AS unplaced
FROM known
