-- Which runs were rolled back, with or without a prompt; and when those who have not voted are reminded.

CREATE TABLE rollback (
    run    bigint PRIMARY KEY REFERENCES run,
    by     text NOT NULL,
    reason text NOT NULL DEFAULT '',
    at     timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE rollback IS 'Runs whose version was rolled back after its go, as somebody recorded';

INSERT INTO rollback (run, by, at)
SELECT DISTINCT ON (run) run, actor, at FROM event
WHERE kind = 'prompt answered' AND detail::json ->> 'answer' = 'Rolled back'
ORDER BY run, seq;

CREATE TRIGGER rollback_is_kept BEFORE UPDATE OR DELETE ON rollback FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rollback_is_not_emptied BEFORE TRUNCATE ON rollback EXECUTE FUNCTION refuse_change();

CREATE TABLE reminder (
    run     bigint NOT NULL REFERENCES run,
    number  integer NOT NULL CHECK (number > 0),
    due_at  timestamptz NOT NULL,
    done_at timestamptz,  -- sent, or found to be needless
    PRIMARY KEY (run, number)
);
CREATE INDEX reminder_to_do ON reminder (due_at) WHERE done_at IS NULL;
COMMENT ON TABLE reminder IS 'When the people who have not voted on a run are reminded';
