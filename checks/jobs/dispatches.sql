-- Rows of the dispatch table that a search by start would silently omit.
SELECT CASE WHEN count(*) > 0 THEN jsonb_build_array(
           jsonb_build_object('what', 'dispatch windows without a start', 'word', NULL, 'rows', count(*))
       ) END AS unplaced,
       NULL::timestamp AS latest
FROM (SELECT FROM {dispatches} WHERE {dispatches_start} IS NULL LIMIT %(counted)s) AS counted
