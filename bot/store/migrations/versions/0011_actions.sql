-- Actions: what people have done to the world on a run's go, each at most once; and what they saw before they confirmed it.

CREATE TABLE action (
    run             bigint NOT NULL REFERENCES run,
    name            text NOT NULL,
    attempt         integer NOT NULL CHECK (attempt > 0),
    state           text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'claimed', 'done', 'failed', 'unclear')),
    preview         jsonb NOT NULL,
    confirmed       jsonb NOT NULL,
    requested_at    timestamptz NOT NULL DEFAULT now(),
    ready_at        timestamptz,
    idempotency_key text NOT NULL UNIQUE,
    claim           integer NOT NULL DEFAULT 0,  -- raised by each worker that takes it: earlier ones can no longer write
    claimed_at      timestamptz,
    mark            text,  -- by which the far side knows it; written right before the point of no return
    marked_at       timestamptz,
    before          jsonb,
    after           jsonb,
    said            text NOT NULL DEFAULT '',
    rows            integer,
    ended_at        timestamptz,
    settled_by      text,
    note            text NOT NULL DEFAULT '',
    to_measure      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run, name, attempt),
    CONSTRAINT action_claimed_by_all CHECK (state = 'requested' OR state = 'failed' OR ready_at IS NOT NULL),
    CONSTRAINT action_marked_is_claimed CHECK (mark IS NULL OR claimed_at IS NOT NULL)
);
-- At most once: an attempt that was made, or may have been, is the only one.
CREATE UNIQUE INDEX action_once ON action (run, name) WHERE state <> 'failed';
CREATE INDEX action_to_do ON action (ready_at) WHERE state = 'claimed' OR state = 'requested' AND ready_at IS NOT NULL OR to_measure;
COMMENT ON TABLE action IS 'What was done to the world on the go of a run, was tried, or is about to be';

CREATE TRIGGER action_is_kept BEFORE DELETE ON action FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER action_is_not_emptied BEFORE TRUNCATE ON action EXECUTE FUNCTION refuse_change();
-- What was confirmed, and by which key the far side knows it, is not changed afterward.
CREATE TRIGGER action_stays_what_it_is BEFORE UPDATE ON action FOR EACH ROW
    WHEN ((OLD.run, OLD.name, OLD.attempt, OLD.idempotency_key) IS DISTINCT FROM (NEW.run, NEW.name, NEW.attempt, NEW.idempotency_key)
        OR OLD.ready_at IS NOT NULL AND (OLD.preview, OLD.confirmed, OLD.ready_at) IS DISTINCT FROM (NEW.preview, NEW.confirmed, NEW.ready_at))
    EXECUTE FUNCTION refuse_change('what was confirmed of an action');
-- What ended stays so; what the covered check says is added once.
CREATE TRIGGER ended_action_is_final BEFORE UPDATE ON action FOR EACH ROW
    WHEN (OLD.state IN ('done', 'failed') AND (NOT OLD.to_measure
        OR to_jsonb(OLD) - 'after' - 'to_measure' IS DISTINCT FROM to_jsonb(NEW) - 'after' - 'to_measure'))
    EXECUTE FUNCTION refuse_change('an action that has ended');
-- From a claim there is no way back to where somebody would do it.
CREATE TRIGGER claimed_action_is_not_done_again BEFORE UPDATE ON action FOR EACH ROW
    WHEN (OLD.state <> 'requested' AND NEW.state = 'requested' OR OLD.state = 'unclear' AND NEW.state = 'claimed')
    EXECUTE FUNCTION refuse_change('a claimed action');

CREATE TABLE action_preview (
    run     bigint NOT NULL REFERENCES run,
    name    text NOT NULL,
    person  text NOT NULL,
    key     text NOT NULL UNIQUE,
    preview jsonb NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run, name, person)
);
COMMENT ON TABLE action_preview IS 'What a person saw last of what an action would do: what they confirm is this';
