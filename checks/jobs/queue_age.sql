-- Jobs started in the window, and jobs that were due at its end and had not been started by then: those
-- that wait now, and those that have been started since.
WITH aged AS (
    SELECT {jobs_tenant} AS tenant, least({jobs_started}, %(end)s) AS at, {jobs_started} >= %(end)s AS waiting,
           greatest(extract(epoch FROM least({jobs_started}, %(end)s) - {jobs_due}), 0) AS age
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_running)s, %(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(start)s - %(reach)s AND {jobs_due} < %(end)s
      AND {jobs_started} >= %(start)s
    UNION ALL
    SELECT {jobs_tenant}, %(end)s, true, extract(epoch FROM %(end)s - {jobs_due})
    FROM {jobs}
    WHERE {jobs_status} = %(jobs_pending)s AND {jobs_due} < %(end)s
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE waiting) AS due,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY age) AS p95, max(age) AS max
    FROM aged
), buckets AS (
    SELECT date_bin(%(bucket)s, at - CASE WHEN waiting THEN interval '1 microsecond' ELSE interval '0' END,
                    %(start)s) AS bucket,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY age) AS p95
    FROM aged
    GROUP BY 1
), oldest AS (
    SELECT tenant, count(*) AS jobs, max(age) AS age
    FROM aged
    WHERE waiting
    GROUP BY tenant
    ORDER BY max(age) DESC, tenant
    LIMIT %(most)s
)
SELECT p95, max, CASE WHEN n > 0 THEN due END AS due, n AS p95_n, n AS max_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), p95) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(oldest) ORDER BY age DESC, tenant) FROM oldest) AS offenders
FROM total
