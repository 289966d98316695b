-- Runs, votes, decisions, watches, and what is to be said about them in Slack.

CREATE TABLE configuration (
    digest        text PRIMARY KEY CHECK (digest LIKE 'sha256:%'),
    document      text NOT NULL,  -- one environment with all it needs, as JSON in its own order; secrets stand as ${NAME}
    first_used_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE configuration IS 'What runs were started with; a run keeps its own for life';

CREATE TABLE run_number (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last     bigint NOT NULL DEFAULT 0
);
INSERT INTO run_number DEFAULT VALUES;
COMMENT ON TABLE run_number IS 'Numbers without gaps: taken in the transaction that inserts the run';

CREATE TABLE run (
    number         bigint PRIMARY KEY,
    key            text NOT NULL UNIQUE,
    environment    text NOT NULL,
    state          text NOT NULL CHECK (state IN ('checking', 'deciding', 'closed')),
    version        integer NOT NULL DEFAULT 1,
    channel        text NOT NULL,
    requested_by   text NOT NULL,
    requested_from text NOT NULL,
    arguments      jsonb NOT NULL,
    configuration  text NOT NULL REFERENCES configuration,
    evidence       text,
    requested_at   timestamptz NOT NULL DEFAULT now(),
    concluded_at   timestamptz,
    expires_at     timestamptz,
    closed_at      timestamptz,
    CONSTRAINT run_deciding_has_evidence CHECK (state <> 'deciding' OR (evidence IS NOT NULL AND expires_at IS NOT NULL)),
    CONSTRAINT run_closed_has_time CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX run_one_active_per_environment ON run (environment) WHERE state <> 'closed';
CREATE INDEX run_of_environment ON run (environment, number DESC);

CREATE TABLE evidence (
    digest    text PRIMARY KEY CHECK (digest LIKE 'sha256:%'),
    run       bigint NOT NULL REFERENCES run,
    document  text NOT NULL,  -- canonical JSON: text, because jsonb would rewrite the bytes that the digest is over
    frozen_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE run ADD FOREIGN KEY (evidence) REFERENCES evidence;

CREATE TABLE check_run (
    run         bigint NOT NULL REFERENCES run,
    name        text NOT NULL,
    position    integer NOT NULL,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done')),
    attempt     integer NOT NULL DEFAULT 0,  -- the newest measurement; an older one is not recorded
    started_at  timestamptz,
    finished_at timestamptz,
    result      jsonb,
    PRIMARY KEY (run, name),
    CONSTRAINT check_run_done_has_result CHECK ((state = 'done') = (result IS NOT NULL))
);

CREATE TABLE vote (
    run       bigint NOT NULL REFERENCES run,
    evidence  text NOT NULL REFERENCES evidence,
    person    text NOT NULL,
    roles     text[] NOT NULL,  -- as held at the cast
    choice    text NOT NULL CHECK (choice IN ('Go', 'Conditional go', 'No-go')),
    reason    text NOT NULL DEFAULT '',
    condition jsonb,
    said_at   timestamptz NOT NULL,  -- when it was clicked: an older click does not replace a newer one
    cast_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run, evidence, person),
    CONSTRAINT vote_no_go_has_reason CHECK (choice <> 'No-go' OR reason <> ''),
    CONSTRAINT vote_conditional_has_condition CHECK ((choice = 'Conditional go') = (condition IS NOT NULL))
);

CREATE TABLE waiver (
    run        bigint NOT NULL REFERENCES run,
    evidence   text NOT NULL REFERENCES evidence,
    "check"    text NOT NULL,
    person     text NOT NULL,
    reason     text NOT NULL CHECK (reason <> ''),
    granted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run, evidence, "check")
);

CREATE TABLE decision (
    run        bigint PRIMARY KEY REFERENCES run,
    outcome    text NOT NULL CHECK (outcome IN ('GO', 'CONDITIONAL GO', 'NO-GO', 'EXPIRED', 'CANCELLED')),
    evidence   text REFERENCES evidence,
    document   jsonb NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT decision_go_has_evidence CHECK (outcome NOT IN ('GO', 'CONDITIONAL GO') OR evidence IS NOT NULL)
);

CREATE TABLE watch (
    run        bigint PRIMARY KEY REFERENCES run,
    state      text NOT NULL DEFAULT 'watching' CHECK (state IN ('watching', 'ended')),
    tick       integer NOT NULL DEFAULT 0,
    attempt    integer NOT NULL DEFAULT 0,  -- of the next look: the newest one counts
    started_at timestamptz NOT NULL DEFAULT now(),
    ends_at    timestamptz NOT NULL,
    ended_at   timestamptz,
    "end"      text CHECK ("end" IN ('completed', 'rolled back', 'superseded')),
    CONSTRAINT watch_ended_has_time CHECK ((state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = ("end" IS NOT NULL))
);
CREATE INDEX watch_under_way ON watch (ends_at) WHERE state = 'watching';

CREATE TABLE trigger (
    run            bigint NOT NULL REFERENCES run,
    name           text NOT NULL,
    breaches       integer NOT NULL DEFAULT 0,
    blind          integer NOT NULL DEFAULT 0,
    armed          boolean NOT NULL DEFAULT true,
    episode        integer NOT NULL DEFAULT 0,
    outcome        text,
    reason         text NOT NULL DEFAULT '',
    breached_since timestamptz,
    PRIMARY KEY (run, name)
);

CREATE TABLE prompt (
    key             text PRIMARY KEY,
    run             bigint NOT NULL REFERENCES run,
    trigger         text NOT NULL,
    episode         integer NOT NULL,
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'rolled back', 'dismissed')),
    reason          text NOT NULL,
    breached_since  timestamptz NOT NULL,
    opened_at       timestamptz NOT NULL DEFAULT now(),
    recovered_at    timestamptz,
    acknowledged_by text,
    acknowledged_at timestamptz,
    answered_by     text,
    answered_at     timestamptz,
    note            text NOT NULL DEFAULT '',
    CONSTRAINT prompt_once_an_episode UNIQUE (run, trigger, episode),
    CONSTRAINT prompt_answered_by_somebody CHECK ((state IN ('rolled back', 'dismissed')) = (answered_by IS NOT NULL)),
    CONSTRAINT prompt_dismissed_has_note CHECK (state <> 'dismissed' OR note <> '')
);

CREATE TABLE event (
    run    bigint NOT NULL REFERENCES run,
    seq    integer NOT NULL,
    at     timestamptz NOT NULL,
    actor  text NOT NULL,  -- a Slack user id, or 'canary'
    kind   text NOT NULL,
    detail text NOT NULL CHECK (detail IS JSON OBJECT),  -- canonical: the bytes that are hashed are the bytes that are kept
    hash   text NOT NULL,
    PRIMARY KEY (run, seq)
);
COMMENT ON TABLE event IS 'The audit log: a row a state change, written in the same transaction, chained to the one before';

-- Whoever inserts an event gets its number, its time and its place in the chain from here; `bot.chain` computes the same.
-- The run's lock is held by whoever inserts: without it, two would take the same number, and the second is refused.
CREATE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    SELECT seq, hash INTO before FROM event WHERE run = NEW.run ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(before.seq, 0) + 1;
    NEW.at := now();
    NEW.hash := 'sha256:' || encode(sha256(convert_to(json_build_array(
        coalesce(before.hash, ''), NEW.run, NEW.seq, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.actor, NEW.kind, NEW.detail)::text, 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER event_is_chained BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION chain_event();

CREATE TABLE inbox (
    key         text PRIMARY KEY,  -- what makes this interaction itself: a redelivery has the same
    kind        text NOT NULL CHECK (kind IN ('command', 'action', 'view', 'shortcut', 'event')),
    payload     jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    counted_at  timestamptz,  -- it came to something, in the transaction of that: to its effect, or to
    refusal     jsonb,        -- this: what the person was told, and is told again where a worker died before
    done_at     timestamptz,  -- and the person was answered
    error       text,
    CONSTRAINT inbox_refusal_is_counted CHECK (refusal IS NULL OR counted_at IS NOT NULL)
);
CREATE INDEX inbox_to_do ON inbox (received_at) WHERE done_at IS NULL;
COMMENT ON TABLE inbox IS 'What people said and clicked, stored before it is acknowledged';

-- A stored interaction is enqueued, always and once: a trigger, so that the way to the ack is one statement.
-- Clicks and forms go first: a vote does not wait behind a flood of commands.
CREATE FUNCTION enqueue_interaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
        ROW ('people', 'handle', CASE WHEN NEW.kind IN ('action', 'view') THEN 1 ELSE 0 END, NULL, NULL,
             jsonb_build_object('key', NEW.key), NULL)::procrastinate_job_to_defer_v1
    ]);
    RETURN NULL;
END $$;
CREATE TRIGGER inbox_enqueued AFTER INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION enqueue_interaction();

CREATE TABLE message (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run        bigint NOT NULL REFERENCES run,
    kind       text NOT NULL,
    subject    text NOT NULL DEFAULT '',  -- which of its kind: a prompt's key, a check's name
    channel    text NOT NULL,
    state      text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'ambiguous', 'failed')),
    wanted     integer NOT NULL DEFAULT 1,  -- raised whenever there is something newer to show
    shown      integer NOT NULL DEFAULT 0,  -- what Slack has
    ts         text,  -- Slack's name for it; null until posted
    thread     text,  -- Slack's name for what it was posted under; null in the channel itself
    earlier    text[] NOT NULL DEFAULT '{}',  -- names that it had before it was posted anew
    file       text,  -- Slack's id of an upload that is under way or done
    urgent     boolean NOT NULL DEFAULT false,  -- somebody waits for what is newest
    claim      bigint NOT NULL DEFAULT 0,  -- raised whenever it is taken; whoever took it earlier writes nothing
    not_before timestamptz NOT NULL DEFAULT now(),
    error      text,
    excused    boolean NOT NULL DEFAULT false,  -- that it is not shown is known, and nobody is alerted about it
    tried_at   timestamptz,  -- when it was last taken to be sent
    begun_at   timestamptz,  -- since when a request of whoever took it last may be under way; null before
    free_at    timestamptz,  -- when the request of a sender that died has been answered, or given up
    doubted_at timestamptz,  -- since when nobody knows whether Slack has it
    alerted_at timestamptz,  -- since when people know that it is not shown: an open alert
    created_at timestamptz NOT NULL DEFAULT now(),
    posted_at  timestamptz,  -- first shown
    sent_at    timestamptz,  -- last shown
    CONSTRAINT message_is_itself UNIQUE (run, kind, subject)
);
CREATE INDEX message_to_send ON message (not_before, id) WHERE state = 'pending';
CREATE INDEX message_unposted ON message (run, id) WHERE posted_at IS NULL AND state <> 'failed';
CREATE INDEX message_in_doubt ON message (run) WHERE state IN ('sending', 'ambiguous');
CREATE INDEX message_failed ON message (id) WHERE state = 'failed' AND NOT excused;
CREATE INDEX message_alerted ON message (id) WHERE alerted_at IS NOT NULL;
COMMENT ON TABLE message IS 'The outbox: a row for each message Slack should show, rendered from the current state when sent';

CREATE FUNCTION announce_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('canary_message', '');
    RETURN NULL;
END $$;
CREATE TRIGGER message_announced AFTER INSERT OR UPDATE OF wanted ON message
    FOR EACH STATEMENT EXECUTE FUNCTION announce_message();
-- Whatever became of it, what stands behind it in its run may be next.
CREATE TRIGGER message_settled AFTER UPDATE OF state ON message
    FOR EACH ROW WHEN (OLD.state = 'sending' AND NEW.state <> 'sending') EXECUTE FUNCTION announce_message();

-- Whoever was alerted about a message sees what becomes of it: each change of it, and that it is shown at last.
CREATE FUNCTION tell_alerted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE message SET wanted = wanted + 1, state = CASE WHEN state = 'sent' THEN 'pending' ELSE state END
    WHERE run = NEW.run AND kind = 'alert';
    RETURN NULL;
END $$;
CREATE TRIGGER message_alerted_about AFTER UPDATE ON message FOR EACH ROW
    WHEN (OLD.alerted_at IS NOT NULL AND (NEW.alerted_at IS NULL OR NEW.wanted <> OLD.wanted))
    EXECUTE FUNCTION tell_alerted();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never changes', coalesce(TG_ARGV[0], TG_TABLE_NAME) USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER configuration_is_kept BEFORE UPDATE OR DELETE ON configuration FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_is_final BEFORE UPDATE OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_is_frozen BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_is_history BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER closed_run_is_final BEFORE UPDATE ON run
    FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION refuse_change('a closed run');
CREATE TRIGGER run_is_kept BEFORE DELETE ON run FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER done_check_run_is_final BEFORE UPDATE OR DELETE ON check_run
    FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION refuse_change('the result of a check');
CREATE TRIGGER ended_watch_is_final BEFORE UPDATE OR DELETE ON watch
    FOR EACH ROW WHEN (OLD.state = 'ended') EXECUTE FUNCTION refuse_change('an ended watch');
CREATE TRIGGER answered_prompt_is_kept BEFORE DELETE ON prompt
    FOR EACH ROW WHEN (OLD.state IN ('rolled back', 'dismissed')) EXECUTE FUNCTION refuse_change('an answered prompt');
-- That its reading recovered may still be noted, once.
CREATE TRIGGER answered_prompt_is_final BEFORE UPDATE ON prompt
    FOR EACH ROW WHEN (OLD.state IN ('rolled back', 'dismissed') AND (OLD.recovered_at IS NOT NULL
        OR to_jsonb(OLD) - 'recovered_at' IS DISTINCT FROM to_jsonb(NEW) - 'recovered_at'))
    EXECUTE FUNCTION refuse_change('an answered prompt');

-- Whoever does not hold the run's lock waits here for who is just closing it, and then sees that it is closed.
CREATE FUNCTION refuse_after_close() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT state FROM run WHERE number IN (OLD.run, NEW.run) FOR SHARE LOOP
        IF held.state = 'closed' THEN
            RAISE EXCEPTION 'a % of a closed run never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER vote_is_final BEFORE INSERT OR UPDATE OR DELETE ON vote FOR EACH ROW EXECUTE FUNCTION refuse_after_close();
CREATE TRIGGER waiver_is_final BEFORE INSERT OR UPDATE OR DELETE ON waiver FOR EACH ROW EXECUTE FUNCTION refuse_after_close();

CREATE TRIGGER configuration_is_not_emptied BEFORE TRUNCATE ON configuration EXECUTE FUNCTION refuse_change();
CREATE TRIGGER run_is_not_emptied BEFORE TRUNCATE ON run EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_run_is_not_emptied BEFORE TRUNCATE ON check_run EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_is_not_emptied BEFORE TRUNCATE ON evidence EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vote_is_not_emptied BEFORE TRUNCATE ON vote EXECUTE FUNCTION refuse_change();
CREATE TRIGGER waiver_is_not_emptied BEFORE TRUNCATE ON waiver EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_is_not_emptied BEFORE TRUNCATE ON decision EXECUTE FUNCTION refuse_change();
CREATE TRIGGER watch_is_not_emptied BEFORE TRUNCATE ON watch EXECUTE FUNCTION refuse_change();
CREATE TRIGGER prompt_is_not_emptied BEFORE TRUNCATE ON prompt EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event EXECUTE FUNCTION refuse_change();

-- These look into tables of this schema, whatever tables of the same name (temporary ones, too) somebody puts before them.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION chain_event() SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION refuse_after_close() SET search_path = %I, pg_temp', current_schema());
END $$;
