-- Baselines: what an environment's checks measured before a change. A capture measures for a while; what it leaves never changes.
CREATE TABLE capture (
    number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment   text NOT NULL,
    name          text NOT NULL DEFAULT '',
    state         text NOT NULL DEFAULT 'capturing' CHECK (state IN ('capturing', 'done', 'failed', 'cancelled')),
    channel       text NOT NULL,
    requested_by  text NOT NULL,
    configuration text NOT NULL REFERENCES configuration,
    samples       integer NOT NULL CHECK (samples > 0),
    tick          integer NOT NULL DEFAULT 0,
    attempt       integer NOT NULL DEFAULT 0,  -- of the next measurement: the newest one counts
    started_at    timestamptz NOT NULL DEFAULT now(),
    ends_at       timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_by      text,
    CONSTRAINT capture_ended_has_time CHECK ((state = 'capturing') = (ended_at IS NULL)),
    CONSTRAINT capture_cancelled_by_somebody CHECK ((state = 'cancelled') = (ended_by IS NOT NULL))
);
CREATE UNIQUE INDEX capture_one_at_a_time ON capture (environment) WHERE state = 'capturing';
CREATE UNIQUE INDEX capture_named_once ON capture (environment, name) WHERE name <> '' AND state IN ('capturing', 'done');
COMMENT ON TABLE capture IS 'Who had a baseline captured, of what and when';

CREATE TABLE capture_sample (
    capture  bigint NOT NULL REFERENCES capture,
    tick     integer NOT NULL,
    document jsonb NOT NULL,  -- check -> what it measured
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (capture, tick)
);
COMMENT ON TABLE capture_sample IS 'What a capture has measured so far';

CREATE TABLE baseline (
    number      bigint PRIMARY KEY REFERENCES capture,
    environment text NOT NULL,
    name        text NOT NULL,
    digest      text NOT NULL UNIQUE CHECK (digest LIKE 'sha256:%'),
    document    text NOT NULL,  -- canonical JSON; it names the digest of the environment's baseline before
    captured_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX baseline_of_environment ON baseline (environment, number DESC);
COMMENT ON TABLE baseline IS 'What was measured before a change, for runs to be compared with';

-- What a run is compared with is pinned when it starts.
ALTER TABLE run ADD COLUMN baseline bigint REFERENCES baseline;

CREATE TRIGGER ended_capture_is_final BEFORE UPDATE ON capture
    FOR EACH ROW WHEN (OLD.state <> 'capturing') EXECUTE FUNCTION refuse_change('an ended capture');
CREATE TRIGGER capture_is_kept BEFORE DELETE ON capture FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_sample_is_kept BEFORE UPDATE OR DELETE ON capture_sample FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER baseline_is_kept BEFORE UPDATE OR DELETE ON baseline FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_is_not_emptied BEFORE TRUNCATE ON capture EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_sample_is_not_emptied BEFORE TRUNCATE ON capture_sample EXECUTE FUNCTION refuse_change();
CREATE TRIGGER baseline_is_not_emptied BEFORE TRUNCATE ON baseline EXECUTE FUNCTION refuse_change();
