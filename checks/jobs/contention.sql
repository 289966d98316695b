-- A job without end is touched whenever it was due; one that ended is sought by the index on (status, due).
WITH touched AS (
    SELECT {jobs_updated} AS at, {jobs_attempts} AS attempts, split_part({jobs_error}, E'\n', 1) AS error,
           EXISTS (
               SELECT FROM unnest(%(signals)s::text[]) AS signal WHERE position(signal IN lower({jobs_error})) > 0
           ) AS signal
    FROM {jobs}
    WHERE ({jobs_status} IN (%(jobs_pending)s, %(jobs_running)s)
           OR {jobs_status} IN (%(jobs_succeeded)s, %(jobs_failed)s) AND {jobs_due} >= %(start)s - %(reach)s)
      AND {jobs_updated} >= %(start)s AND {jobs_updated} < %(end)s
), dispatches AS (
    SELECT {dispatches_start} AS at, {dispatches_start} + make_interval(secs => {dispatches_seconds}) AS until,
           EXISTS (
               SELECT FROM unnest(%(signals)s::text[]) AS signal
               WHERE position(signal IN lower({dispatches_error})) > 0
           ) AS signal
    FROM {dispatches}
    WHERE {dispatches_start} >= %(start)s AND {dispatches_start} < %(end)s
), events AS (
    SELECT at, until, signal FROM dispatches
    UNION ALL
    SELECT at, NULL, true FROM touched WHERE signal
), placed AS (  -- each event with the last dispatch window that had begun by then
    SELECT at, signal, max(CASE WHEN until IS NOT NULL THEN at END) OVER earlier AS start,
           max(until) OVER earlier AS until
    FROM events
    WINDOW earlier AS (ORDER BY at)
), windows AS (
    SELECT start AS at, bool_or(signal AND at < until) AS contended
    FROM placed
    WHERE start IS NOT NULL
    GROUP BY start
), jobs AS (
    SELECT count(*) AS touched, count(*) FILTER (WHERE signal) AS signals,
           count(*) FILTER (WHERE attempts >= 1) AS tried, count(*) FILTER (WHERE attempts >= 2) AS retried
    FROM touched
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE contended) AS contended FROM windows
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           100.0 * count(*) FILTER (WHERE contended) / count(*) AS percent
    FROM windows
    GROUP BY 1
), reasons AS (
    SELECT error, count(*) AS jobs FROM touched WHERE signal GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %(most)s
)
SELECT 100.0 * total.contended / nullif(total.n, 0) AS contended, total.n AS contended_n,
       100.0 * retried / nullif(tried, 0) AS retry_storm, tried AS retry_storm_n,
       CASE WHEN touched > 0 THEN signals END AS signals, touched AS signals_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), percent) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(reasons) ORDER BY jobs DESC, error) FROM reasons) AS offenders
FROM jobs, total
