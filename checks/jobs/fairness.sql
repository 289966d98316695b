-- One pass over the jobs builds a row for each tenant and minute; everything else is computed from those.
WITH started AS (  -- NULL: a minute after the window's end, at which it waits; -infinity: unknown
    SELECT tenant, minute, count(*) FILTER (WHERE at >= %(start)s AND at < %(end)s) AS jobs,
           min(at) AS first, max(at) AS last, min(due) AS due
    FROM (
        SELECT tenant, due, at, CASE WHEN at < %(end)s THEN date_bin('1 minute', at, %(epoch)s)
                                     WHEN at IS NULL THEN '-infinity' END AS minute
        FROM (
            SELECT {jobs_tenant}::text AS tenant, {jobs_due_at} AS due,
                   coalesce({jobs_started_at}, {jobs_finished_at}, {jobs_updated_at}) AS at
            FROM {jobs}
            WHERE {jobs_status} IN (%(jobs_running)s, %(jobs_succeeded)s, %(jobs_failed)s)
              AND {jobs_due} >= %(since)s AND {jobs_due} < %(until)s
        ) AS gone
        WHERE at >= %(watched)s OR at IS NULL
        UNION ALL
        SELECT {jobs_tenant}::text, {jobs_due_at}, NULL, NULL
        FROM {jobs}
        WHERE {jobs_status} = %(jobs_pending)s AND {jobs_due} < %(end)s
    ) AS placed
    GROUP BY 1, 2
), served AS (
    SELECT minute, tenant, jobs FROM started WHERE jobs > 0
), heavy AS (
    SELECT minute, count(*) AS tenants, max(jobs)::float8 / sum(jobs)::float8 AS top,
           sum(jobs)::float8 ^ 2 / sum(jobs::float8 ^ 2) AS effective
    FROM served
    GROUP BY minute
    HAVING sum(jobs) >= %(heavy)s
), turns AS (  -- a tenant's last turn is what waits at the window's end
    SELECT tenant, minute, first, last, due FROM started WHERE isfinite(minute)
    UNION ALL
    SELECT tenant, NULL, %(end)s, %(end)s, due FROM started WHERE minute IS NULL AND due < %(end)s
), unserved AS (  -- [since, until): the oldest waiting job was due, and none had been started since
    SELECT tenant, greatest(%(watched)s, min(due) OVER later, lead(last) OVER later) AS since,
           first AS until, lead(minute) OVER later + interval '1 minute' AS free
    FROM turns
    WINDOW later AS (PARTITION BY tenant ORDER BY minute DESC ROWS UNBOUNDED PRECEDING)
), left_out AS (  -- its whole minutes [begin, until), in which nothing of the tenant's was started
    SELECT tenant, extract(epoch FROM until - since) AS seconds,
           greatest(date_bin('1 minute', since + interval '59.999999 s', %(epoch)s), free) AS begin,
           date_bin('1 minute', until, %(epoch)s) AS until
    FROM unserved
    WHERE until - since >= interval '1 minute'
), changes AS (
    SELECT begin AS minute, 1 AS tenants FROM left_out WHERE begin < until
    UNION ALL
    SELECT until, -1 FROM left_out WHERE begin < until
    UNION ALL
    SELECT minute, 0 FROM heavy
), wanting AS (
    SELECT minute, sum(sum(tenants)) OVER (ORDER BY minute) AS tenants FROM changes GROUP BY minute
), minutes AS (
    SELECT heavy.*, heavy.tenants + wanting.tenants AS wanting FROM heavy JOIN wanting USING (minute)
), long AS (
    SELECT tenant, seconds, EXISTS (
               SELECT FROM heavy WHERE heavy.minute >= begin AND heavy.minute < left_out.until
           ) AS starved
    FROM left_out
    WHERE seconds >= extract(epoch FROM %(patience)s::interval)
), starved AS (
    SELECT tenant, max(seconds) AS seconds FROM long WHERE starved GROUP BY tenant
), total AS (
    SELECT count(*) AS heavy, count(*) FILTER (WHERE tenants > 1) AS multi,
           count(*) FILTER (WHERE top <= %(headroom)s) AS roomy,
           avg(top) FILTER (WHERE tenants > 1) AS mean_top_share,
           avg(top * wanting::float8) AS top_over_fair, avg(effective / wanting::float8) AS jain
    FROM minutes
), buckets AS (
    SELECT date_bin(%(bucket)s, greatest(minute, %(start)s), %(start)s) AS bucket, avg(top) AS top
    FROM minutes
    WHERE tenants > 1
    GROUP BY 1
), worst AS (
    SELECT left(tenant, %(long)s) AS tenant, seconds FROM starved ORDER BY seconds DESC, tenant LIMIT %(most)s
), seen AS (
    SELECT max(last) AS latest, (
               SELECT count(*) FROM {jobs}
               WHERE {jobs_status} IN (%(jobs_running)s, %(jobs_succeeded)s, %(jobs_failed)s)
                 AND {jobs_due} >= %(since)s AND {jobs_due} < %(until)s
                 AND coalesce({jobs_started}, {jobs_finished}, {jobs_updated}) IS NULL
                 AND (SELECT bool_or(NOT isfinite(minute)) FROM started)
           ) AS untimed
    FROM started
), known AS (  -- no heavy minute is a measured zero only if jobs are recorded at all
    SELECT (SELECT true FROM {jobs} ORDER BY {jobs_status} LIMIT 1) IS TRUE AS known
)
SELECT CASE WHEN known THEN heavy END AS heavy_minutes,
       CASE WHEN known THEN multi END AS multi_tenant_minutes,
       100.0 * multi / nullif(heavy, 0) AS multi_tenant_percent,
       CASE WHEN known THEN roomy END AS headroom_minutes,
       100.0 * roomy / nullif(heavy, 0) AS headroom_percent,
       mean_top_share, top_over_fair, jain,
       CASE WHEN known AND (heavy > 0 OR NOT EXISTS (SELECT FROM long)) THEN (SELECT count(*) FROM starved) END
           AS starved,
       heavy AS multi_tenant_percent_n, heavy AS headroom_percent_n, multi AS mean_top_share_n,
       heavy AS top_over_fair_n, heavy AS jain_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), top) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(worst) ORDER BY seconds DESC, tenant) FROM worst) AS offenders,
       latest,
       jsonb_build_object('jobs that left the queue without a start, finish or update time', untimed) AS unplaced
FROM total, seen, known
