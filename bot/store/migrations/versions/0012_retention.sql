-- Retention: of a run that has expired, numbers, times, kinds and hashes stay, and the content goes. The bot's role can neither change nor
-- delete a row of the record; it may call one function, which decides itself what has expired, and logs what it did in the run's chain.
-- The previous version knows nothing of it, and finds a removed run unreadable.

CREATE TABLE tombstone (
    run        bigint PRIMARY KEY REFERENCES run,
    removed_at timestamptz NOT NULL DEFAULT now(),
    removed_in xid8 NOT NULL DEFAULT pg_current_xact_id()  -- only this transaction may remove the run's content
);
COMMENT ON TABLE tombstone IS 'Runs whose content was removed when their retention had ended';

CREATE TABLE retention (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    done_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO retention DEFAULT VALUES;
COMMENT ON TABLE retention IS 'When what had expired was last looked for';

-- As the owner, because a bot of the previous version may not read the new table.
CREATE FUNCTION being_removed(removed bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT FROM tombstone WHERE run = removed AND removed_in = pg_current_xact_id_if_assigned())
$$;

-- What is final still never changes, except in the transaction that removes it as a whole.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_TABLE_NAME <> 'tombstone' THEN
        IF being_removed(CASE WHEN TG_TABLE_NAME = 'run' THEN to_jsonb(OLD) ->> 'number' ELSE to_jsonb(OLD) ->> 'run' END::bigint) THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    END IF;
    RAISE EXCEPTION '% never changes', coalesce(TG_ARGV[0], TG_TABLE_NAME) USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION refuse_after_close() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT number, state FROM run WHERE number IN (OLD.run, NEW.run) FOR SHARE LOOP
        IF held.state = 'closed' AND NOT (TG_OP = 'DELETE' AND being_removed(held.number)) THEN
            RAISE EXCEPTION 'a % of a closed run never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER tombstone_is_kept BEFORE UPDATE OR DELETE ON tombstone FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tombstone_is_not_emptied BEFORE TRUNCATE ON tombstone EXECUTE FUNCTION refuse_change();

-- The newest go of an environment says what is live, and what to go back to: it never expires.
CREATE FUNCTION has_expired(removed bigint, days integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM run WHERE run.number = removed AND run.state = 'closed'
          AND NOT EXISTS (SELECT FROM tombstone WHERE tombstone.run = run.number)
          AND (SELECT max(at) FROM event WHERE event.run = run.number) < now() - make_interval(days => days)
          AND NOT EXISTS (SELECT FROM watch WHERE watch.run = run.number AND watch.state <> 'ended')
          AND NOT EXISTS (SELECT FROM condition WHERE condition.run = run.number AND condition.state IN ('open', 'overdue'))
          AND NOT EXISTS (SELECT FROM action WHERE action.run = run.number AND action.state IN ('claimed', 'unclear'))
          AND run.number <> ALL (ARRAY(
              SELECT max(go.number) FROM run AS go JOIN decision ON decision.run = go.number
              WHERE go.environment = run.environment AND decision.outcome IN ('GO', 'CONDITIONAL GO')
                AND NOT EXISTS (SELECT FROM rollback WHERE rollback.run = go.number)
              HAVING max(go.number) IS NOT NULL)))
$$;

-- -> whether it removed the run's content. However it is called, nothing younger than 90 days is removed, and nothing without an event.
CREATE FUNCTION remove_expired(removed bigint, days integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    child record;
    log   record;
    told  text;
BEGIN
    IF days IS NULL OR days < 90 THEN
        RAISE EXCEPTION 'nothing is removed before 90 days' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM FROM run WHERE number = removed FOR UPDATE;
    IF NOT has_expired(removed, days) THEN
        RETURN false;
    END IF;
    INSERT INTO tombstone (run) VALUES (removed);
    SELECT count(*) AS events,
           (array_agg(hash ORDER BY seq DESC))[1] AS head,
           'sha256:' || encode(sha256(convert_to(string_agg(concat_ws(' ', seq,
               to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), kind, hash), E'\n' ORDER BY seq), 'UTF8')), 'hex') AS kept
    INTO log FROM event WHERE run = removed;
    -- canonical JSON: keys in order, no spaces
    SELECT '{"days":' || days || ',"environment":' || to_json(run.environment)
        || ',"events":' || log.events || ',"evidence":[' || coalesce((
            SELECT string_agg(to_json(digest)::text, ',' ORDER BY frozen_at, digest) FROM evidence WHERE evidence.run = removed), '')
        || '],"head":' || to_json(log.head) || ',"kept":' || to_json(log.kept)
        || ',"outcome":' || to_json(coalesce((SELECT outcome FROM decision WHERE decision.run = removed), ''))
        || ',"version":' || to_json(coalesce(run.arguments ->> 'version', '')) || '}'
    INTO told FROM run WHERE number = removed;
    UPDATE event SET actor = '', detail = '{}' WHERE run = removed;
    UPDATE evidence SET document = '' WHERE run = removed;
    UPDATE decision SET document = '{}' WHERE run = removed;
    -- its version, and whether it was rolled back, tell what later runs go back to
    UPDATE rollback SET by = '', reason = '' WHERE run = removed;
    UPDATE run SET requested_by = '', requested_from = '',
        arguments = jsonb_strip_nulls(jsonb_build_object('version', arguments -> 'version')) WHERE number = removed;
    -- whatever else belongs to a run, in whichever version it was added
    FOR child IN
        SELECT conrelid::regclass AS name, attname AS key FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f' AND confrelid = 'run'::regclass AND cardinality(conkey) = 1
          AND conrelid NOT IN ('event'::regclass, 'evidence'::regclass, 'decision'::regclass, 'rollback'::regclass, 'tombstone'::regclass)
    LOOP
        EXECUTE format('DELETE FROM %s WHERE %I = $1', child.name, child.key) USING removed;
    END LOOP;
    INSERT INTO event (run, actor, kind, detail) VALUES (removed, 'canary', 'removed by retention', told);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION remove_expired(bigint, integer) FROM PUBLIC;

CREATE INDEX inbox_done ON inbox (received_at) WHERE done_at IS NOT NULL;

-- These look into tables of this schema, whatever tables of the same name (temporary ones, too) somebody puts before them.
DO $$
DECLARE
    each text;
BEGIN
    FOREACH each IN ARRAY ARRAY['being_removed(bigint)', 'refuse_change()', 'refuse_after_close()', 'has_expired(bigint, integer)',
                                'remove_expired(bigint, integer)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', each, current_schema());
    END LOOP;
END $$;
