-- A job without an end is touched whenever it was due; one that ended is found by the index on (status, due).
WITH touched AS NOT MATERIALIZED (  -- read twice, by all workers, rather than materialized by one
    SELECT coalesce({jobs_updated_at}, {jobs_finished_at}, {jobs_started_at}, {jobs_due_at}) AS at,
           coalesce({jobs_attempts}, 0) AS attempts, {jobs_error} AS error
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_pending)s, %(jobs_running)s)
       OR {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s) AND {jobs_due} >= %(since)s
), job_signals AS (
    SELECT at, left(split_part(error::text, E'\n', 1), %(long)s) AS error
    FROM touched
    WHERE error IS NOT NULL AND at >= %(start)s AND at < %(end)s AND EXISTS (
        SELECT FROM unnest(%(signals)s::text[]) AS signal WHERE position(lower(signal) IN lower(error::text)) > 0
    )
), jobs AS (
    SELECT count(*) AS touched, count(*) FILTER (WHERE attempts >= 1) AS tried,
           count(*) FILTER (WHERE attempts >= 2) AS retried
    FROM touched
    WHERE at >= %(start)s AND at < %(end)s
), dispatches AS (
    SELECT {dispatches_start_at} AS at,
           {dispatches_start_at}
               + make_interval(secs => least(greatest({dispatches_seconds}, 0), 31622400)) AS until,
           {dispatches_seconds} IS NULL AS endless,
           EXISTS (
               SELECT FROM unnest(%(signals)s::text[]) AS signal
               WHERE position(lower(signal) IN lower({dispatches_error}::text)) > 0
           ) AS signal
    FROM {dispatches}
    WHERE {dispatches_start} >= %(start)s AND {dispatches_start} < %(end)s
), events AS (
    SELECT at, until, signal, NULL::text AS mark FROM dispatches
    UNION ALL
    SELECT at, NULL, NULL, 'job' FROM job_signals
), followed AS (  -- each with the first job's signal at the same time or later
    SELECT at, until, signal, mark, min(CASE WHEN mark IS NOT NULL THEN at END) OVER (ORDER BY at DESC) AS next
    FROM events
), windows AS (
    SELECT at, signal OR coalesce(next < until, false) AS contended FROM followed WHERE mark IS NULL
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE contended) AS contended FROM windows
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           100.0 * count(*) FILTER (WHERE contended) / count(*) AS percent
    FROM windows
    GROUP BY 1
), reasons AS (
    SELECT error, count(*) AS jobs FROM job_signals GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %(most)s
), known AS (
    SELECT (SELECT true FROM {jobs} ORDER BY {jobs_status} LIMIT 1) IS TRUE AS known
)
SELECT 100.0 * total.contended / nullif(total.n, 0) AS contended, total.n AS contended_n,
       CASE WHEN known THEN CASE WHEN retried >= %(storm)s THEN 100.0 * retried / tried ELSE 0 END END
           AS retry_storm, tried AS retry_storm_n,
       CASE WHEN known THEN retried END AS retried, tried AS retried_n,
       CASE WHEN known THEN (SELECT count(*) FROM job_signals) END AS signals, touched AS signals_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), percent) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(reasons) ORDER BY jobs DESC, error) FROM reasons) AS offenders,
       greatest((SELECT max(at) FROM touched), (SELECT max({dispatches_start}) FROM {dispatches})) AS latest,
       jsonb_build_object('dispatch windows without a length', (
           SELECT count(*) FROM dispatches WHERE endless
       )) AS unplaced
FROM jobs, total, known
