-- Rows of the table of runs that a search by status would silently omit.
WITH RECURSIVE statuses (status) AS (  -- the values that occur, one index step each
    (SELECT {runs_status} FROM {runs} ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (SELECT {runs_status} FROM {runs} WHERE {runs_status} > statuses.status ORDER BY 1 LIMIT 1)
    FROM statuses
    WHERE statuses.status IS NOT NULL
), unknown AS (
    SELECT status FROM (SELECT status FROM statuses LIMIT 100) AS few
    WHERE status::text <> ALL (%(runs_words)s::text[])
    LIMIT 5
), unplaced AS (
    SELECT 'runs with a status that `layout.runs.words` does not name; if no measure should count them, list it under `ignored` there' AS what, left(status::text, 50) AS word, count(*) AS rows
    FROM unknown, LATERAL (
        SELECT FROM {runs} WHERE {runs_status} = unknown.status ORDER BY {runs_created} LIMIT %(counted)s
    ) AS counted
    GROUP BY status
    UNION ALL
    SELECT 'runs without a status', NULL, count(*)
    FROM (SELECT FROM {runs} WHERE {runs_status} IS NULL LIMIT %(counted)s) AS counted
)
SELECT (SELECT jsonb_agg(to_jsonb(unplaced) ORDER BY what, word) FROM unplaced WHERE rows > 0) AS unplaced,
       NULL::timestamp AS latest
