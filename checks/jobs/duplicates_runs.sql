runs_made AS (
    SELECT {runs_id} AS id, {runs_error} AS error, coalesce({runs_created_at}, {runs_started_at}) AS at
    FROM {runs}
    WHERE (%(function)s::text = '' OR {runs_function} = %(function)s::text)
      AND ({runs_created} >= %(start)s OR {runs_created} IS NULL)
), run_signals AS (
    SELECT id, left(split_part(error::text, E'\n', 1), %(long)s) AS error, at
    FROM runs_made
    WHERE error IS NOT NULL AND at >= %(start)s AND at < %(end)s AND EXISTS (
        SELECT FROM unnest(%(signals)s::text[]) AS signal WHERE position(lower(signal) IN lower(error::text)) > 0
    )
), runs AS (
    SELECT count(*) FILTER (WHERE at >= %(start)s AND at < %(end)s) AS n, max(at) AS latest FROM runs_made
),