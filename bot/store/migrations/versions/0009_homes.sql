-- App Home: who opened theirs, and what has changed since it was shown. What it shows is a message of the outbox.
CREATE TABLE home (
    person    text PRIMARY KEY,
    opened_at timestamptz NOT NULL DEFAULT now(),
    shown     text  -- digest of the page that Slack shows; null where that is not known
);
CREATE INDEX home_opened ON home (opened_at);
COMMENT ON TABLE home IS 'Who opened their App Home, and when they last did';

CREATE TABLE home_change (
    id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run bigint NOT NULL
);
COMMENT ON TABLE home_change IS 'Changes that the Homes do not show yet: only added to by what changes, so that nothing waits for a Home';

-- Most changes of a run are visible in somebody's Home. As the owner, because a bot of the previous version has no right to the new tables.
-- It is part of the transaction of a vote, which must not fail because of a Home: what goes wrong here is only a warning.
CREATE FUNCTION note_home_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM home WHERE opened_at > now() - interval '7 days') THEN
        INSERT INTO home_change (run) VALUES (NEW.run);
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'a change is not noted for the Homes: %', SQLERRM;
    RETURN NULL;
END $$;
CREATE TRIGGER event_changes_homes AFTER INSERT ON event FOR EACH ROW
    WHEN (NEW.kind NOT IN ('check finished', 'roles resolved', 'reminded', 'not reached', 'packet posted again', 'alert', 'message resolved', 'refused'))
    EXECUTE FUNCTION note_home_change();

-- A shortcut opens a form, which Slack allows for three seconds: it goes first, as clicks do.
CREATE OR REPLACE FUNCTION enqueue_interaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
        ROW ('people', 'handle', CASE WHEN NEW.is_vote OR NEW.kind IN ('action', 'view', 'shortcut') THEN 1 ELSE 0 END, NULL, NULL,
             jsonb_build_object('key', NEW.key), NULL)::procrastinate_job_to_defer_v1
    ]);
    RETURN NULL;
END $$;

CREATE INDEX vote_condition_of ON vote ((condition ->> 'owner'), (condition ->> 'due')) WHERE condition IS NOT NULL;
CREATE INDEX message_by_name ON message (channel, ts) WHERE ts IS NOT NULL;
