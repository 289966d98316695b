-- The conditions of a conditional go, followed up until each is met or lifted; and the addendum to the packet that proves it. The previous
-- version neither reads nor writes them: a conditional go that it decides opens none.

CREATE TABLE condition (
    run        bigint NOT NULL REFERENCES run,
    number     integer NOT NULL CHECK (number > 0),  -- 1, 2, … within its run
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'overdue', 'met', 'lifted')),
    text       text NOT NULL,
    owner      text NOT NULL,
    set_by     text NOT NULL,  -- whose vote it comes from
    due_at     timestamptz NOT NULL,
    "check"    text NOT NULL DEFAULT '',  -- that shows it; empty where its owner says that it is met
    question   text NOT NULL DEFAULT '',  -- that its owner answers to close it
    holds      text[] NOT NULL DEFAULT '{}',  -- actions that are refused while it is open
    opened_at  timestamptz NOT NULL DEFAULT now(),
    remind_at  timestamptz,  -- when its owner is reminded next; null where no reminder is left
    overdue_at timestamptz,
    tick       integer NOT NULL DEFAULT 0,  -- how often its check was measured on schedule
    attempt    integer NOT NULL DEFAULT 0,  -- the newest measurement; an older one is not recorded
    looked_at  timestamptz,  -- when its check was last measured
    outcome    text,
    found      jsonb,  -- what that measurement found, as readings with their limits
    closed_at  timestamptz,
    closed_by  text,
    statement  text NOT NULL DEFAULT '',  -- what its owner did or answered, or why it was lifted
    PRIMARY KEY (run, number),
    CONSTRAINT condition_overdue_has_time CHECK (state <> 'overdue' OR overdue_at IS NOT NULL),
    CONSTRAINT condition_closed_by_somebody CHECK ((state IN ('met', 'lifted')) = (closed_at IS NOT NULL AND closed_by IS NOT NULL)),
    CONSTRAINT condition_met_for_a_reason CHECK (state <> 'met' OR "check" <> '' OR statement <> '')
);
CREATE INDEX condition_open ON condition (owner, due_at) WHERE state IN ('open', 'overdue');
COMMENT ON TABLE condition IS 'What must become true after a conditional go, and what became of it';

CREATE FUNCTION keep_condition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('met', 'lifted') THEN
        RAISE EXCEPTION 'a closed condition never changes' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF (OLD.run, OLD.number, OLD.text, OLD.owner, OLD.set_by, OLD.due_at, OLD."check", OLD.question, OLD.holds, OLD.opened_at)
        IS DISTINCT FROM (NEW.run, NEW.number, NEW.text, NEW.owner, NEW.set_by, NEW.due_at, NEW."check", NEW.question, NEW.holds, NEW.opened_at) THEN
        RAISE EXCEPTION 'what a condition says never changes' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF OLD.state = 'overdue' AND (NEW.state = 'open' OR NEW.overdue_at IS DISTINCT FROM OLD.overdue_at) THEN
        RAISE EXCEPTION 'an overdue condition stays overdue until it is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER condition_is_final BEFORE UPDATE ON condition FOR EACH ROW EXECUTE FUNCTION keep_condition();
CREATE TRIGGER condition_is_kept BEFORE DELETE ON condition FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER condition_is_not_emptied BEFORE TRUNCATE ON condition EXECUTE FUNCTION refuse_change();

CREATE TABLE addendum (
    run       bigint PRIMARY KEY REFERENCES run,
    digest    text NOT NULL CHECK (digest LIKE 'sha256:%'),
    document  text NOT NULL,  -- canonical JSON: the bytes that the digest is over
    issued_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE addendum IS 'How the conditions of a run were closed, once all of them are: an addendum to its decision packet';
CREATE TRIGGER addendum_is_kept BEFORE UPDATE OR DELETE ON addendum FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER addendum_is_not_emptied BEFORE TRUNCATE ON addendum EXECUTE FUNCTION refuse_change();
