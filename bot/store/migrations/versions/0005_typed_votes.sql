-- A vote that is typed goes before other commands, as clicks do.
ALTER TABLE inbox ADD COLUMN is_vote boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION enqueue_interaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
        ROW ('people', 'handle', CASE WHEN NEW.is_vote OR NEW.kind IN ('action', 'view') THEN 1 ELSE 0 END, NULL, NULL,
             jsonb_build_object('key', NEW.key), NULL)::procrastinate_job_to_defer_v1
    ]);
    RETURN NULL;
END $$;
