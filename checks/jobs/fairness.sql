-- Each tenant's share of the jobs started in the heavy minutes, and how long tenants had work waiting while
-- nothing of theirs was started.
WITH work AS (
    SELECT {jobs_tenant} AS tenant, {jobs_due} AS due, least({jobs_started}, %(end)s) AS at,
           {jobs_started} < %(end)s AS served
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_running)s, %(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(start)s - %(reach)s AND {jobs_due} < %(end)s
      AND {jobs_started} >= %(start)s
    UNION ALL
    SELECT {jobs_tenant}, {jobs_due}, %(end)s, false
    FROM {jobs}
    WHERE {jobs_status} = %(jobs_pending)s AND {jobs_due} < %(end)s
), shares AS (
    SELECT date_trunc('minute', at) AS minute, tenant, count(*) AS jobs
    FROM work
    WHERE served
    GROUP BY 1, 2
), heavy AS (
    SELECT minute, sum(jobs) AS jobs, count(*) AS tenants, max(jobs) / sum(jobs) AS top,
           sum(jobs) ^ 2 / sum(jobs ^ 2) AS effective
    FROM shares
    GROUP BY minute
    HAVING sum(jobs) >= %(heavy)s
), unserved AS (  -- [since, at): the tenant's oldest waiting job was due, and none had been started since
    SELECT tenant, at, greatest(%(start)s, min(due) OVER later, lead(at) OVER later) AS since
    FROM work
    WINDOW later AS (PARTITION BY tenant ORDER BY at DESC ROWS UNBOUNDED PRECEDING)
), left_out AS (
    SELECT minute, count(*) AS tenants
    FROM unserved, generate_series(
        date_trunc('minute', since - interval '1 microsecond') + interval '1 minute',
        date_trunc('minute', at) - interval '1 minute',
        interval '1 minute'
    ) AS minute
    WHERE at - since >= interval '1 minute'
    GROUP BY minute
), starved AS (
    SELECT tenant, max(extract(epoch FROM at - since)) AS seconds
    FROM unserved
    WHERE at - since >= %(patience)s
      AND EXISTS (
          SELECT FROM heavy WHERE minute >= since AND minute + interval '1 minute' <= at
      )
    GROUP BY tenant
), minutes AS (
    SELECT heavy.*, heavy.tenants + coalesce(left_out.tenants, 0) AS wanting
    FROM heavy LEFT JOIN left_out USING (minute)
), total AS (
    SELECT count(*) AS heavy_minutes,
           count(*) FILTER (WHERE tenants > 1) AS multi_tenant_minutes,
           count(*) FILTER (WHERE top <= %(headroom)s) AS headroom_minutes,
           avg(top) AS mean_top_share, avg(top * wanting) AS top_over_fair, avg(effective / wanting) AS jain
    FROM minutes
), buckets AS (
    SELECT date_bin(%(bucket)s, minute, %(start)s) AS bucket, avg(top) AS top FROM minutes GROUP BY 1
), worst AS (
    SELECT tenant, seconds FROM starved ORDER BY seconds DESC, tenant LIMIT %(most)s
)
SELECT CASE WHEN EXISTS (SELECT FROM work) THEN heavy_minutes END AS heavy_minutes,
       CASE WHEN heavy_minutes > 0 THEN multi_tenant_minutes END AS multi_tenant_minutes,
       100.0 * multi_tenant_minutes / nullif(heavy_minutes, 0) AS multi_tenant_percent,
       CASE WHEN heavy_minutes > 0 THEN headroom_minutes END AS headroom_minutes,
       100.0 * headroom_minutes / nullif(heavy_minutes, 0) AS headroom_percent,
       mean_top_share, top_over_fair, jain,
       CASE WHEN heavy_minutes > 0 THEN (SELECT count(*) FROM starved) END AS starved,
       heavy_minutes AS multi_tenant_percent_n, heavy_minutes AS headroom_percent_n,
       heavy_minutes AS mean_top_share_n, heavy_minutes AS top_over_fair_n, heavy_minutes AS jain_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), top) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(worst) ORDER BY seconds DESC, tenant) FROM worst) AS offenders
FROM total
