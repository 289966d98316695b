-- Jobs that had left the queue by the window's end, or have since; and those that wait in it now.
WITH gone AS (
    SELECT {jobs_tenant}::text AS tenant, {jobs_due_at} AS due,
           coalesce({jobs_started_at}, {jobs_finished_at}, {jobs_updated_at}) AS at
    FROM {jobs}
    WHERE {jobs_status} IN (%(jobs_running)s, %(jobs_succeeded)s, %(jobs_failed)s)
      AND {jobs_due} >= %(since)s AND {jobs_due} < %(until)s
      AND (
          coalesce({jobs_started}, {jobs_finished}, {jobs_updated}) >= %(start)s
          OR coalesce({jobs_started}, {jobs_finished}, {jobs_updated}) IS NULL
      )
), started AS (  -- a job that started before it was due had its due time moved later, so its wait is unknown
    SELECT at, extract(epoch FROM at - due) AS age
    FROM gone
    WHERE at >= %(start)s AND at < %(end)s AND at >= due
), waiting AS (
    SELECT tenant, extract(epoch FROM %(end)s - due) AS age
    FROM gone
    WHERE at >= %(end)s AND due < %(end)s
    UNION ALL
    SELECT {jobs_tenant}::text, extract(epoch FROM %(end)s - greatest({jobs_due_at}, %(epoch)s))
    FROM {jobs}
    WHERE {jobs_status} = %(jobs_pending)s AND {jobs_due} < %(end)s
), served AS (
    SELECT count(*) AS n, percentile_cont(0.95) WITHIN GROUP (ORDER BY age) AS p95, max(age) AS max FROM started
), left_over AS (
    SELECT count(*) AS n, percentile_cont(0.95) WITHIN GROUP (ORDER BY age) AS p95, max(age) AS max FROM waiting
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY age) AS p95
    FROM (
        SELECT at, age FROM started
        UNION ALL
        SELECT %(end)s - interval '1 microsecond', age FROM waiting
    ) AS aged
    GROUP BY 1
), oldest AS (
    SELECT left(tenant, %(long)s) AS tenant, count(*) AS jobs, max(age) AS age
    FROM waiting
    GROUP BY waiting.tenant
    ORDER BY max(age) DESC, waiting.tenant
    LIMIT %(most)s
), seen AS (
    SELECT max(at) AS latest, count(*) - count(at) AS untimed FROM gone
), known AS (  -- an empty queue is young only if jobs are recorded at all
    SELECT (SELECT true FROM {jobs} ORDER BY {jobs_status} LIMIT 1) IS TRUE AS known
)
SELECT CASE WHEN known THEN coalesce(left_over.p95, 0) END AS p95,
       CASE WHEN known THEN coalesce(left_over.max, 0) END AS max,
       CASE WHEN known THEN left_over.n END AS due,
       CASE WHEN known THEN coalesce(served.p95, 0) END AS started_p95,
       CASE WHEN known THEN coalesce(served.max, 0) END AS started_max,
       CASE WHEN known THEN served.n END AS started,
       left_over.n AS p95_n, left_over.n AS max_n, served.n AS started_p95_n, served.n AS started_max_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), p95) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(oldest) ORDER BY age DESC, tenant) FROM oldest) AS offenders,
       latest,
       jsonb_build_object('jobs that left the queue without a start, finish or update time', untimed) AS unplaced
FROM served, left_over, seen, known
