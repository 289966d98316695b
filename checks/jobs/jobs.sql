-- Rows of the job table that a search by (status, due) would silently omit.
WITH RECURSIVE statuses (status) AS (  -- the values that occur, one index step each
    (SELECT {jobs_status} FROM {jobs} ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (SELECT {jobs_status} FROM {jobs} WHERE {jobs_status} > statuses.status ORDER BY 1 LIMIT 1)
    FROM statuses
    WHERE statuses.status IS NOT NULL
), unknown AS (
    SELECT status FROM (SELECT status FROM statuses LIMIT 100) AS few
    WHERE status::text <> ALL (%(jobs_words)s::text[])
    LIMIT 5
), unplaced AS (
    SELECT 'jobs with a status that `layout.jobs.words` does not name; if no measure should count them, list it under `ignored` there' AS what, left(status::text, 50) AS word, count(*) AS rows
    FROM unknown, LATERAL (
        SELECT FROM {jobs} WHERE {jobs_status} = unknown.status ORDER BY {jobs_due} LIMIT %(counted)s
    ) AS counted
    GROUP BY status
    UNION ALL
    SELECT 'jobs without a status', NULL, count(*)
    FROM (SELECT FROM {jobs} WHERE {jobs_status} IS NULL LIMIT %(counted)s) AS counted
    UNION ALL
    SELECT 'jobs without a due time', NULL, count(*)
    FROM (
        SELECT FROM {jobs}
        WHERE {jobs_status} IN (%(jobs_pending)s, %(jobs_running)s, %(jobs_succeeded)s, %(jobs_failed)s)
          AND {jobs_due} IS NULL
        LIMIT %(counted)s
    ) AS counted
)
SELECT (SELECT jsonb_agg(to_jsonb(unplaced) ORDER BY what, word) FROM unplaced WHERE rows > 0) AS unplaced,
       (
           SELECT max({jobs_updated_at}) FROM {jobs}
           WHERE {jobs_status} = %(jobs_pending)s AND {jobs_due} >= %(now)s AND {jobs_due} < %(until)s
       ) AS latest
