--
-- PostgreSQL database dump
--

\restrict Uwh7al9noSY6ndKnJ21Fih1198bVlfp4kIFqWPXGvkcw6sQHcbOjha3brVwuJCj

-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: procrastinate_job_event_type; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);


--
-- Name: procrastinate_job_status; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);


--
-- Name: procrastinate_job_to_defer_v1; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);


--
-- Name: announce_message(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.announce_message() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('canary_message', '');
    RETURN NULL;
END $$;


--
-- Name: being_removed(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.being_removed(removed bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM tombstone WHERE run = removed AND removed_in = pg_current_xact_id_if_assigned())
$$;


--
-- Name: chain_event(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.chain_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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


--
-- Name: enqueue_interaction(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.enqueue_interaction() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[
        ROW ('people', 'handle', CASE WHEN NEW.is_vote OR NEW.kind IN ('action', 'view', 'shortcut') THEN 1 ELSE 0 END, NULL, NULL,
             jsonb_build_object('key', NEW.key), NULL)::procrastinate_job_to_defer_v1
    ]);
    RETURN NULL;
END $$;


--
-- Name: has_expired(bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.has_expired(removed bigint, days integer) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
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


--
-- Name: keep_condition(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_condition() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: note_home_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_home_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM home WHERE opened_at > now() - interval '7 days') THEN
        INSERT INTO home_change (run) VALUES (NEW.run);
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'a change is not noted for the Homes: %', SQLERRM;
    RETURN NULL;
END $$;


--
-- Name: procrastinate_cancel_job_v1(bigint, boolean, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;


--
-- Name: procrastinate_defer_jobs_v1(public.procrastinate_job_to_defer_v1[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;


--
-- Name: procrastinate_defer_periodic_job_v2(character varying, character varying, character varying, character varying, integer, character varying, bigint, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: procrastinate_jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);


--
-- Name: procrastinate_fetch_job_v2(character varying[], bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;


--
-- Name: procrastinate_finish_job_v1(bigint, public.procrastinate_job_status, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;


--
-- Name: procrastinate_notify_queue_abort_job_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


--
-- Name: procrastinate_notify_queue_job_inserted_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


--
-- Name: procrastinate_prune_stalled_workers_v1(double precision); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;


--
-- Name: procrastinate_register_worker_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;


--
-- Name: procrastinate_retry_job_v1(bigint, timestamp with time zone, integer, character varying, character varying); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;


--
-- Name: procrastinate_retry_job_v2(bigint, timestamp with time zone, integer, character varying, character varying); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;


--
-- Name: procrastinate_trigger_abort_requested_events_procedure_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;


--
-- Name: procrastinate_trigger_function_scheduled_events_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;


--
-- Name: procrastinate_trigger_function_status_events_insert_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;


--
-- Name: procrastinate_trigger_function_status_events_update_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;


--
-- Name: procrastinate_unlink_periodic_defers_v1(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;


--
-- Name: procrastinate_unregister_worker_v1(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;


--
-- Name: procrastinate_update_heartbeat_v1(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;


--
-- Name: refuse_after_close(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_after_close() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_TABLE_NAME <> 'tombstone' THEN
        IF being_removed(CASE WHEN TG_TABLE_NAME = 'run' THEN to_jsonb(OLD) ->> 'number' ELSE to_jsonb(OLD) ->> 'run' END::bigint) THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    END IF;
    RAISE EXCEPTION '% never changes', coalesce(TG_ARGV[0], TG_TABLE_NAME) USING ERRCODE = 'integrity_constraint_violation';
END $$;


--
-- Name: remove_expired(bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.remove_expired(removed bigint, days integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
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
END $_$;


--
-- Name: tell_alerted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_alerted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE message SET wanted = wanted + 1, state = CASE WHEN state = 'sent' THEN 'pending' ELSE state END
    WHERE run = NEW.run AND kind = 'alert';
    RETURN NULL;
END $$;


--
-- Name: action; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.action (
    run bigint NOT NULL,
    name text NOT NULL,
    attempt integer NOT NULL,
    state text DEFAULT 'requested'::text NOT NULL,
    preview jsonb NOT NULL,
    confirmed jsonb NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    ready_at timestamp with time zone,
    idempotency_key text NOT NULL,
    claim integer DEFAULT 0 NOT NULL,
    claimed_at timestamp with time zone,
    mark text,
    marked_at timestamp with time zone,
    before jsonb,
    after jsonb,
    said text DEFAULT ''::text NOT NULL,
    rows integer,
    ended_at timestamp with time zone,
    settled_by text,
    note text DEFAULT ''::text NOT NULL,
    to_measure boolean DEFAULT false NOT NULL,
    CONSTRAINT action_attempt_check CHECK ((attempt > 0)),
    CONSTRAINT action_claimed_by_all CHECK (((state = 'requested'::text) OR (state = 'failed'::text) OR (ready_at IS NOT NULL))),
    CONSTRAINT action_marked_is_claimed CHECK (((mark IS NULL) OR (claimed_at IS NOT NULL))),
    CONSTRAINT action_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'claimed'::text, 'done'::text, 'failed'::text, 'unclear'::text])))
);


--
-- Name: TABLE action; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.action IS 'What was done to the world on the go of a run, was tried, or is about to be';


--
-- Name: action_preview; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.action_preview (
    run bigint NOT NULL,
    name text NOT NULL,
    person text NOT NULL,
    key text NOT NULL,
    preview jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE action_preview; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.action_preview IS 'What a person saw last of what an action would do: what they confirm is this';


--
-- Name: addendum; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.addendum (
    run bigint NOT NULL,
    digest text NOT NULL,
    document text NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT addendum_digest_check CHECK ((digest ~~ 'sha256:%'::text))
);


--
-- Name: TABLE addendum; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.addendum IS 'How the conditions of a run were closed, once all of them are: an addendum to its decision packet';


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: baseline; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.baseline (
    number bigint NOT NULL,
    environment text NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    document text NOT NULL,
    captured_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT baseline_digest_check CHECK ((digest ~~ 'sha256:%'::text))
);


--
-- Name: TABLE baseline; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.baseline IS 'What was measured before a change, for runs to be compared with';


--
-- Name: block_type; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.block_type (
    team text NOT NULL,
    type text NOT NULL,
    known boolean NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: capture; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.capture (
    number bigint NOT NULL,
    environment text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'capturing'::text NOT NULL,
    channel text NOT NULL,
    requested_by text NOT NULL,
    configuration text NOT NULL,
    samples integer NOT NULL,
    tick integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    CONSTRAINT capture_cancelled_by_somebody CHECK (((state = 'cancelled'::text) = (ended_by IS NOT NULL))),
    CONSTRAINT capture_ended_has_time CHECK (((state = 'capturing'::text) = (ended_at IS NULL))),
    CONSTRAINT capture_samples_check CHECK ((samples > 0)),
    CONSTRAINT capture_state_check CHECK ((state = ANY (ARRAY['capturing'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);


--
-- Name: TABLE capture; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.capture IS 'Who had a baseline captured, of what and when';


--
-- Name: capture_number_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.capture ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.capture_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: capture_sample; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.capture_sample (
    capture bigint NOT NULL,
    tick integer NOT NULL,
    document jsonb NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE capture_sample; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.capture_sample IS 'What a capture has measured so far';


--
-- Name: check_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.check_run (
    run bigint NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    result jsonb,
    CONSTRAINT check_run_done_has_result CHECK (((state = 'done'::text) = (result IS NOT NULL))),
    CONSTRAINT check_run_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text])))
);


--
-- Name: condition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.condition (
    run bigint NOT NULL,
    number integer NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    text text NOT NULL,
    owner text NOT NULL,
    set_by text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    "check" text DEFAULT ''::text NOT NULL,
    question text DEFAULT ''::text NOT NULL,
    holds text[] DEFAULT '{}'::text[] NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    remind_at timestamp with time zone,
    overdue_at timestamp with time zone,
    tick integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    looked_at timestamp with time zone,
    outcome text,
    found jsonb,
    closed_at timestamp with time zone,
    closed_by text,
    statement text DEFAULT ''::text NOT NULL,
    CONSTRAINT condition_closed_by_somebody CHECK (((state = ANY (ARRAY['met'::text, 'lifted'::text])) = ((closed_at IS NOT NULL) AND (closed_by IS NOT NULL)))),
    CONSTRAINT condition_met_for_a_reason CHECK (((state <> 'met'::text) OR ("check" <> ''::text) OR (statement <> ''::text))),
    CONSTRAINT condition_number_check CHECK ((number > 0)),
    CONSTRAINT condition_overdue_has_time CHECK (((state <> 'overdue'::text) OR (overdue_at IS NOT NULL))),
    CONSTRAINT condition_state_check CHECK ((state = ANY (ARRAY['open'::text, 'overdue'::text, 'met'::text, 'lifted'::text])))
);


--
-- Name: TABLE condition; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.condition IS 'What must become true after a conditional go, and what became of it';


--
-- Name: configuration; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.configuration (
    digest text NOT NULL,
    document text NOT NULL,
    first_used_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT configuration_digest_check CHECK ((digest ~~ 'sha256:%'::text))
);


--
-- Name: TABLE configuration; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.configuration IS 'What runs were started with; a run keeps its own for life';


--
-- Name: decision; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.decision (
    run bigint NOT NULL,
    outcome text NOT NULL,
    evidence text,
    document jsonb NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT decision_go_has_evidence CHECK (((outcome <> ALL (ARRAY['GO'::text, 'CONDITIONAL GO'::text])) OR (evidence IS NOT NULL))),
    CONSTRAINT decision_outcome_check CHECK ((outcome = ANY (ARRAY['GO'::text, 'CONDITIONAL GO'::text, 'NO-GO'::text, 'EXPIRED'::text, 'CANCELLED'::text])))
);


--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    run bigint NOT NULL,
    seq integer NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    detail text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT event_detail_check CHECK ((detail IS JSON OBJECT))
);


--
-- Name: TABLE event; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.event IS 'The audit log: a row a state change, written in the same transaction, chained to the one before';


--
-- Name: evidence; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evidence (
    digest text NOT NULL,
    run bigint NOT NULL,
    document text NOT NULL,
    frozen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT evidence_digest_check CHECK ((digest ~~ 'sha256:%'::text))
);


--
-- Name: home; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.home (
    person text NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    shown text
);


--
-- Name: TABLE home; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.home IS 'Who opened their App Home, and when they last did';


--
-- Name: home_change; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.home_change (
    id bigint NOT NULL,
    run bigint NOT NULL
);


--
-- Name: TABLE home_change; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.home_change IS 'Changes that the Homes do not show yet: only added to by what changes, so that nothing waits for a Home';


--
-- Name: home_change_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.home_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.home_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: inbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox (
    key text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    counted_at timestamp with time zone,
    refusal jsonb,
    done_at timestamp with time zone,
    error text,
    is_vote boolean DEFAULT false NOT NULL,
    CONSTRAINT inbox_kind_check CHECK ((kind = ANY (ARRAY['command'::text, 'action'::text, 'view'::text, 'shortcut'::text, 'event'::text]))),
    CONSTRAINT inbox_refusal_is_counted CHECK (((refusal IS NULL) OR (counted_at IS NOT NULL)))
);


--
-- Name: TABLE inbox; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.inbox IS 'What people said and clicked, stored before it is acknowledged';


--
-- Name: message; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.message (
    id bigint NOT NULL,
    run bigint,
    kind text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    channel text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    wanted integer DEFAULT 1 NOT NULL,
    shown integer DEFAULT 0 NOT NULL,
    ts text,
    thread text,
    earlier text[] DEFAULT '{}'::text[] NOT NULL,
    file text,
    urgent boolean DEFAULT false NOT NULL,
    claim bigint DEFAULT 0 NOT NULL,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    error text,
    excused boolean DEFAULT false NOT NULL,
    tried_at timestamp with time zone,
    begun_at timestamp with time zone,
    free_at timestamp with time zone,
    doubted_at timestamp with time zone,
    alerted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    posted_at timestamp with time zone,
    sent_at timestamp with time zone,
    topic text,
    CONSTRAINT message_belongs_somewhere CHECK ((num_nonnulls(run, topic) = 1)),
    CONSTRAINT message_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'ambiguous'::text, 'failed'::text])))
);


--
-- Name: TABLE message; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.message IS 'The outbox: a row for each message Slack should show, rendered from the current state when sent';


--
-- Name: message_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.message ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: packet_copy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.packet_copy (
    run bigint NOT NULL,
    wanted integer DEFAULT 1 NOT NULL,
    kept integer DEFAULT 0 NOT NULL,
    asked_in bigint,
    wanted_at timestamp with time zone DEFAULT now() NOT NULL,
    kept_at timestamp with time zone,
    failing_since timestamp with time zone,
    told_at timestamp with time zone,
    tried_at timestamp with time zone,
    given_up_at timestamp with time zone,
    CONSTRAINT packet_copy_check CHECK (((kept >= 0) AND (kept <= wanted))),
    CONSTRAINT packet_copy_wanted_check CHECK ((wanted > 0))
);


--
-- Name: TABLE packet_copy; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.packet_copy IS 'Which packets are to be kept outside Slack, and which are';


--
-- Name: procrastinate_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);


--
-- Name: procrastinate_events_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: procrastinate_events_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;


--
-- Name: procrastinate_jobs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: procrastinate_jobs_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;


--
-- Name: procrastinate_periodic_defers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);


--
-- Name: procrastinate_periodic_defers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: procrastinate_periodic_defers_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;


--
-- Name: procrastinate_workers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: procrastinate_workers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: prompt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.prompt (
    key text NOT NULL,
    run bigint NOT NULL,
    trigger text NOT NULL,
    episode integer NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    reason text NOT NULL,
    breached_since timestamp with time zone NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    recovered_at timestamp with time zone,
    acknowledged_by text,
    acknowledged_at timestamp with time zone,
    answered_by text,
    answered_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    found jsonb,
    escalates_at timestamp with time zone,
    escalated_at timestamp with time zone,
    CONSTRAINT prompt_answered_by_somebody CHECK (((state = ANY (ARRAY['rolled back'::text, 'dismissed'::text])) = (answered_by IS NOT NULL))),
    CONSTRAINT prompt_dismissed_has_note CHECK (((state <> 'dismissed'::text) OR (note <> ''::text))),
    CONSTRAINT prompt_state_check CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'rolled back'::text, 'dismissed'::text])))
);


--
-- Name: reminder; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reminder (
    run bigint NOT NULL,
    number integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT reminder_number_check CHECK ((number > 0))
);


--
-- Name: TABLE reminder; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.reminder IS 'When the people who have not voted on a run are reminded';


--
-- Name: retention; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.retention (
    only_row boolean DEFAULT true NOT NULL,
    done_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT retention_only_row_check CHECK (only_row)
);


--
-- Name: TABLE retention; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.retention IS 'When what had expired was last looked for';


--
-- Name: rollback; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rollback (
    run bigint NOT NULL,
    by text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE rollback; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.rollback IS 'Runs whose version was rolled back after its go, as somebody recorded';


--
-- Name: run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run (
    number bigint NOT NULL,
    key text NOT NULL,
    environment text NOT NULL,
    state text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    channel text NOT NULL,
    requested_by text NOT NULL,
    requested_from text NOT NULL,
    arguments jsonb NOT NULL,
    configuration text NOT NULL,
    evidence text,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    concluded_at timestamp with time zone,
    expires_at timestamp with time zone,
    closed_at timestamp with time zone,
    baseline bigint,
    CONSTRAINT run_closed_has_time CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT run_deciding_has_evidence CHECK (((state <> 'deciding'::text) OR ((evidence IS NOT NULL) AND (expires_at IS NOT NULL)))),
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['checking'::text, 'deciding'::text, 'closed'::text])))
);


--
-- Name: run_number; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run_number (
    only_row boolean DEFAULT true NOT NULL,
    last bigint DEFAULT 0 NOT NULL,
    CONSTRAINT run_number_only_row_check CHECK (only_row)
);


--
-- Name: TABLE run_number; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.run_number IS 'Numbers without gaps: taken in the transaction that inserts the run';


--
-- Name: tombstone; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tombstone (
    run bigint NOT NULL,
    removed_at timestamp with time zone DEFAULT now() NOT NULL,
    removed_in xid8 DEFAULT pg_current_xact_id() NOT NULL
);


--
-- Name: TABLE tombstone; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.tombstone IS 'Runs whose content was removed when their retention had ended';


--
-- Name: trigger; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trigger (
    run bigint NOT NULL,
    name text NOT NULL,
    breaches integer DEFAULT 0 NOT NULL,
    blind integer DEFAULT 0 NOT NULL,
    armed boolean DEFAULT true NOT NULL,
    episode integer DEFAULT 0 NOT NULL,
    outcome text,
    reason text DEFAULT ''::text NOT NULL,
    breached_since timestamp with time zone
);


--
-- Name: vote; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.vote (
    run bigint NOT NULL,
    evidence text NOT NULL,
    person text NOT NULL,
    roles text[] NOT NULL,
    choice text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    condition jsonb,
    said_at timestamp with time zone NOT NULL,
    cast_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vote_choice_check CHECK ((choice = ANY (ARRAY['Go'::text, 'Conditional go'::text, 'No-go'::text]))),
    CONSTRAINT vote_conditional_has_condition CHECK (((choice = 'Conditional go'::text) = (condition IS NOT NULL))),
    CONSTRAINT vote_no_go_has_reason CHECK (((choice <> 'No-go'::text) OR (reason <> ''::text)))
);


--
-- Name: waiver; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.waiver (
    run bigint NOT NULL,
    evidence text NOT NULL,
    "check" text NOT NULL,
    person text NOT NULL,
    reason text NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT waiver_reason_check CHECK ((reason <> ''::text))
);


--
-- Name: watch; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.watch (
    run bigint NOT NULL,
    state text DEFAULT 'watching'::text NOT NULL,
    tick integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    "end" text,
    CONSTRAINT watch_end_check CHECK (("end" = ANY (ARRAY['completed'::text, 'rolled back'::text, 'superseded'::text]))),
    CONSTRAINT watch_ended_has_time CHECK ((((state = 'ended'::text) = (ended_at IS NOT NULL)) AND ((state = 'ended'::text) = ("end" IS NOT NULL)))),
    CONSTRAINT watch_state_check CHECK ((state = ANY (ARRAY['watching'::text, 'ended'::text])))
);


--
-- Name: procrastinate_events id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);


--
-- Name: procrastinate_jobs id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);


--
-- Name: procrastinate_periodic_defers id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);


--
-- Data for Name: action; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.action VALUES
	(1, 'backfill', 1, 'done', '{"does": ["UPDATE \"WorkspaceSettings\" SET \"highQuotaEnabled\" = true WHERE NOT \"highQuotaEnabled\""], "rows": 62, "verb": "update", "sample": ["ws-001", "ws-002", "ws-003", "ws-004", "ws-005", "ws-006", "ws-007", "ws-008", "ws-009", "ws-010"], "problem": ""}', '[{"at": "2026-11-30T17:45:11.905717Z", "roles": ["release-managers"], "person": "U01ANA"}]', '2026-11-30 17:45:11.905717+00', '2026-11-30 17:45:11.905717+00', 'e6a970a8-cb9d-4ad3-bcf5-da8d313e40f0', 1, '2026-11-30 17:45:12.28719+00', '804', '2026-11-30 17:45:12.476104+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": ">= 0", "outcome": "PASS", "reading": {"n": null, "name": "covered", "note": "", "unit": "", "value": 0}, "baseline": null}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, "baseline": null}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "percent", "note": "", "unit": "%", "value": 0}, "baseline": null}], "reason": "covered is 0, limit >= 0", "blocked": false, "outcome": "PASS", "seconds": 0.14006240900016564, "started_at": "2026-11-30T17:45:12.131805Z", "measurements": []}', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": ">= 0", "outcome": "PASS", "reading": {"n": null, "name": "covered", "note": "", "unit": "", "value": 62}, "baseline": null}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, "baseline": null}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "percent", "note": "", "unit": "%", "value": 100}, "baseline": null}], "reason": "covered is 62, limit >= 0", "blocked": false, "outcome": "PASS", "seconds": 0.15541579800037653, "started_at": "2026-11-30T17:45:12.618706Z", "measurements": []}', '62 rows updated', 62, '2026-11-30 17:45:12.51284+00', NULL, '', false);


--
-- Data for Name: action_preview; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.action_preview VALUES
	(1, 'backfill', 'U01ANA', 'xqqXLC1EUV7_3FetVLBWxw', '{"does": ["UPDATE \"WorkspaceSettings\" SET \"highQuotaEnabled\" = true WHERE NOT \"highQuotaEnabled\""], "rows": 62, "verb": "update", "sample": ["ws-001", "ws-002", "ws-003", "ws-004", "ws-005", "ws-006", "ws-007", "ws-008", "ws-009", "ws-010"], "problem": ""}', '2026-11-30 17:45:11.806778+00');


--
-- Data for Name: addendum; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.addendum VALUES
	(1, 'sha256:82eaa5a9faba0d080da7e2e2ee8e6bdef5e7300a0deece816ec26c677e0f2fd1', '{"arguments":{"version":"2.0"},"conditions":[{"closed_at":"2026-11-30T17:45:11.386010Z","closed_by":"canary","found":{"judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"reason":"signals is 0, limit == 0"},"opened_at":"2026-11-30T17:45:10.322723Z","overdue_at":null,"said":{"check":"duplicates","due_at":"2026-12-01T17:45:09.819910Z","holds":[],"number":1,"owner":"U02BEN","question":"","set_by":"U01ANA","text":"quota"},"state":"met","statement":""},{"closed_at":"2026-11-30T17:45:12.937388Z","closed_by":"U02BEN","found":null,"opened_at":"2026-11-30T17:45:10.322723Z","overdue_at":null,"said":{"check":"","due_at":"2026-12-01T17:45:10.069509Z","holds":[],"number":2,"owner":"U02BEN","question":"","set_by":"U02BEN","text":"quota"},"state":"met","statement":"the quota is 100"}],"decided_at":"2026-11-30T17:45:10.322723Z","environment":"staging","events":[{"actor":"U02BEN","at":"2026-11-30T17:45:10.322723Z","detail":{"decided_by":["U01ANA","U02BEN"],"evidence":"sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945","filled":{"platform":["U02BEN"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"","reason":"quorum reached: 1 of release-managers, 1 of platform"},"hash":"sha256:68d01becfd2eb55d8dd7c079208ca5a0718ea2ac36ab45599ae5ce5bec92b85f","kind":"decided","run":1,"seq":11},{"actor":"canary","at":"2026-11-30T17:45:10.322723Z","detail":{"check":"duplicates","due_at":"2026-12-01T17:45:09.819910Z","number":1,"owner":"U02BEN","set_by":"U01ANA","text":"quota"},"hash":"sha256:54a2eb8f6307ee235deb4f99b277e1d11660808afb92f42228c293f1efee4cbd","kind":"condition opened","run":1,"seq":12},{"actor":"canary","at":"2026-11-30T17:45:10.322723Z","detail":{"due_at":"2026-12-01T17:45:10.069509Z","number":2,"owner":"U02BEN","set_by":"U02BEN","text":"quota"},"hash":"sha256:1869cb86430981628c9ed0d32a4749c0fbb000a40c795960aecfaee8cd41501a","kind":"condition opened","run":1,"seq":13},{"actor":"canary","at":"2026-11-30T17:45:11.386010Z","detail":{"found":{"judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"reason":"signals is 0, limit == 0"},"number":1},"hash":"sha256:1c4bcf33353f7f867fd39c1446ea095aad3d1a9a1b63504b384b9933566193bf","kind":"condition met","run":1,"seq":14},{"actor":"U01ANA","at":"2026-11-30T17:45:11.905717Z","detail":{"action":"backfill","attempt":1,"does":["UPDATE \"WorkspaceSettings\" SET \"highQuotaEnabled\" = true WHERE NOT \"highQuotaEnabled\""],"idempotency_key":"e6a970a8-cb9d-4ad3-bcf5-da8d313e40f0","roles":["release-managers"],"rows":62},"hash":"sha256:185d242ebba36cf7f98fc8ccef2a422ca0c924987094d15ba9438fdae4f3ef8c","kind":"action requested","run":1,"seq":15},{"actor":"canary","at":"2026-11-30T17:45:12.287190Z","detail":{"action":"backfill","attempt":1,"before":"covered is 0, limit >= 0","outcome":"PASS"},"hash":"sha256:914d122728e9fa2d715c04be98ce031597e3cea0981c5764b071a9f23f061a6b","kind":"action claimed","run":1,"seq":16},{"actor":"canary","at":"2026-11-30T17:45:12.512840Z","detail":{"action":"backfill","attempt":1,"rows":62,"said":"62 rows updated"},"hash":"sha256:d3fcc3bf925a8f0d3287e8e5550ab1b5254829af90810a63e91272a02f42325e","kind":"action done","run":1,"seq":17},{"actor":"canary","at":"2026-11-30T17:45:12.787724Z","detail":{"action":"backfill","after":"covered is 62, limit >= 0","attempt":1,"outcome":"PASS"},"hash":"sha256:cd30a3d4e938d800a400511427c6c4719de83ef950ab24219a171fd59805166c","kind":"action covered","run":1,"seq":18},{"actor":"U02BEN","at":"2026-11-30T17:45:12.937388Z","detail":{"number":2,"statement":"the quota is 100"},"hash":"sha256:7d8292057a38201c3d6fbddff8615fd83d7dc87d2801488caa1caf2db87bb5ee","kind":"condition met","run":1,"seq":19}],"format":"canary-addendum/1","packet":{"before":"sha256:f9f8c8cfb39a9552682c6d7d5e41f2b288248d29d646c2c33e63f9bc771753e2","decided":"sha256:68d01becfd2eb55d8dd7c079208ca5a0718ea2ac36ab45599ae5ce5bec92b85f","digest":"sha256:52d1489091b201bf0027e7b400762a694953be1c5d1808c22ed31a74d2f669d2","evidence_digest":"sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945"},"run":1}', '2026-11-30 17:45:12.937388+00'),
	(2, 'sha256:d6c1032e649c1c8a87cde7eec4380b73c665bee91f5d37c4497e50226234cdd0', '{"arguments":{"version":"2.1"},"conditions":[{"closed_at":"2026-11-30T17:45:15.745171Z","closed_by":"U04MIA","found":null,"opened_at":"2026-11-30T17:45:15.253918Z","overdue_at":null,"said":{"check":"duplicates","due_at":"2026-12-01T17:45:14.539381Z","holds":[],"number":1,"owner":"U02BEN","question":"","set_by":"U01ANA","text":"quota"},"state":"lifted","statement":"promotion was removed"}],"decided_at":"2026-11-30T17:45:15.253918Z","environment":"staging","events":[{"actor":"U04MIA","at":"2026-11-30T17:45:15.253918Z","detail":{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"2.0","reason":"quorum reached: 1 of release-managers, 1 of platform"},"hash":"sha256:16302cf1b345c89daa2ada5b4e01265fd77cac5d40e7a2ae74ff731e996df9ea","kind":"decided","run":2,"seq":11},{"actor":"canary","at":"2026-11-30T17:45:15.253918Z","detail":{"check":"duplicates","due_at":"2026-12-01T17:45:14.539381Z","number":1,"owner":"U02BEN","set_by":"U01ANA","text":"quota"},"hash":"sha256:6238cecf27a08e8e5af0a8d278c661f78b20aaf40f9808bc4be54e8190e15857","kind":"condition opened","run":2,"seq":12},{"actor":"U04MIA","at":"2026-11-30T17:45:15.745171Z","detail":{"number":1,"reason":"promotion was removed"},"hash":"sha256:61e6d8f3f7a4fa462f0d16144f3fbd861d9c47b0a7b9d83ba07332d6ae75cb1a","kind":"condition lifted","run":2,"seq":13}],"format":"canary-addendum/1","packet":{"before":"sha256:9464ef2297d50d069dcfd873aabdb39fa698f19173660cdcb6c6aff8389f8862","decided":"sha256:16302cf1b345c89daa2ada5b4e01265fd77cac5d40e7a2ae74ff731e996df9ea","digest":"sha256:e807890b4df3d64ae66dbc07992227f3aa3acb384135676b93f058d3a966730a","evidence_digest":"sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5"},"run":2}', '2026-11-30 17:45:15.745171+00'),
	(3, 'sha256:d9349404881118ef067788e0a5cbfacf1c7f0d05a2f404438b07fed39cbf3389', '{"arguments":{"version":"1.1"},"conditions":[{"closed_at":"2026-11-30T17:45:22.364817Z","closed_by":"U03RAJ","found":null,"opened_at":"2026-11-30T17:45:18.548846Z","overdue_at":null,"said":{"check":"","due_at":"2026-12-01T17:45:18.317143Z","holds":[],"number":1,"owner":"U02BEN","question":"","set_by":"U01ANA","text":"quota"},"state":"lifted","statement":"the version was rolled back"}],"decided_at":"2026-11-30T17:45:18.548846Z","environment":"staging","events":[{"actor":"U01ANA","at":"2026-11-30T17:45:18.548846Z","detail":{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"2.1","reason":"quorum reached: 1 of release-managers, 1 of platform"},"hash":"sha256:a50997fd0a30115b3799337adce397e9b44cb60da26cc8fdf247c8ca1d4e80aa","kind":"decided","run":3,"seq":12},{"actor":"canary","at":"2026-11-30T17:45:18.548846Z","detail":{"due_at":"2026-12-01T17:45:18.317143Z","number":1,"owner":"U02BEN","set_by":"U01ANA","text":"quota"},"hash":"sha256:fc86ae89e07f93c501c376033816f10cafc949c924652e1ef4e8f7a93f0e16f8","kind":"condition opened","run":3,"seq":13},{"actor":"canary","at":"2026-11-30T17:45:19.116692Z","detail":{"asked":{"on-call":{"S0ONCALL":["U03RAJ"]}},"reason":"signals is 2, limit == 0","trigger":"duplicates"},"hash":"sha256:d1552791e89b42257f5330770b10907db8d12e7c56ea2508bbeeb4c96b9205c5","kind":"rollback prompted","run":3,"seq":14},{"actor":"U03RAJ","at":"2026-11-30T17:45:19.470843Z","detail":{"answer":"False alarm","note":"a test send","trigger":"duplicates"},"hash":"sha256:26c1ca28185154b4bdf70c0bbb978f903f067369876e1b85d2b0e230086cc059","kind":"prompt answered","run":3,"seq":15},{"actor":"canary","at":"2026-11-30T17:45:19.794040Z","detail":{"trigger":"duplicates"},"hash":"sha256:105d21968b93cec50529757166bc1ad3bdfa18b1c0e543f2658cf234b9776ad6","kind":"trigger recovered","run":3,"seq":16},{"actor":"canary","at":"2026-11-30T17:45:21.642653Z","detail":{"end":"superseded"},"hash":"sha256:024651b82848a819da1abdfc8b966bc856b8f1202e965e7544bbd4aff2760962","kind":"watch ended","run":3,"seq":17},{"actor":"U03RAJ","at":"2026-11-30T17:45:22.364817Z","detail":{"reason":"it was no better"},"hash":"sha256:28617ccfedc9cbc9cd1f7c3dbf49f9a920ee18719c5608cf3ffc04cacf4f3788","kind":"rolled back","run":3,"seq":18},{"actor":"U03RAJ","at":"2026-11-30T17:45:22.364817Z","detail":{"number":1,"reason":"the version was rolled back"},"hash":"sha256:402ec26fa96c41d04466c2887da0d22ee401da76e4c5398c25778773d60c33fd","kind":"condition lifted","run":3,"seq":19}],"format":"canary-addendum/1","packet":{"before":"sha256:fbb2bd3a9b4666be28fcf0afe3ff4486fa9c9c1f1cc8b5ebcde330ea0307f983","decided":"sha256:a50997fd0a30115b3799337adce397e9b44cb60da26cc8fdf247c8ca1d4e80aa","digest":"sha256:e4a7656b7ddc6bb6309b88b758aa5861842b9ab9db37ef795e7e810ac9aa9a22","evidence_digest":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625"},"run":3}', '2026-11-30 17:45:22.364817+00');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES
	('0015');


--
-- Data for Name: baseline; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.baseline VALUES
	(1, 'staging', 'before', 'sha256:cbea313bfae47aa52692efb12032b25679e341e90ebefe27f8184dd8d9af0ba6', '{"checks":{"duplicates":{"facts":{},"failed":0,"measurements":1,"readings":[{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0}],"why":""},"queue-age":{"facts":{},"failed":0,"measurements":1,"readings":[{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30}],"why":""},"quota-coverage":{"facts":{},"failed":0,"measurements":1,"readings":[{"high":0,"low":0,"name":"covered","samples":1,"unit":"","value":0},{"high":62,"low":62,"name":"total","samples":1,"unit":"","value":62},{"high":0,"low":0,"name":"percent","samples":1,"unit":"%","value":0}],"why":""}},"configuration":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b","ended_at":"2026-11-30T17:45:08.362662Z","environment":"staging","format":1,"name":"before","number":1,"previous":null,"requested_by":"U02BEN","started_at":"2026-11-30T17:45:07.895473Z"}', '2026-11-30 17:45:08.362662+00'),
	(2, 'staging', 'after', 'sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e', '{"checks":{"duplicates":{"facts":{},"failed":0,"measurements":1,"readings":[{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0}],"why":""},"queue-age":{"facts":{},"failed":0,"measurements":1,"readings":[{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30}],"why":""},"quota-coverage":{"facts":{},"failed":0,"measurements":1,"readings":[{"high":62,"low":62,"name":"covered","samples":1,"unit":"","value":62},{"high":62,"low":62,"name":"total","samples":1,"unit":"","value":62},{"high":100,"low":100,"name":"percent","samples":1,"unit":"%","value":100}],"why":""}},"configuration":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b","ended_at":"2026-11-30T17:45:13.605686Z","environment":"staging","format":1,"name":"after","number":2,"previous":"sha256:cbea313bfae47aa52692efb12032b25679e341e90ebefe27f8184dd8d9af0ba6","requested_by":"U02BEN","started_at":"2026-11-30T17:45:13.285840Z"}', '2026-11-30 17:45:13.605686+00');


--
-- Data for Name: block_type; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: capture; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.capture OVERRIDING SYSTEM VALUE VALUES
	(1, 'staging', 'before', 'done', 'C0RELEASES', 'U02BEN', 'sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b', 1, 1, 1, '2026-11-30 17:45:07.895473+00', '2026-11-30 17:45:08.895473+00', '2026-11-30 17:45:08.362662+00', NULL),
	(2, 'staging', 'after', 'done', 'C0RELEASES', 'U02BEN', 'sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b', 1, 1, 1, '2026-11-30 17:45:13.28584+00', '2026-11-30 17:45:14.28584+00', '2026-11-30 17:45:13.605686+00', NULL);


--
-- Data for Name: capture_sample; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.capture_sample VALUES
	(1, 1, '{"queue-age": {"why": "", "measurement": {"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}}, "duplicates": {"why": "", "measurement": {"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}}, "quota-coverage": {"why": "", "measurement": {"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "covered", "note": "", "unit": "", "value": 0}, {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, {"n": null, "name": "percent", "note": "", "unit": "%", "value": 0}]}}}', '2026-11-30 17:45:08.362662+00'),
	(2, 1, '{"queue-age": {"why": "", "measurement": {"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}}, "duplicates": {"why": "", "measurement": {"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}}, "quota-coverage": {"why": "", "measurement": {"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "covered", "note": "", "unit": "", "value": 62}, {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, {"n": null, "name": "percent", "note": "", "unit": "%", "value": 100}]}}}', '2026-11-30 17:45:13.605686+00');


--
-- Data for Name: check_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.check_run VALUES
	(2, 'quota-coverage', 0, 'done', 1, '2026-11-30 17:45:14.166929+00', '2026-11-30 17:45:14.43967+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": ">= 0", "outcome": "PASS", "reading": {"n": null, "name": "covered", "note": "", "unit": "", "value": 62}, "baseline": {"low": 62, "high": 62, "name": "covered", "unit": "", "value": 62, "samples": 1}}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, "baseline": {"low": 62, "high": 62, "name": "total", "unit": "", "value": 62, "samples": 1}}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "percent", "note": "", "unit": "%", "value": 100}, "baseline": {"low": 100, "high": 100, "name": "percent", "unit": "%", "value": 100, "samples": 1}}], "reason": "covered is 62, limit >= 0", "blocked": false, "outcome": "PASS", "seconds": 0.14968771500025468, "started_at": "2026-11-30T17:45:14.166929Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "covered", "note": "", "unit": "", "value": 62}, {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, {"n": null, "name": "percent", "note": "", "unit": "%", "value": 100}]}]}'),
	(1, 'queue-age', 1, 'done', 1, '2026-11-30 17:45:08.73669+00', '2026-11-30 17:45:08.958021+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.09528173200033052, "started_at": "2026-11-30T17:45:08.736690Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(1, 'duplicates', 2, 'done', 1, '2026-11-30 17:45:08.984812+00', '2026-11-30 17:45:09.160683+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 0, limit == 0", "blocked": false, "outcome": "PASS", "seconds": 0.14084761599997364, "started_at": "2026-11-30T17:45:08.984812Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}]}'),
	(8, 'duplicates', 1, 'done', 1, '2026-11-30 17:45:24.8502+00', '2026-11-30 17:45:25.173713+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 3, limit == 0", "blocked": false, "outcome": "FAIL", "seconds": 0.14181325999970795, "started_at": "2026-11-30T17:45:24.850200Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(1, 'quota-coverage', 0, 'done', 1, '2026-11-30 17:45:09.214289+00', '2026-11-30 17:45:09.63209+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": ">= 0", "outcome": "PASS", "reading": {"n": null, "name": "covered", "note": "", "unit": "", "value": 0}, "baseline": {"low": 0, "high": 0, "name": "covered", "unit": "", "value": 0, "samples": 1}}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, "baseline": {"low": 62, "high": 62, "name": "total", "unit": "", "value": 62, "samples": 1}}, {"limit": "", "outcome": null, "reading": {"n": null, "name": "percent", "note": "", "unit": "%", "value": 0}, "baseline": {"low": 0, "high": 0, "name": "percent", "unit": "%", "value": 0, "samples": 1}}], "reason": "covered is 0, limit >= 0", "blocked": false, "outcome": "PASS", "seconds": 0.13233838500036654, "started_at": "2026-11-30T17:45:09.214289Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "covered", "note": "", "unit": "", "value": 0}, {"n": null, "name": "total", "note": "", "unit": "", "value": 62}, {"n": null, "name": "percent", "note": "", "unit": "%", "value": 0}]}]}'),
	(2, 'queue-age', 1, 'done', 1, '2026-11-30 17:45:13.737355+00', '2026-11-30 17:45:13.890725+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.08430348899992168, "started_at": "2026-11-30T17:45:13.737355Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(2, 'duplicates', 2, 'done', 1, '2026-11-30 17:45:13.936719+00', '2026-11-30 17:45:14.112705+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 0, limit == 0", "blocked": false, "outcome": "PASS", "seconds": 0.1084007469999051, "started_at": "2026-11-30T17:45:13.936719Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}]}'),
	(6, 'duplicates', 1, 'done', 1, '2026-11-30 17:45:24.008452+00', '2026-11-30 17:45:24.165648+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 3, limit == 0", "blocked": false, "outcome": "FAIL", "seconds": 0.10352835100002267, "started_at": "2026-11-30T17:45:24.008452Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(3, 'queue-age', 0, 'done', 1, '2026-11-30 17:45:16.608901+00', '2026-11-30 17:45:16.890333+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.12223159999985, "started_at": "2026-11-30T17:45:16.608901Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(7, 'queue-age', 0, 'waiting', 0, NULL, NULL, NULL),
	(5, 'duplicates', 1, 'done', 1, '2026-11-30 17:45:23.004365+00', '2026-11-30 17:45:23.275466+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 3, limit == 0", "blocked": false, "outcome": "FAIL", "seconds": 0.09044061599979614, "started_at": "2026-11-30T17:45:23.004365Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(3, 'duplicates', 1, 'done', 1, '2026-11-30 17:45:16.956734+00', '2026-11-30 17:45:17.308704+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 2}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 2, limit == 0", "blocked": false, "outcome": "FAIL", "seconds": 0.20797173299979477, "started_at": "2026-11-30T17:45:16.956734Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 2}]}]}'),
	(4, 'queue-age', 0, 'done', 1, '2026-11-30 17:45:20.059172+00', '2026-11-30 17:45:20.32164+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.12285519599981853, "started_at": "2026-11-30T17:45:20.059172Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(7, 'duplicates', 1, 'waiting', 0, NULL, NULL, NULL),
	(4, 'duplicates', 1, 'done', 1, '2026-11-30 17:45:20.369584+00', '2026-11-30 17:45:20.634909+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 0, limit == 0", "blocked": false, "outcome": "PASS", "seconds": 0.1461080259996379, "started_at": "2026-11-30T17:45:20.369584Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}]}'),
	(5, 'queue-age', 0, 'done', 1, '2026-11-30 17:45:22.679325+00', '2026-11-30 17:45:22.928719+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.18436499199970058, "started_at": "2026-11-30T17:45:22.679325Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(6, 'queue-age', 0, 'done', 1, '2026-11-30 17:45:23.80384+00', '2026-11-30 17:45:23.947445+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.08708846200033804, "started_at": "2026-11-30T17:45:23.803840Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(8, 'queue-age', 0, 'done', 1, '2026-11-30 17:45:24.6777+00', '2026-11-30 17:45:24.803849+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}, "baseline": {"low": 30, "high": 30, "name": "p95", "unit": "s", "value": 30, "samples": 1}}], "reason": "p95 is 30 s, limit < 180s", "blocked": false, "outcome": "PASS", "seconds": 0.08376359899966701, "started_at": "2026-11-30T17:45:24.677700Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}');


--
-- Data for Name: condition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.condition VALUES
	(1, 1, 'met', 'quota', 'U02BEN', 'U01ANA', '2026-12-01 17:45:09.81991+00', 'duplicates', '', '{}', '2026-11-30 17:45:10.322723+00', NULL, NULL, 2, 2, '2026-11-30 17:45:11.38601+00', 'PASS', '{"judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 0, limit == 0"}', '2026-11-30 17:45:11.38601+00', 'canary', ''),
	(1, 2, 'met', 'quota', 'U02BEN', 'U02BEN', '2026-12-01 17:45:10.069509+00', '', '', '{}', '2026-11-30 17:45:10.322723+00', NULL, NULL, 0, 0, NULL, NULL, NULL, '2026-11-30 17:45:12.937388+00', 'U02BEN', 'the quota is 100'),
	(2, 1, 'lifted', 'quota', 'U02BEN', 'U01ANA', '2026-12-01 17:45:14.539381+00', 'duplicates', '', '{}', '2026-11-30 17:45:15.253918+00', NULL, NULL, 0, 0, NULL, NULL, NULL, '2026-11-30 17:45:15.745171+00', 'U04MIA', 'promotion was removed'),
	(3, 1, 'lifted', 'quota', 'U02BEN', 'U01ANA', '2026-12-01 17:45:18.317143+00', '', '', '{}', '2026-11-30 17:45:18.548846+00', NULL, NULL, 0, 0, NULL, NULL, NULL, '2026-11-30 17:45:22.364817+00', 'U03RAJ', 'the version was rolled back');


--
-- Data for Name: configuration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.configuration VALUES
	('sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b', '{"format":1,"name":"staging","environment":{"channel":"C0RELEASES","arguments":{"version":{"description":"","required":false,"pattern":null,"choices":[],"author":false,"default":null,"example":null}},"start":[],"checks":{"quota-coverage":{"kind":"jobs.coverage","title":"Quota coverage","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"covered":">= 0"},"warn":{},"fallback":"","table":"WorkspaceSettings","column":"highQuotaEnabled","equals":true,"only":null},"queue-age":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"p95":"< 180s"},"warn":{"p95":"< 240s"},"fallback":"","query":"SELECT value AS p95 FROM reading WHERE name = ''queue_age''","units":{"p95":"s"}},"duplicates":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"signals":"== 0"},"warn":{},"fallback":"","query":"SELECT value AS signals FROM reading WHERE name = ''duplicates''","units":{}}},"decide":{"approve":{"release-managers":1,"platform":1},"separate_duties":true,"author":null,"expires":"1h","remind":[],"remind_before":[],"conditions":{},"follow_up":{"check_every":"5m","remind_before":["1h"]}},"rollback":{"mitigation":"Pin capacity: OVERRIDE_CAPACITY=1024","steps":["Promote {{previous_version}} in the dashboard","Check /canary status {{environment}}"],"on_call":"on-call","escalate":null},"watch":{"for":"1h","every":"1s","triggers":{"duplicates":{"check":"duplicates","breach":1,"prompt":"Stop promotion at once"}},"checklist":[{"item":"Compare throughput with yesterday''s","owner":"platform","due":"1h"}]},"actions":{"backfill":{"kind":"sql","title":"Turn high quota on for every workspace","source":"admin","allow":{"release-managers":1},"covers":"quota-coverage","timeout":"10s","statement":"UPDATE \"WorkspaceSettings\" SET \"highQuotaEnabled\" = true WHERE NOT \"highQuotaEnabled\"","rows":{"max":100,"sample":10}}}},"sources":{"world":{"kind":"postgres","at_once":50,"dsn":"${WORLD_DSN}","tables":["reading","WorkspaceSettings"],"statement_timeout":"15s","connect_timeout":"5s","max_rows":1000,"max_bytes":1048576,"layout":{"jobs":{"table":"BackgroundJob","id":"id","type":"type","status":"status","tenant":"clientId","due":"runAt","attempts":"attempts","started":"startedAt","finished":"finishedAt","updated":"updatedAt","error":"lastError","words":{"pending":"PENDING","running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"dispatches":{"table":"BackgroundDispatchWindow","status":"status","start":"windowStart","seconds":"windowSeconds","error":"errorMessage","words":{"dispatching":"DISPATCHING","enqueued":"ENQUEUED"}},"runs":{"table":"BackgroundFunctionRun","id":"id","function":"functionName","status":"status","started":"startedAt","created":"createdAt","error":"lastError","words":{"running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"time_zone":"UTC","clock_skew":"1m"}},"admin":{"kind":"postgres.writer","at_once":50,"dsn":"${WRITER_DSN}","tables":["WorkspaceSettings"],"connect_timeout":"5s"}},"people":{"release-managers":{"members":["U01ANA"]},"platform":{"members":["S0PLATFORM"]},"on-call":{"members":["S0ONCALL"]}},"digest":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b"}', '2026-11-30 17:45:07.895473+00'),
	('sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', '{"format":1,"name":"staging","environment":{"channel":"C0RELEASES","arguments":{"version":{"description":"","required":false,"pattern":null,"choices":[],"author":false,"default":null,"example":null}},"start":[],"checks":{"queue-age":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"p95":"< 180s"},"warn":{"p95":"< 240s"},"fallback":"","query":"SELECT value AS p95 FROM reading WHERE name = ''queue_age''","units":{"p95":"s"}},"duplicates":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"signals":"== 0"},"warn":{},"fallback":"","query":"SELECT value AS signals FROM reading WHERE name = ''duplicates''","units":{}}},"decide":{"approve":{"release-managers":1,"platform":1},"separate_duties":true,"author":null,"expires":"1h","remind":[],"remind_before":[],"conditions":{},"follow_up":{"check_every":"5m","remind_before":["1h"]}},"rollback":{"mitigation":"Pin capacity: OVERRIDE_CAPACITY=1024","steps":["Promote {{previous_version}} in the dashboard","Check /canary status {{environment}}"],"on_call":"on-call","escalate":null},"watch":{"for":"1h","every":"1s","triggers":{"duplicates":{"check":"duplicates","breach":1,"prompt":"Stop promotion at once"}},"checklist":[{"item":"Compare throughput with yesterday''s","owner":"platform","due":"1h"}]},"actions":{}},"sources":{"world":{"kind":"postgres","at_once":50,"dsn":"${WORLD_DSN}","tables":["reading"],"statement_timeout":"15s","connect_timeout":"5s","max_rows":1000,"max_bytes":1048576,"layout":{"jobs":{"table":"BackgroundJob","id":"id","type":"type","status":"status","tenant":"clientId","due":"runAt","attempts":"attempts","started":"startedAt","finished":"finishedAt","updated":"updatedAt","error":"lastError","words":{"pending":"PENDING","running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"dispatches":{"table":"BackgroundDispatchWindow","status":"status","start":"windowStart","seconds":"windowSeconds","error":"errorMessage","words":{"dispatching":"DISPATCHING","enqueued":"ENQUEUED"}},"runs":{"table":"BackgroundFunctionRun","id":"id","function":"functionName","status":"status","started":"startedAt","created":"createdAt","error":"lastError","words":{"running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"time_zone":"UTC","clock_skew":"1m"}}},"people":{"release-managers":{"members":["U01ANA"]},"platform":{"members":["S0PLATFORM"]},"on-call":{"members":["S0ONCALL"]}},"digest":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46"}', '2026-11-30 17:45:16.368999+00');


--
-- Data for Name: decision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.decision VALUES
	(1, 'CONDITIONAL GO', 'sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945', '{"run": 1, "votes": [{"roles": ["release-managers"], "choice": "Conditional go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-30T17:45:09.903429Z", "evidence": "sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945", "condition": {"due": "2026-12-01T17:45:09.819910Z", "text": "quota", "check": "duplicates", "owner": "U02BEN"}}, {"roles": ["platform"], "choice": "Conditional go", "person": "U02BEN", "reason": "", "cast_at": "2026-11-30T17:45:10.322723Z", "evidence": "sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945", "condition": {"due": "2026-12-01T17:45:10.069509Z", "text": "quota", "owner": "U02BEN"}}], "filled": {"platform": ["U02BEN"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "CONDITIONAL GO", "waivers": [], "evidence": "sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945", "decided_at": "2026-11-30T17:45:10.322723Z", "decided_by": ["U01ANA", "U02BEN"], "previous_version": ""}', '2026-11-30 17:45:10.322723+00'),
	(2, 'CONDITIONAL GO', 'sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5', '{"run": 2, "votes": [{"roles": ["release-managers"], "choice": "Conditional go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-30T17:45:14.584782Z", "evidence": "sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5", "condition": {"due": "2026-12-01T17:45:14.539381Z", "text": "quota", "check": "duplicates", "owner": "U02BEN"}}, {"roles": ["platform"], "choice": "Go", "person": "U04MIA", "reason": "", "cast_at": "2026-11-30T17:45:15.253918Z", "evidence": "sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5", "condition": null}], "filled": {"platform": ["U04MIA"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "CONDITIONAL GO", "waivers": [], "evidence": "sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5", "decided_at": "2026-11-30T17:45:15.253918Z", "decided_by": ["U01ANA", "U04MIA"], "previous_version": "2.0"}', '2026-11-30 17:45:15.253918+00'),
	(3, 'CONDITIONAL GO', 'sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625', '{"run": 3, "votes": [{"roles": ["platform"], "choice": "Go", "person": "U04MIA", "reason": "", "cast_at": "2026-11-30T17:45:18.055662Z", "evidence": "sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625", "condition": null}, {"roles": ["release-managers"], "choice": "Conditional go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-30T17:45:18.548846Z", "evidence": "sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625", "condition": {"due": "2026-12-01T17:45:18.317143Z", "text": "quota", "owner": "U02BEN"}}], "filled": {"platform": ["U04MIA"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "CONDITIONAL GO", "waivers": [{"check": "duplicates", "person": "U02BEN", "reason": "known", "evidence": "sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625", "granted_at": "2026-11-30T17:45:17.641291Z"}], "evidence": "sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625", "decided_at": "2026-11-30T17:45:18.548846Z", "decided_by": ["U01ANA", "U04MIA"], "previous_version": "2.1"}', '2026-11-30 17:45:18.548846+00'),
	(4, 'GO', 'sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8', '{"run": 4, "votes": [{"roles": ["release-managers"], "choice": "Go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-30T17:45:20.952675Z", "evidence": "sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8", "condition": null}, {"roles": ["platform"], "choice": "Go", "person": "U02BEN", "reason": "", "cast_at": "2026-11-30T17:45:21.642653Z", "evidence": "sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8", "condition": null}], "filled": {"platform": ["U02BEN"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "GO", "waivers": [], "evidence": "sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8", "decided_at": "2026-11-30T17:45:21.642653Z", "decided_by": ["U01ANA", "U02BEN"], "previous_version": "1.1"}', '2026-11-30 17:45:21.642653+00'),
	(5, 'NO-GO', 'sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897', '{"run": 5, "votes": [{"roles": ["release-managers"], "choice": "No-go", "person": "U01ANA", "reason": "duplicates", "cast_at": "2026-11-30T17:45:23.457837Z", "evidence": "sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897", "condition": null}], "filled": {"platform": [], "release-managers": []}, "reason": "duplicates", "outcome": "NO-GO", "waivers": [], "evidence": "sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897", "decided_at": "2026-11-30T17:45:23.457837Z", "decided_by": ["U01ANA"], "previous_version": "2.1"}', '2026-11-30 17:45:23.457837+00'),
	(6, 'EXPIRED', 'sha256:6b7ebe8788c5eb0b49a45c868ed7eae90fa9dcc34a1ed1882af71683f37e56bc', '{"run": 6, "votes": [], "filled": {}, "reason": "nobody decided in time", "outcome": "EXPIRED", "waivers": [], "evidence": "sha256:6b7ebe8788c5eb0b49a45c868ed7eae90fa9dcc34a1ed1882af71683f37e56bc", "decided_at": "2026-11-30T17:45:24.319542Z", "decided_by": [], "previous_version": "2.1"}', '2026-11-30 17:45:24.319542+00'),
	(7, 'CANCELLED', NULL, '{"run": 7, "votes": [], "filled": {}, "reason": "wrong version", "outcome": "CANCELLED", "waivers": [], "evidence": null, "decided_at": "2026-11-30T17:45:24.573713Z", "decided_by": ["U03RAJ"], "previous_version": "2.1"}', '2026-11-30 17:45:24.573713+00');


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES
	(1, 1, '2026-11-30 17:45:08.531317+00', 'U03RAJ', 'run started', '{"arguments":{"version":"2.0"},"configuration":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b","environment":"staging"}', 'sha256:056b1fe977f55ba6919478d1f7393376d458dbc5067d08792a949690fa448cc8'),
	(1, 2, '2026-11-30 17:45:08.531317+00', 'U03RAJ', 'baseline chosen', '{"baseline":1,"digest":"sha256:cbea313bfae47aa52692efb12032b25679e341e90ebefe27f8184dd8d9af0ba6","name":"before"}', 'sha256:5c6a069c8bd5802f59509c128315403b2018d0e3d35262cf231cb7c6287c6053'),
	(1, 3, '2026-11-30 17:45:08.958021+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:c52567bfaf1240f5b01e0c3c07a7f098aa2cd560a83e730c7d6ab6aeb6aa8a85'),
	(1, 4, '2026-11-30 17:45:09.160683+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"PASS","reason":"signals is 0, limit == 0"}', 'sha256:fd7c9206429dfce0a98e4fde8b79eb1c529fc9104c8eec47510fcba64f341968'),
	(1, 5, '2026-11-30 17:45:09.63209+00', 'canary', 'check finished', '{"check":"quota-coverage","outcome":"PASS","reason":"covered is 0, limit >= 0"}', 'sha256:c243fb308144646ece03d8df57f5e1bb9aba20cf2e5e5c18020e6ef142570b4a'),
	(1, 6, '2026-11-30 17:45:09.63209+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945","reasons":[],"recommendation":"GO"}', 'sha256:fc7c8e6ca460522744c05217b4ed411b1665bdf6300da9cdd8f1f8c43f5860d8'),
	(1, 7, '2026-11-30 17:45:09.903429+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:c9bfc889348922fe82df861e403c35e8b024b4a7689ee582e48f71243fd7b11f'),
	(1, 8, '2026-11-30 17:45:09.903429+00', 'U01ANA', 'voted', '{"choice":"Conditional go","condition":{"check":"duplicates","due":"2026-12-01T17:45:09.819910Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945","reason":"","roles":["release-managers"]}', 'sha256:f14b1d06bfc1248f2986a48b4c2bbf3a341105f08ab86bd9a4cce1d210f7207c'),
	(1, 9, '2026-11-30 17:45:10.322723+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:7a97f125a2df9463cc6daa784c02ca2f7dba8e8246918b3e432d2aa92fdeaa83'),
	(1, 10, '2026-11-30 17:45:10.322723+00', 'U02BEN', 'voted', '{"choice":"Conditional go","condition":{"due":"2026-12-01T17:45:10.069509Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945","reason":"","roles":["platform"]}', 'sha256:f9f8c8cfb39a9552682c6d7d5e41f2b288248d29d646c2c33e63f9bc771753e2'),
	(1, 11, '2026-11-30 17:45:10.322723+00', 'U02BEN', 'decided', '{"decided_by":["U01ANA","U02BEN"],"evidence":"sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945","filled":{"platform":["U02BEN"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:68d01becfd2eb55d8dd7c079208ca5a0718ea2ac36ab45599ae5ce5bec92b85f'),
	(1, 12, '2026-11-30 17:45:10.322723+00', 'canary', 'condition opened', '{"check":"duplicates","due_at":"2026-12-01T17:45:09.819910Z","number":1,"owner":"U02BEN","set_by":"U01ANA","text":"quota"}', 'sha256:54a2eb8f6307ee235deb4f99b277e1d11660808afb92f42228c293f1efee4cbd'),
	(1, 13, '2026-11-30 17:45:10.322723+00', 'canary', 'condition opened', '{"due_at":"2026-12-01T17:45:10.069509Z","number":2,"owner":"U02BEN","set_by":"U02BEN","text":"quota"}', 'sha256:1869cb86430981628c9ed0d32a4749c0fbb000a40c795960aecfaee8cd41501a'),
	(1, 14, '2026-11-30 17:45:11.38601+00', 'canary', 'condition met', '{"found":{"judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"reason":"signals is 0, limit == 0"},"number":1}', 'sha256:1c4bcf33353f7f867fd39c1446ea095aad3d1a9a1b63504b384b9933566193bf'),
	(1, 15, '2026-11-30 17:45:11.905717+00', 'U01ANA', 'action requested', '{"action":"backfill","attempt":1,"does":["UPDATE \"WorkspaceSettings\" SET \"highQuotaEnabled\" = true WHERE NOT \"highQuotaEnabled\""],"idempotency_key":"e6a970a8-cb9d-4ad3-bcf5-da8d313e40f0","roles":["release-managers"],"rows":62}', 'sha256:185d242ebba36cf7f98fc8ccef2a422ca0c924987094d15ba9438fdae4f3ef8c'),
	(1, 16, '2026-11-30 17:45:12.28719+00', 'canary', 'action claimed', '{"action":"backfill","attempt":1,"before":"covered is 0, limit >= 0","outcome":"PASS"}', 'sha256:914d122728e9fa2d715c04be98ce031597e3cea0981c5764b071a9f23f061a6b'),
	(1, 17, '2026-11-30 17:45:12.51284+00', 'canary', 'action done', '{"action":"backfill","attempt":1,"rows":62,"said":"62 rows updated"}', 'sha256:d3fcc3bf925a8f0d3287e8e5550ab1b5254829af90810a63e91272a02f42325e'),
	(1, 18, '2026-11-30 17:45:12.787724+00', 'canary', 'action covered', '{"action":"backfill","after":"covered is 62, limit >= 0","attempt":1,"outcome":"PASS"}', 'sha256:cd30a3d4e938d800a400511427c6c4719de83ef950ab24219a171fd59805166c'),
	(1, 19, '2026-11-30 17:45:12.937388+00', 'U02BEN', 'condition met', '{"number":2,"statement":"the quota is 100"}', 'sha256:7d8292057a38201c3d6fbddff8615fd83d7dc87d2801488caa1caf2db87bb5ee'),
	(1, 20, '2026-11-30 17:45:12.937388+00', 'canary', 'addendum issued', '{"digest":"sha256:82eaa5a9faba0d080da7e2e2ee8e6bdef5e7300a0deece816ec26c677e0f2fd1"}', 'sha256:dcdd005337e1aea3f1ca45a392dfbff26ae217244ff38834a2afdc5228787426'),
	(2, 1, '2026-11-30 17:45:13.669983+00', 'U03RAJ', 'run started', '{"arguments":{"version":"2.1"},"configuration":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b","environment":"staging"}', 'sha256:e21f1c21c9f1c4c851ed03b5a990be86c4dbb2b48a4b99be4fc199f2b339625b'),
	(2, 2, '2026-11-30 17:45:13.669983+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:e120a6162d529cbd2f343ffd7937f2db2520c5a5817d22015754eb0cde6beed7'),
	(2, 3, '2026-11-30 17:45:13.890725+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:5d9104f578b97f01fa0ec765dd62765d3cbcaa7675bbac31f87704f1d8947fd9'),
	(2, 4, '2026-11-30 17:45:14.112705+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"PASS","reason":"signals is 0, limit == 0"}', 'sha256:45db3b4e6b6e0b33fc33f2499ddd10df8bf3afb2a32990f0d5d76b6537ce243a'),
	(2, 5, '2026-11-30 17:45:14.43967+00', 'canary', 'check finished', '{"check":"quota-coverage","outcome":"PASS","reason":"covered is 62, limit >= 0"}', 'sha256:97d4e5092ebd270808a9cf2de918cf9d0385f427ce5605ac407e3c611e41674b'),
	(2, 6, '2026-11-30 17:45:14.43967+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5","reasons":[],"recommendation":"GO"}', 'sha256:37a7849eae50f353caf9edd687158c023cb2cd3b5573dfe36c4e9f6c3e2d15d1'),
	(2, 7, '2026-11-30 17:45:14.584782+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:865aae3046ffbc4d3b481837a2f4d4ea76365d38ba93cafe2843c7ea4cbe282e'),
	(2, 8, '2026-11-30 17:45:14.584782+00', 'U01ANA', 'voted', '{"choice":"Conditional go","condition":{"check":"duplicates","due":"2026-12-01T17:45:14.539381Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5","reason":"","roles":["release-managers"]}', 'sha256:4795111728aed19e6fe7f26018f8d4ed170cc56ec2599cdd5bd86428b5b6e2b1'),
	(2, 9, '2026-11-30 17:45:15.253918+00', 'U04MIA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:e85d040fb9a5aa4504c676cd2f1492394df5a987237f97933901fa5ebbfbdd45'),
	(2, 10, '2026-11-30 17:45:15.253918+00', 'U04MIA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5","reason":"","roles":["platform"]}', 'sha256:9464ef2297d50d069dcfd873aabdb39fa698f19173660cdcb6c6aff8389f8862'),
	(2, 11, '2026-11-30 17:45:15.253918+00', 'U04MIA', 'decided', '{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"2.0","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:16302cf1b345c89daa2ada5b4e01265fd77cac5d40e7a2ae74ff731e996df9ea'),
	(2, 12, '2026-11-30 17:45:15.253918+00', 'canary', 'condition opened', '{"check":"duplicates","due_at":"2026-12-01T17:45:14.539381Z","number":1,"owner":"U02BEN","set_by":"U01ANA","text":"quota"}', 'sha256:6238cecf27a08e8e5af0a8d278c661f78b20aaf40f9808bc4be54e8190e15857'),
	(1, 21, '2026-11-30 17:45:15.253918+00', 'canary', 'watch ended', '{"end":"superseded"}', 'sha256:d1a49573a746e5b7446b9394980cbc6dee5a1b462ae9fe8fbee221f70e3ab150'),
	(2, 13, '2026-11-30 17:45:15.745171+00', 'U04MIA', 'condition lifted', '{"number":1,"reason":"promotion was removed"}', 'sha256:61e6d8f3f7a4fa462f0d16144f3fbd861d9c47b0a7b9d83ba07332d6ae75cb1a'),
	(2, 14, '2026-11-30 17:45:15.745171+00', 'canary', 'addendum issued', '{"digest":"sha256:d6c1032e649c1c8a87cde7eec4380b73c665bee91f5d37c4497e50226234cdd0"}', 'sha256:97bd357e1e932c7627e3e96ed82638cd2736d86d4b4b56f1ff00b0652ae42557'),
	(3, 1, '2026-11-30 17:45:16.368999+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.1"},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging"}', 'sha256:aaea2e9909c9ab997b9347efcb97809f22e81eae47de27ac6de9d7b95877ddc8'),
	(3, 2, '2026-11-30 17:45:16.368999+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:540cb95547613b8fb212f8f3b4dad1801fb8beefb6ae88c79c59106768060220'),
	(3, 3, '2026-11-30 17:45:16.890333+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:b7011d3e92d86fb6f52aa028cd12385ae755540d19e95ef8110ac00323c092c5'),
	(3, 4, '2026-11-30 17:45:17.308704+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 2, limit == 0"}', 'sha256:ec622b43815e7a8abbb44d7f45cbe564d5d733d9b4e8d9c41f283367469a29f2'),
	(3, 5, '2026-11-30 17:45:17.308704+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}', 'sha256:c6946cd60c914f359330ef17ae8cea0fad1b6cf87f822cab779d7c9776abed97'),
	(3, 6, '2026-11-30 17:45:17.641291+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:7744cea8275ae3459bb73b4fb98f88c9a0d5d004b9951a726bca84c9a2781b9d'),
	(3, 7, '2026-11-30 17:45:17.641291+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625","reason":"known"}', 'sha256:00fd15a9ad2c8e713d84ced9b3a7b47a08139f42bbdbdaab1ec0050a80f469da'),
	(3, 8, '2026-11-30 17:45:18.055662+00', 'U04MIA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:e6636e0df04ca992745238c9590bcc85988a52362c2ca768497ddcaa18d294d7'),
	(3, 9, '2026-11-30 17:45:18.055662+00', 'U04MIA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625","reason":"","roles":["platform"]}', 'sha256:05e670d8453b25216087939a1266b1acb95123d1a06aeb008b4ad0db2b8dfb3f'),
	(3, 10, '2026-11-30 17:45:18.548846+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:9a9b460b373d4598838db6785afcb369f758129b253033d217afa3136695afa4'),
	(3, 11, '2026-11-30 17:45:18.548846+00', 'U01ANA', 'voted', '{"choice":"Conditional go","condition":{"due":"2026-12-01T17:45:18.317143Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625","reason":"","roles":["release-managers"]}', 'sha256:fbb2bd3a9b4666be28fcf0afe3ff4486fa9c9c1f1cc8b5ebcde330ea0307f983'),
	(3, 12, '2026-11-30 17:45:18.548846+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"2.1","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:a50997fd0a30115b3799337adce397e9b44cb60da26cc8fdf247c8ca1d4e80aa'),
	(3, 13, '2026-11-30 17:45:18.548846+00', 'canary', 'condition opened', '{"due_at":"2026-12-01T17:45:18.317143Z","number":1,"owner":"U02BEN","set_by":"U01ANA","text":"quota"}', 'sha256:fc86ae89e07f93c501c376033816f10cafc949c924652e1ef4e8f7a93f0e16f8'),
	(2, 15, '2026-11-30 17:45:18.548846+00', 'canary', 'watch ended', '{"end":"superseded"}', 'sha256:4a83366af3cd59455e0b070eeeda6c46346133ea76447591186d0791515efd24'),
	(3, 14, '2026-11-30 17:45:19.116692+00', 'canary', 'rollback prompted', '{"asked":{"on-call":{"S0ONCALL":["U03RAJ"]}},"reason":"signals is 2, limit == 0","trigger":"duplicates"}', 'sha256:d1552791e89b42257f5330770b10907db8d12e7c56ea2508bbeeb4c96b9205c5'),
	(3, 15, '2026-11-30 17:45:19.470843+00', 'U03RAJ', 'prompt answered', '{"answer":"False alarm","note":"a test send","trigger":"duplicates"}', 'sha256:26c1ca28185154b4bdf70c0bbb978f903f067369876e1b85d2b0e230086cc059'),
	(3, 16, '2026-11-30 17:45:19.79404+00', 'canary', 'trigger recovered', '{"trigger":"duplicates"}', 'sha256:105d21968b93cec50529757166bc1ad3bdfa18b1c0e543f2658cf234b9776ad6'),
	(4, 1, '2026-11-30 17:45:19.922871+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.2"},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging"}', 'sha256:8fbb6ab42b6edc232e9b64fccb24cb00172da2a39151453381d25fe23c3eb0a2'),
	(4, 2, '2026-11-30 17:45:19.922871+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:13e283d2dccc37c2a29571ca127fdd166f44a9eb0425931a1671b45999b3b14a'),
	(4, 3, '2026-11-30 17:45:20.32164+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:8a5f12510030c0c9333f2e6075b06f4bfa693864dadf8877205bb4c8d4065942'),
	(4, 7, '2026-11-30 17:45:20.952675+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:a2fb3d4f178cebc2e223ccbf3ca23c6fff6760c834f71c7bc303987f74c65a31'),
	(4, 8, '2026-11-30 17:45:20.952675+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8","reason":"","roles":["release-managers"]}', 'sha256:0bb94aa2bb6aaf1578fa72835b37eaa73567396a3a1f37507eaebde17d71f636'),
	(3, 18, '2026-11-30 17:45:22.364817+00', 'U03RAJ', 'rolled back', '{"reason":"it was no better"}', 'sha256:28617ccfedc9cbc9cd1f7c3dbf49f9a920ee18719c5608cf3ffc04cacf4f3788'),
	(3, 19, '2026-11-30 17:45:22.364817+00', 'U03RAJ', 'condition lifted', '{"number":1,"reason":"the version was rolled back"}', 'sha256:402ec26fa96c41d04466c2887da0d22ee401da76e4c5398c25778773d60c33fd'),
	(3, 20, '2026-11-30 17:45:22.364817+00', 'canary', 'addendum issued', '{"digest":"sha256:d9349404881118ef067788e0a5cbfacf1c7f0d05a2f404438b07fed39cbf3389"}', 'sha256:3b62b4aa73166ccb2fefd8219d50b351e0eacd7afba076df9bc8041ef225c66e'),
	(5, 1, '2026-11-30 17:45:22.614204+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.3"},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging"}', 'sha256:38473873c8ced34a80f6939ddc9342d508b494f1fefc3238b4c802c7387dd41b'),
	(5, 2, '2026-11-30 17:45:22.614204+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:bc7bfc7f295ed66a52db32544b8ad089edf090a9366abc81ebae2431a5e02c9e'),
	(5, 3, '2026-11-30 17:45:22.928719+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:4c71757f689b030cdad547931a776355d1e7fb1a015fd58b0037c59a437ca79b'),
	(5, 6, '2026-11-30 17:45:23.457837+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:c465f1c530996086c2e92aa7f2caeca6c3eb84827c5920ad336e6f874910cb72'),
	(5, 7, '2026-11-30 17:45:23.457837+00', 'U01ANA', 'voted', '{"choice":"No-go","condition":null,"evidence":"sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897","reason":"duplicates","roles":["release-managers"]}', 'sha256:df14162df7a0932833be85eedbddb29abc7ff1e6a34accd6e45449db3c7f34bb'),
	(5, 8, '2026-11-30 17:45:23.457837+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA"],"evidence":"sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897","filled":{"platform":[],"release-managers":[]},"outcome":"NO-GO","previous_version":"2.1","reason":"duplicates"}', 'sha256:e5ab1094f08ea16e0e2664d22fee72f6d8e414ba15039631a741941611ef9451'),
	(5, 9, '2026-11-30 17:45:23.693335+00', 'U02BEN', 'refused', '{"reason":"Run #5 is already decided, so votes no longer count.","what":"vote Go"}', 'sha256:9676a4bdb808c9aaf09bb1bbb0d5e94df084bdda028c70dba5bd3369194de0ea'),
	(6, 1, '2026-11-30 17:45:23.743395+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.4"},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging"}', 'sha256:50712f32ad8368dfa05cbb1490cf5515998fb0543e4c641752673fc0c58368ff'),
	(6, 2, '2026-11-30 17:45:23.743395+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:a8927f910b3ab075454f8378b2a34cbffd6e6f3dac888f9413ac2476a9e9bf16'),
	(6, 3, '2026-11-30 17:45:23.947445+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:d17775f90c19922e4a8014e8e1efcc60d28554b8e48cfd04696f5c9ba9ce0f6e'),
	(7, 3, '2026-11-30 17:45:24.573713+00', 'U03RAJ', 'decided', '{"decided_by":["U03RAJ"],"evidence":null,"filled":{},"outcome":"CANCELLED","previous_version":"2.1","reason":"wrong version"}', 'sha256:17cfb075bd3b6089e9fb75b355637b25ef7d791426fa23d5c42807a699ac59a0'),
	(8, 1, '2026-11-30 17:45:24.62351+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.6"},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging"}', 'sha256:edbc0008fe802baf03e494e522f53903110848cea32b9a61836055526372662b'),
	(8, 2, '2026-11-30 17:45:24.62351+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:a3346e2ed27843e69e0c08ebf4f323ec51d7db0bf23149060e9e4fcf23d0e537'),
	(8, 3, '2026-11-30 17:45:24.803849+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:0d13e4af05044dc84f796f6833b770faa04ca0e20a429220fa8c4cf58f270f15'),
	(8, 6, '2026-11-30 17:45:25.276689+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:d3fd9cb32838eb11e26d834ee13dcb6d9469c930af2574de6a4da53e7b22eacb'),
	(8, 7, '2026-11-30 17:45:25.276689+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9","reason":"","roles":["release-managers"]}', 'sha256:d5d66c2f1d2731bfebc4d7817915681e093aa4f70525d91d4d1f6b4516eee17c'),
	(8, 10, '2026-11-30 17:45:25.765868+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":[]}}', 'sha256:44b40ee79c340daed1f1fd588d3aa12578c93a01905b4131a0ef531c43b66ed9'),
	(8, 11, '2026-11-30 17:45:25.765868+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9","reason":"","roles":["platform"]}', 'sha256:44a7fb8f106fc098b3303b557d2ff10f60f9781f8f8b7588a620731a84811503'),
	(8, 12, '2026-11-30 17:45:25.765868+00', 'canary', 'vote lapsed', '{"choice":"Go","person":"U01ANA"}', 'sha256:1e788346bcf9bfd6d8f4e771cfd4af8638cd29e4cd5452b59d7d7d022c32b97d'),
	(8, 13, '2026-11-30 17:45:25.903927+00', 'U01ANA', 'refused', '{"reason":"You can''t vote on run #8: this account is deactivated.","what":"vote Go"}', 'sha256:580958ec96c54a2781e373e6fc9c49178e87440c2318c6dedf7e1cab6baff532'),
	(4, 4, '2026-11-30 17:45:20.634909+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"PASS","reason":"signals is 0, limit == 0"}', 'sha256:a4fdc72df61f3d4899fa78fc4fd4e61b9f0b66a3e7b91e3927338a7c7ffa548f'),
	(4, 5, '2026-11-30 17:45:20.634909+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8","reasons":[],"recommendation":"GO"}', 'sha256:32abc28ba6a58863d28fdbefa2a40783868b92d511867b340c4315ba8590d2be'),
	(4, 6, '2026-11-30 17:45:20.848024+00', 'U03RAJ', 'refused', '{"reason":"Only release-managers and platform can vote on run #4.","what":"vote Go"}', 'sha256:620354deb63b36027616d13563fd4888e5e5a08ee375724af26ba9ea6d770371'),
	(4, 9, '2026-11-30 17:45:21.642653+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:4cd1f7d505f39951c98346d28030b0a4890206aef400c161252fdd220fadc393'),
	(4, 10, '2026-11-30 17:45:21.642653+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8","reason":"","roles":["platform"]}', 'sha256:e450e9ff5dc0f88025ad607bdbaf2c40f5879a7316d62eddc55e6cee66724a03'),
	(4, 11, '2026-11-30 17:45:21.642653+00', 'U02BEN', 'decided', '{"decided_by":["U01ANA","U02BEN"],"evidence":"sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8","filled":{"platform":["U02BEN"],"release-managers":["U01ANA"]},"outcome":"GO","previous_version":"1.1","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:b1c656bb59a692a1210bd8a1eb9dc519744bcf36d8ad4de4e46e1081071299fe'),
	(3, 17, '2026-11-30 17:45:21.642653+00', 'canary', 'watch ended', '{"end":"superseded"}', 'sha256:024651b82848a819da1abdfc8b966bc856b8f1202e965e7544bbd4aff2760962'),
	(4, 12, '2026-11-30 17:45:21.967551+00', 'canary', 'rollback prompted', '{"asked":{"on-call":{"S0ONCALL":["U03RAJ"]}},"reason":"signals is 3, limit == 0","trigger":"duplicates"}', 'sha256:18b9b92576138c1e40f03864c9b734f8ce0ec7fe1bb6565f8744e09b4caaaf73'),
	(4, 13, '2026-11-30 17:45:22.081379+00', 'U03RAJ', 'prompt answered', '{"answer":"I''m on it","note":"","trigger":"duplicates"}', 'sha256:9b81eb2409e10851879ad20348c50b79a97230547d22f3225a0c2f3180bd5480'),
	(4, 14, '2026-11-30 17:45:22.257053+00', 'U03RAJ', 'prompt answered', '{"answer":"Rolled back","note":"","trigger":"duplicates"}', 'sha256:4e7c0c438ceeb4e40c84c9db1b26f5929902db7d94ebf8bdef79efcb853aab47'),
	(4, 15, '2026-11-30 17:45:22.257053+00', 'U03RAJ', 'watch ended', '{"end":"rolled back"}', 'sha256:a8ad24507ae48749d49b35c52cde6e37456678fb52333011593b3d2ab6cafb4f'),
	(5, 4, '2026-11-30 17:45:23.275466+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:7d45855367891a2075090086544101f144e5519a765bb9b517193e06c232d18f'),
	(5, 5, '2026-11-30 17:45:23.275466+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:478b83760c5b623e170b5f2512dac0ad91123a29a3f911f444c1c68b86228b9e'),
	(6, 4, '2026-11-30 17:45:24.165648+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:7d5dd75024f4edfd0e436925b47c7e95725a2f473a38a2969313ef7ba587fd72'),
	(6, 5, '2026-11-30 17:45:24.165648+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:6b7ebe8788c5eb0b49a45c868ed7eae90fa9dcc34a1ed1882af71683f37e56bc","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:a22f91541ff419d07603497eff0acad9b19117aacdf4524572273a776ff228ea'),
	(6, 6, '2026-11-30 17:45:24.319542+00', 'canary', 'decided', '{"decided_by":[],"evidence":"sha256:6b7ebe8788c5eb0b49a45c868ed7eae90fa9dcc34a1ed1882af71683f37e56bc","filled":{},"outcome":"EXPIRED","previous_version":"2.1","reason":"nobody decided in time"}', 'sha256:85c83df3aa1c44e57787d4b006df2c819036838a18e4a253d94c6a490e4ebef5'),
	(7, 1, '2026-11-30 17:45:24.498441+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.5"},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging"}', 'sha256:a37eaa3cf9cd7973f46ad34b495b518fc39ce2ebe45444efcd9640975454b766'),
	(7, 2, '2026-11-30 17:45:24.498441+00', 'U03RAJ', 'baseline chosen', '{"baseline":2,"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after"}', 'sha256:e967725e6c589391aedabf9ec9382fe3986ccef841ae39edb58e968451d2e5a7'),
	(8, 4, '2026-11-30 17:45:25.173713+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:5665bc747c913e4c73934935c7a18a74fde6f0c6d3356e538df622ec53fd41ed'),
	(8, 5, '2026-11-30 17:45:25.173713+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:c1c869dfbd30e31f2b4336e0c4334824ac60094fc929aed248236631d34aa26e');
INSERT INTO public.event VALUES
	(8, 8, '2026-11-30 17:45:25.589724+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:465699449993823daca98163bac73ce39c91c76c4bb6f74d3d39ad3d3aff2772'),
	(8, 9, '2026-11-30 17:45:25.589724+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9","reason":"known"}', 'sha256:6a7ae498b3a475a192994621d51aca3c38ba82986a8e36a18e03714a35e246eb');


--
-- Data for Name: evidence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence VALUES
	('sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945', 1, '{"arguments":{"version":"2.0"},"baseline":{"digest":"sha256:cbea313bfae47aa52692efb12032b25679e341e90ebefe27f8184dd8d9af0ba6","name":"before","number":1},"checks":{"duplicates":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"signals is 0, limit == 0","seconds":0.14084761599997364,"started_at":"2026-11-30T17:45:08.984812Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.09528173200033052,"started_at":"2026-11-30T17:45:08.736690Z"},"quota-coverage":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"covered","samples":1,"unit":"","value":0},"limit":">= 0","outcome":"PASS","reading":{"n":null,"name":"covered","note":"","unit":"","value":0}},{"baseline":{"high":62,"low":62,"name":"total","samples":1,"unit":"","value":62},"limit":"","outcome":null,"reading":{"n":null,"name":"total","note":"","unit":"","value":62}},{"baseline":{"high":0,"low":0,"name":"percent","samples":1,"unit":"%","value":0},"limit":"","outcome":null,"reading":{"n":null,"name":"percent","note":"","unit":"%","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"covered","note":"","unit":"","value":0},{"n":null,"name":"total","note":"","unit":"","value":62},{"n":null,"name":"percent","note":"","unit":"%","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"covered is 0, limit >= 0","seconds":0.13233838500036654,"started_at":"2026-11-30T17:45:09.214289Z"}},"configuration":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:08.531317Z","requested_by":"U03RAJ","run":1,"verdict":{"mitigated":{},"needs_waiver":[],"outcome":"PASS","reasons":[],"recommendation":"GO"}}', '2026-11-30 17:45:09.63209+00'),
	('sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5', 2, '{"arguments":{"version":"2.1"},"baseline":{"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after","number":2},"checks":{"duplicates":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"signals is 0, limit == 0","seconds":0.1084007469999051,"started_at":"2026-11-30T17:45:13.936719Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.08430348899992168,"started_at":"2026-11-30T17:45:13.737355Z"},"quota-coverage":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":62,"low":62,"name":"covered","samples":1,"unit":"","value":62},"limit":">= 0","outcome":"PASS","reading":{"n":null,"name":"covered","note":"","unit":"","value":62}},{"baseline":{"high":62,"low":62,"name":"total","samples":1,"unit":"","value":62},"limit":"","outcome":null,"reading":{"n":null,"name":"total","note":"","unit":"","value":62}},{"baseline":{"high":100,"low":100,"name":"percent","samples":1,"unit":"%","value":100},"limit":"","outcome":null,"reading":{"n":null,"name":"percent","note":"","unit":"%","value":100}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"covered","note":"","unit":"","value":62},{"n":null,"name":"total","note":"","unit":"","value":62},{"n":null,"name":"percent","note":"","unit":"%","value":100}],"series":[],"window":null}],"outcome":"PASS","reason":"covered is 62, limit >= 0","seconds":0.14968771500025468,"started_at":"2026-11-30T17:45:14.166929Z"}},"configuration":"sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:13.669983Z","requested_by":"U03RAJ","run":2,"verdict":{"mitigated":{},"needs_waiver":[],"outcome":"PASS","reasons":[],"recommendation":"GO"}}', '2026-11-30 17:45:14.43967+00'),
	('sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625', 3, '{"arguments":{"version":"1.1"},"baseline":{"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after","number":2},"checks":{"duplicates":{"blocked":false,"cause":"regression","detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":2}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":2}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 2, limit == 0","seconds":0.20797173299979477,"started_at":"2026-11-30T17:45:16.956734Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.12223159999985,"started_at":"2026-11-30T17:45:16.608901Z"}},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:16.368999Z","requested_by":"U03RAJ","run":3,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 17:45:17.308704+00'),
	('sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8', 4, '{"arguments":{"version":"1.2"},"baseline":{"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after","number":2},"checks":{"duplicates":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"signals is 0, limit == 0","seconds":0.1461080259996379,"started_at":"2026-11-30T17:45:20.369584Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.12285519599981853,"started_at":"2026-11-30T17:45:20.059172Z"}},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:19.922871Z","requested_by":"U03RAJ","run":4,"verdict":{"mitigated":{},"needs_waiver":[],"outcome":"PASS","reasons":[],"recommendation":"GO"}}', '2026-11-30 17:45:20.634909+00'),
	('sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897', 5, '{"arguments":{"version":"1.3"},"baseline":{"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after","number":2},"checks":{"duplicates":{"blocked":false,"cause":"regression","detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.09044061599979614,"started_at":"2026-11-30T17:45:23.004365Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.18436499199970058,"started_at":"2026-11-30T17:45:22.679325Z"}},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:22.614204Z","requested_by":"U03RAJ","run":5,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 17:45:23.275466+00'),
	('sha256:6b7ebe8788c5eb0b49a45c868ed7eae90fa9dcc34a1ed1882af71683f37e56bc', 6, '{"arguments":{"version":"1.4"},"baseline":{"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after","number":2},"checks":{"duplicates":{"blocked":false,"cause":"regression","detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.10352835100002267,"started_at":"2026-11-30T17:45:24.008452Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.08708846200033804,"started_at":"2026-11-30T17:45:23.803840Z"}},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:23.743395Z","requested_by":"U03RAJ","run":6,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 17:45:24.165648+00'),
	('sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9', 8, '{"arguments":{"version":"1.6"},"baseline":{"digest":"sha256:e33c3d93adc48b5bf00f7d2d70d63a213815070c8fbc37dc7140f10f37f8399e","name":"after","number":2},"checks":{"duplicates":{"blocked":false,"cause":"regression","detail":[],"hint":"","judged":[{"baseline":{"high":0,"low":0,"name":"signals","samples":1,"unit":"","value":0},"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.14181325999970795,"started_at":"2026-11-30T17:45:24.850200Z"},"queue-age":{"blocked":false,"cause":null,"detail":[],"hint":"","judged":[{"baseline":{"high":30,"low":30,"name":"p95","samples":1,"unit":"s","value":30},"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.08376359899966701,"started_at":"2026-11-30T17:45:24.677700Z"}},"configuration":"sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46","environment":"staging","format":1,"requested_at":"2026-11-30T17:45:24.623510Z","requested_by":"U03RAJ","run":8,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 17:45:25.173713+00');


--
-- Data for Name: home; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: home_change; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: message; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.message OVERRIDING SYSTEM VALUE VALUES
	(1, NULL, 'baseline', '1', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:07.895473+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:07.895473+00', NULL, NULL, 'baseline 1'),
	(54, 2, 'vote', '10', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(56, 2, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(58, 2, 'instructions', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(11, 1, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:09.63209+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:09.63209+00', NULL, NULL, NULL),
	(12, 1, 'vote', '8', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:09.903429+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:09.903429+00', NULL, NULL, NULL),
	(15, 1, 'vote', '10', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:10.322723+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(17, 1, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:10.322723+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(20, 1, 'instructions', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:10.322723+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(22, 1, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:10.322723+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(23, 1, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:10.322723+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(24, 1, 'packet page', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:10.322723+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(60, 2, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(26, 1, 'condition news', '14', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:11.38601+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:11.38601+00', NULL, NULL, NULL),
	(18, 1, 'condition', '1', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:11.38601+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(61, 2, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(31, 1, 'action', 'backfill 1', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:12.787724+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:12.51284+00', NULL, NULL, NULL),
	(35, 1, 'condition news', '19', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:12.937388+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:12.937388+00', NULL, NULL, NULL),
	(19, 1, 'condition', '2', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:12.937388+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(38, 1, 'addendum', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:12.937388+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:12.937388+00', NULL, NULL, NULL),
	(39, 1, 'addendum', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:12.937388+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:12.937388+00', NULL, NULL, NULL),
	(40, NULL, 'baseline', '2', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:13.28584+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:13.28584+00', NULL, NULL, 'baseline 2'),
	(62, 2, 'packet page', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(63, 1, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(3, 1, 'card', '', 'C0RELEASES', 'pending', 13, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:08.531317+00', NULL, NULL, NULL),
	(21, 1, 'actions', '', 'C0RELEASES', 'pending', 6, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:12.787724+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:10.322723+00', NULL, NULL, NULL),
	(66, 2, 'condition news', '13', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.745171+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.745171+00', NULL, NULL, NULL),
	(57, 2, 'condition', '1', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:15.745171+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(50, 2, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:14.43967+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:14.43967+00', NULL, NULL, NULL),
	(51, 2, 'vote', '8', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:14.584782+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:14.584782+00', NULL, NULL, NULL),
	(69, 2, 'addendum', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.745171+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.745171+00', NULL, NULL, NULL),
	(70, 2, 'addendum', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.745171+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.745171+00', NULL, NULL, NULL),
	(83, 3, 'vote', '11', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(85, 3, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(77, 3, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:17.308704+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:17.308704+00', NULL, NULL, NULL),
	(78, 3, 'waived', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:17.641291+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:17.641291+00', NULL, NULL, NULL),
	(80, 3, 'vote', '9', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.055662+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.055662+00', NULL, NULL, NULL),
	(87, 3, 'instructions', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(88, 3, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(89, 3, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(90, 3, 'packet page', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(91, 2, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(42, 2, 'card', '', 'C0RELEASES', 'pending', 12, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:18.548846+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:13.669983+00', NULL, NULL, NULL),
	(59, 2, 'actions', '', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:15.253918+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:15.253918+00', NULL, NULL, NULL),
	(94, 3, 'prompt', 'nEba6gD4y1R9f6sNSotBIw', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:19.470843+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:19.116692+00', NULL, NULL, NULL),
	(106, 4, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:20.634909+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:20.634909+00', NULL, NULL, NULL),
	(107, 4, 'vote', '8', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:20.952675+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:20.952675+00', NULL, NULL, NULL),
	(110, 4, 'vote', '10', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(112, 4, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(113, 4, 'instructions', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(114, 4, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(128, 3, 'condition news', '19', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:22.364817+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:22.364817+00', NULL, NULL, NULL),
	(100, 4, 'card', '', 'C0RELEASES', 'pending', 13, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:22.257053+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:19.922871+00', NULL, NULL, NULL),
	(86, 3, 'condition', '1', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:22.364817+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:18.548846+00', NULL, NULL, NULL),
	(131, 3, 'addendum', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:22.364817+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:22.364817+00', NULL, NULL, NULL),
	(115, 4, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(116, 4, 'packet page', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(117, 3, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:21.642653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.642653+00', NULL, NULL, NULL),
	(119, 4, 'prompt', 'OKdOUDU7sBLhoaDQh6U-xA', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:22.257053+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:21.967551+00', NULL, NULL, NULL),
	(125, 4, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:22.257053+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:22.257053+00', NULL, NULL, NULL),
	(71, 3, 'card', '', 'C0RELEASES', 'pending', 15, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:22.364817+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:16.368999+00', NULL, NULL, NULL),
	(141, 5, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:23.275466+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.275466+00', NULL, NULL, NULL),
	(154, 6, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:24.165648+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.165648+00', NULL, NULL, NULL),
	(156, 6, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:24.319542+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.319542+00', NULL, NULL, NULL),
	(157, 6, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:24.319542+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.319542+00', NULL, NULL, NULL),
	(158, 6, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:24.319542+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.319542+00', NULL, NULL, NULL),
	(159, 6, 'packet page', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:24.319542+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.319542+00', NULL, NULL, NULL),
	(160, 7, 'card', '', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:24.573713+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.498441+00', NULL, NULL, NULL),
	(169, 8, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:25.173713+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:25.173713+00', NULL, NULL, NULL),
	(172, 8, 'waived', '9', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:25.589724+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:25.589724+00', NULL, NULL, NULL),
	(132, 3, 'addendum', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:22.364817+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:22.364817+00', NULL, NULL, NULL),
	(134, 3, 'rolled back', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:22.364817+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:22.364817+00', NULL, NULL, NULL),
	(142, 5, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:23.457837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.457837+00', NULL, NULL, NULL),
	(135, 5, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:23.457837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:22.614204+00', NULL, NULL, NULL),
	(144, 5, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:23.457837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.457837+00', NULL, NULL, NULL),
	(145, 5, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:23.457837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.457837+00', NULL, NULL, NULL),
	(146, 5, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:23.457837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.457837+00', NULL, NULL, NULL),
	(147, 5, 'packet page', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:23.457837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.457837+00', NULL, NULL, NULL),
	(148, 6, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:24.319542+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:23.743395+00', NULL, NULL, NULL),
	(162, 7, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:24.573713+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.573713+00', NULL, NULL, NULL),
	(170, 8, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:25.276689+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:25.276689+00', NULL, NULL, NULL),
	(175, 8, 'vote', '11', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 17:45:25.765868+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:25.765868+00', NULL, NULL, NULL),
	(163, 8, 'card', '', 'C0RELEASES', 'pending', 9, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 17:45:25.765868+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 17:45:24.62351+00', NULL, NULL, NULL);


--
-- Data for Name: packet_copy; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: procrastinate_events; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: procrastinate_jobs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: procrastinate_periodic_defers; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: procrastinate_workers; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: prompt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.prompt VALUES
	('nEba6gD4y1R9f6sNSotBIw', 3, 'duplicates', 1, 'dismissed', 'signals is 2, limit == 0', '2026-11-30 17:45:19.116692+00', '2026-11-30 17:45:19.116692+00', '2026-11-30 17:45:19.79404+00', NULL, NULL, 'U03RAJ', '2026-11-30 17:45:19.470843+00', 'a test send', '{"judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 2}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 2, limit == 0"}', NULL, NULL),
	('OKdOUDU7sBLhoaDQh6U-xA', 4, 'duplicates', 1, 'rolled back', 'signals is 3, limit == 0', '2026-11-30 17:45:21.967551+00', '2026-11-30 17:45:21.967551+00', NULL, 'U03RAJ', '2026-11-30 17:45:22.081379+00', 'U03RAJ', '2026-11-30 17:45:22.257053+00', '', '{"judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}, "baseline": {"low": 0, "high": 0, "name": "signals", "unit": "", "value": 0, "samples": 1}}], "reason": "signals is 3, limit == 0"}', NULL, NULL);


--
-- Data for Name: reminder; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: retention; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.retention VALUES
	(true, '2026-11-30 17:45:04.960681+00');


--
-- Data for Name: rollback; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollback VALUES
	(4, 'U03RAJ', '', '2026-11-30 17:45:22.257053+00'),
	(3, 'U03RAJ', 'it was no better', '2026-11-30 17:45:22.364817+00');


--
-- Data for Name: run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run VALUES
	(1, 'Y_fTHPqNkVFMpfz4k2lJ5Q', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "2.0"}', 'sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b', 'sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945', '2026-11-30 17:45:08.531317+00', '2026-11-30 17:45:09.63209+00', '2026-11-30 18:45:09.63209+00', '2026-11-30 17:45:10.322723+00', 1),
	(2, 'D1zsiM6PX6mCxRci1QQsaA', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "2.1"}', 'sha256:34aabdf8624ed680621821b96a7e070cd9e9f0d1aff8368fc0eb187b2f197b6b', 'sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5', '2026-11-30 17:45:13.669983+00', '2026-11-30 17:45:14.43967+00', '2026-11-30 18:45:14.43967+00', '2026-11-30 17:45:15.253918+00', 2),
	(3, 'Mf9WOA-uUoA0hGDnjZQ5cQ', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.1"}', 'sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', 'sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625', '2026-11-30 17:45:16.368999+00', '2026-11-30 17:45:17.308704+00', '2026-11-30 18:45:17.308704+00', '2026-11-30 17:45:18.548846+00', 2),
	(4, 'ddnAWl1JFkJf-_nJzy_kXg', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.2"}', 'sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', 'sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8', '2026-11-30 17:45:19.922871+00', '2026-11-30 17:45:20.634909+00', '2026-11-30 18:45:20.634909+00', '2026-11-30 17:45:21.642653+00', 2),
	(5, 'GwWA26CemIxNf4ivN6NgwA', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.3"}', 'sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', 'sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897', '2026-11-30 17:45:22.614204+00', '2026-11-30 17:45:23.275466+00', '2026-11-30 18:45:23.275466+00', '2026-11-30 17:45:23.457837+00', 2),
	(6, 'k0z9SRgyAtHnluFRX-okGQ', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.4"}', 'sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', 'sha256:6b7ebe8788c5eb0b49a45c868ed7eae90fa9dcc34a1ed1882af71683f37e56bc', '2026-11-30 17:45:23.743395+00', '2026-11-30 17:45:24.165648+00', '2026-11-30 17:45:24.304675+00', '2026-11-30 17:45:24.319542+00', 2),
	(7, 'xt3ydmZhc4zVfhrsmnP3RQ', 'staging', 'closed', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.5"}', 'sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', NULL, '2026-11-30 17:45:24.498441+00', NULL, NULL, '2026-11-30 17:45:24.573713+00', 2),
	(8, 'zpHhF0zOnyXXy72-8vb8aQ', 'staging', 'deciding', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.6"}', 'sha256:8510c3f2b0f8242cda6b72c927a1b9b4ff3f4039a15cabfe4fc29227f07c0f46', 'sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9', '2026-11-30 17:45:24.62351+00', '2026-11-30 17:45:25.173713+00', '2026-11-30 18:45:25.173713+00', NULL, 2);


--
-- Data for Name: run_number; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run_number VALUES
	(true, 8);


--
-- Data for Name: tombstone; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: trigger; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.trigger VALUES
	(1, 'duplicates', 0, 0, true, 0, NULL, '', NULL),
	(2, 'duplicates', 0, 0, true, 0, NULL, '', NULL),
	(3, 'duplicates', 0, 0, true, 1, 'PASS', 'signals is 0, limit == 0', NULL),
	(4, 'duplicates', 1, 0, false, 1, 'FAIL', 'signals is 3, limit == 0', '2026-11-30 17:45:21.967551+00');


--
-- Data for Name: vote; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.vote VALUES
	(1, 'sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945', 'U01ANA', '{release-managers}', 'Conditional go', '', '{"due": "2026-12-01T17:45:09.819910Z", "text": "quota", "check": "duplicates", "owner": "U02BEN"}', '2026-11-30 17:45:09.903429+00', '2026-11-30 17:45:09.903429+00'),
	(1, 'sha256:cd6d4be5a06f0426c7c660a52a43ef144f40f0fce8782a851a82950cc72a4945', 'U02BEN', '{platform}', 'Conditional go', '', '{"due": "2026-12-01T17:45:10.069509Z", "text": "quota", "owner": "U02BEN"}', '2026-11-30 17:45:10.322723+00', '2026-11-30 17:45:10.322723+00'),
	(2, 'sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5', 'U01ANA', '{release-managers}', 'Conditional go', '', '{"due": "2026-12-01T17:45:14.539381Z", "text": "quota", "check": "duplicates", "owner": "U02BEN"}', '2026-11-30 17:45:14.584782+00', '2026-11-30 17:45:14.584782+00'),
	(2, 'sha256:807126bd2ee5d3753b6e05581d3d9808140990603f7ad896ebe4c0e0475a66b5', 'U04MIA', '{platform}', 'Go', '', NULL, '2026-11-30 17:45:15.253918+00', '2026-11-30 17:45:15.253918+00'),
	(3, 'sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625', 'U04MIA', '{platform}', 'Go', '', NULL, '2026-11-30 17:45:18.055662+00', '2026-11-30 17:45:18.055662+00'),
	(3, 'sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625', 'U01ANA', '{release-managers}', 'Conditional go', '', '{"due": "2026-12-01T17:45:18.317143Z", "text": "quota", "owner": "U02BEN"}', '2026-11-30 17:45:18.548846+00', '2026-11-30 17:45:18.548846+00'),
	(4, 'sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8', 'U01ANA', '{release-managers}', 'Go', '', NULL, '2026-11-30 17:45:20.952675+00', '2026-11-30 17:45:20.952675+00'),
	(4, 'sha256:eb8851e43e1b8ebb3fb3458b9498c12295b09c6ffb267911499d5b045d4865e8', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-30 17:45:21.642653+00', '2026-11-30 17:45:21.642653+00'),
	(5, 'sha256:802b61a9cba7a96ed585356b3803a75e5e6ac54351693463fc4d9b35c481f897', 'U01ANA', '{release-managers}', 'No-go', 'duplicates', NULL, '2026-11-30 17:45:23.457837+00', '2026-11-30 17:45:23.457837+00'),
	(8, 'sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-30 17:45:25.765868+00', '2026-11-30 17:45:25.765868+00');


--
-- Data for Name: waiver; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.waiver VALUES
	(3, 'sha256:4a22286b7c0951a5be6e4383c3eb5e03a525be537ed710c4f164976f27aea625', 'duplicates', 'U02BEN', 'known', '2026-11-30 17:45:17.641291+00'),
	(8, 'sha256:77e0aec7ae027cf687a5fc316de3b7a41f209d7c98722b9eca1fa6ad03071dd9', 'duplicates', 'U02BEN', 'known', '2026-11-30 17:45:25.589724+00');


--
-- Data for Name: watch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.watch VALUES
	(1, 'ended', 0, 0, '2026-11-30 17:45:10.322723+00', '2026-11-30 18:45:10.322723+00', '2026-11-30 17:45:15.253918+00', 'superseded'),
	(2, 'ended', 0, 0, '2026-11-30 17:45:15.253918+00', '2026-11-30 18:45:15.253918+00', '2026-11-30 17:45:18.548846+00', 'superseded'),
	(3, 'ended', 2, 2, '2026-11-30 17:45:18.548846+00', '2026-11-30 18:45:18.548846+00', '2026-11-30 17:45:21.642653+00', 'superseded'),
	(4, 'ended', 1, 1, '2026-11-30 17:45:21.642653+00', '2026-11-30 18:45:21.642653+00', '2026-11-30 17:45:22.257053+00', 'rolled back');


--
-- Name: capture_number_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.capture_number_seq', 2, true);


--
-- Name: home_change_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.home_change_id_seq', 1, false);


--
-- Name: message_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.message_id_seq', 176, true);


--
-- Name: procrastinate_events_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 1, false);


--
-- Name: procrastinate_jobs_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 1, false);


--
-- Name: procrastinate_periodic_defers_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);


--
-- Name: procrastinate_workers_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, false);


--
-- Name: action action_idempotency_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_idempotency_key_key UNIQUE (idempotency_key);


--
-- Name: action action_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_pkey PRIMARY KEY (run, name, attempt);


--
-- Name: action_preview action_preview_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.action_preview
    ADD CONSTRAINT action_preview_key_key UNIQUE (key);


--
-- Name: action_preview action_preview_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.action_preview
    ADD CONSTRAINT action_preview_pkey PRIMARY KEY (run, name, person);


--
-- Name: addendum addendum_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.addendum
    ADD CONSTRAINT addendum_pkey PRIMARY KEY (run);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: baseline baseline_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.baseline
    ADD CONSTRAINT baseline_digest_key UNIQUE (digest);


--
-- Name: baseline baseline_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.baseline
    ADD CONSTRAINT baseline_pkey PRIMARY KEY (number);


--
-- Name: block_type block_type_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.block_type
    ADD CONSTRAINT block_type_pkey PRIMARY KEY (team, type);


--
-- Name: capture capture_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.capture
    ADD CONSTRAINT capture_pkey PRIMARY KEY (number);


--
-- Name: capture_sample capture_sample_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.capture_sample
    ADD CONSTRAINT capture_sample_pkey PRIMARY KEY (capture, tick);


--
-- Name: check_run check_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.check_run
    ADD CONSTRAINT check_run_pkey PRIMARY KEY (run, name);


--
-- Name: condition condition_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.condition
    ADD CONSTRAINT condition_pkey PRIMARY KEY (run, number);


--
-- Name: configuration configuration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.configuration
    ADD CONSTRAINT configuration_pkey PRIMARY KEY (digest);


--
-- Name: decision decision_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (run);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (run, seq);


--
-- Name: evidence evidence_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (digest);


--
-- Name: home_change home_change_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.home_change
    ADD CONSTRAINT home_change_pkey PRIMARY KEY (id);


--
-- Name: home home_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.home
    ADD CONSTRAINT home_pkey PRIMARY KEY (person);


--
-- Name: inbox inbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (key);


--
-- Name: message message_is_itself; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_is_itself UNIQUE (run, kind, subject);


--
-- Name: message message_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);


--
-- Name: packet_copy packet_copy_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.packet_copy
    ADD CONSTRAINT packet_copy_pkey PRIMARY KEY (run);


--
-- Name: procrastinate_events procrastinate_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);


--
-- Name: procrastinate_jobs procrastinate_jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);


--
-- Name: procrastinate_periodic_defers procrastinate_periodic_defers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);


--
-- Name: procrastinate_periodic_defers procrastinate_periodic_defers_unique; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);


--
-- Name: procrastinate_workers procrastinate_workers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);


--
-- Name: prompt prompt_once_an_episode; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT prompt_once_an_episode UNIQUE (run, trigger, episode);


--
-- Name: prompt prompt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT prompt_pkey PRIMARY KEY (key);


--
-- Name: reminder reminder_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_pkey PRIMARY KEY (run, number);


--
-- Name: retention retention_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.retention
    ADD CONSTRAINT retention_pkey PRIMARY KEY (only_row);


--
-- Name: rollback rollback_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rollback
    ADD CONSTRAINT rollback_pkey PRIMARY KEY (run);


--
-- Name: run run_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_key_key UNIQUE (key);


--
-- Name: run_number run_number_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_number
    ADD CONSTRAINT run_number_pkey PRIMARY KEY (only_row);


--
-- Name: run run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (number);


--
-- Name: tombstone tombstone_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tombstone
    ADD CONSTRAINT tombstone_pkey PRIMARY KEY (run);


--
-- Name: trigger trigger_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trigger
    ADD CONSTRAINT trigger_pkey PRIMARY KEY (run, name);


--
-- Name: vote vote_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT vote_pkey PRIMARY KEY (run, evidence, person);


--
-- Name: waiver waiver_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.waiver
    ADD CONSTRAINT waiver_pkey PRIMARY KEY (run, evidence, "check");


--
-- Name: watch watch_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch
    ADD CONSTRAINT watch_pkey PRIMARY KEY (run);


--
-- Name: action_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX action_once ON public.action USING btree (run, name) WHERE (state <> 'failed'::text);


--
-- Name: action_to_do; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX action_to_do ON public.action USING btree (ready_at) WHERE ((state = 'claimed'::text) OR ((state = 'requested'::text) AND (ready_at IS NOT NULL)) OR to_measure);


--
-- Name: baseline_of_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX baseline_of_environment ON public.baseline USING btree (environment, number DESC);


--
-- Name: capture_named_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX capture_named_once ON public.capture USING btree (environment, name) WHERE ((name <> ''::text) AND (state = ANY (ARRAY['capturing'::text, 'done'::text])));


--
-- Name: capture_one_at_a_time; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX capture_one_at_a_time ON public.capture USING btree (environment) WHERE (state = 'capturing'::text);


--
-- Name: condition_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX condition_open ON public.condition USING btree (owner, due_at) WHERE (state = ANY (ARRAY['open'::text, 'overdue'::text]));


--
-- Name: home_opened; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX home_opened ON public.home USING btree (opened_at);


--
-- Name: idx_procrastinate_jobs_worker_not_null; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));


--
-- Name: idx_procrastinate_workers_last_heartbeat; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);


--
-- Name: inbox_done; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_done ON public.inbox USING btree (received_at) WHERE (done_at IS NOT NULL);


--
-- Name: inbox_to_do; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_to_do ON public.inbox USING btree (received_at) WHERE (done_at IS NULL);


--
-- Name: message_alerted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_alerted ON public.message USING btree (id) WHERE (alerted_at IS NOT NULL);


--
-- Name: message_by_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_by_name ON public.message USING btree (channel, ts) WHERE (ts IS NOT NULL);


--
-- Name: message_failed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_failed ON public.message USING btree (id) WHERE ((state = 'failed'::text) AND (NOT excused));


--
-- Name: message_in_doubt; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_in_doubt ON public.message USING btree (run) WHERE (state = ANY (ARRAY['sending'::text, 'ambiguous'::text]));


--
-- Name: message_of_topic; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX message_of_topic ON public.message USING btree (topic, kind, subject) WHERE (topic IS NOT NULL);


--
-- Name: message_to_send; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_to_send ON public.message USING btree (not_before, id) WHERE (state = 'pending'::text);


--
-- Name: message_unposted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_unposted ON public.message USING btree (run, id) WHERE ((posted_at IS NULL) AND (state <> 'failed'::text));


--
-- Name: procrastinate_events_job_id_fkey_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);


--
-- Name: procrastinate_jobs_id_lock_idx_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));


--
-- Name: procrastinate_jobs_lock_idx_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);


--
-- Name: procrastinate_jobs_priority_idx_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);


--
-- Name: procrastinate_jobs_queue_name_idx_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);


--
-- Name: procrastinate_jobs_queueing_lock_idx_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);


--
-- Name: procrastinate_periodic_defers_job_id_fkey_v1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);


--
-- Name: reminder_to_do; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reminder_to_do ON public.reminder USING btree (due_at) WHERE (done_at IS NULL);


--
-- Name: run_of_a_person; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_of_a_person ON public.run USING btree (requested_by, requested_at);


--
-- Name: run_of_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX run_of_environment ON public.run USING btree (environment, number DESC);


--
-- Name: run_one_active_per_environment; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX run_one_active_per_environment ON public.run USING btree (environment) WHERE (state <> 'closed'::text);


--
-- Name: vote_condition_of; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX vote_condition_of ON public.vote USING btree (((condition ->> 'owner'::text)), ((condition ->> 'due'::text))) WHERE (condition IS NOT NULL);


--
-- Name: watch_under_way; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX watch_under_way ON public.watch USING btree (ends_at) WHERE (state = 'watching'::text);


--
-- Name: action action_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER action_is_kept BEFORE DELETE ON public.action FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: action action_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER action_is_not_emptied BEFORE TRUNCATE ON public.action FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: action action_stays_what_it_is; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER action_stays_what_it_is BEFORE UPDATE ON public.action FOR EACH ROW WHEN ((((((old.run IS DISTINCT FROM new.run) OR (old.name IS DISTINCT FROM new.name)) OR (old.attempt IS DISTINCT FROM new.attempt)) OR (old.idempotency_key IS DISTINCT FROM new.idempotency_key)) OR ((old.ready_at IS NOT NULL) AND (((old.preview IS DISTINCT FROM new.preview) OR (old.confirmed IS DISTINCT FROM new.confirmed)) OR (old.ready_at IS DISTINCT FROM new.ready_at))))) EXECUTE FUNCTION public.refuse_change('what was confirmed of an action');


--
-- Name: addendum addendum_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER addendum_is_kept BEFORE DELETE OR UPDATE ON public.addendum FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: addendum addendum_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER addendum_is_not_emptied BEFORE TRUNCATE ON public.addendum FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: prompt answered_prompt_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER answered_prompt_is_final BEFORE UPDATE ON public.prompt FOR EACH ROW WHEN (((old.state = ANY (ARRAY['rolled back'::text, 'dismissed'::text])) AND ((old.recovered_at IS NOT NULL) OR ((to_jsonb(old.*) - 'recovered_at'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'recovered_at'::text))))) EXECUTE FUNCTION public.refuse_change('an answered prompt');


--
-- Name: prompt answered_prompt_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER answered_prompt_is_kept BEFORE DELETE ON public.prompt FOR EACH ROW WHEN ((old.state = ANY (ARRAY['rolled back'::text, 'dismissed'::text]))) EXECUTE FUNCTION public.refuse_change('an answered prompt');


--
-- Name: baseline baseline_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER baseline_is_kept BEFORE DELETE OR UPDATE ON public.baseline FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: baseline baseline_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER baseline_is_not_emptied BEFORE TRUNCATE ON public.baseline FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: capture capture_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER capture_is_kept BEFORE DELETE ON public.capture FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: capture capture_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER capture_is_not_emptied BEFORE TRUNCATE ON public.capture FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: capture_sample capture_sample_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER capture_sample_is_kept BEFORE DELETE OR UPDATE ON public.capture_sample FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: capture_sample capture_sample_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER capture_sample_is_not_emptied BEFORE TRUNCATE ON public.capture_sample FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: check_run check_run_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER check_run_is_not_emptied BEFORE TRUNCATE ON public.check_run FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: action claimed_action_is_not_done_again; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER claimed_action_is_not_done_again BEFORE UPDATE ON public.action FOR EACH ROW WHEN ((((old.state <> 'requested'::text) AND (new.state = 'requested'::text)) OR ((old.state = 'unclear'::text) AND (new.state = 'claimed'::text)))) EXECUTE FUNCTION public.refuse_change('a claimed action');


--
-- Name: run closed_run_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER closed_run_is_final BEFORE UPDATE ON public.run FOR EACH ROW WHEN ((old.state = 'closed'::text)) EXECUTE FUNCTION public.refuse_change('a closed run');


--
-- Name: condition condition_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER condition_is_final BEFORE UPDATE ON public.condition FOR EACH ROW EXECUTE FUNCTION public.keep_condition();


--
-- Name: condition condition_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER condition_is_kept BEFORE DELETE ON public.condition FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: condition condition_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER condition_is_not_emptied BEFORE TRUNCATE ON public.condition FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: configuration configuration_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER configuration_is_kept BEFORE DELETE OR UPDATE ON public.configuration FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: configuration configuration_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER configuration_is_not_emptied BEFORE TRUNCATE ON public.configuration FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: decision decision_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER decision_is_final BEFORE DELETE OR UPDATE ON public.decision FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: decision decision_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER decision_is_not_emptied BEFORE TRUNCATE ON public.decision FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: check_run done_check_run_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER done_check_run_is_final BEFORE DELETE OR UPDATE ON public.check_run FOR EACH ROW WHEN ((old.state = 'done'::text)) EXECUTE FUNCTION public.refuse_change('the result of a check');


--
-- Name: action ended_action_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ended_action_is_final BEFORE UPDATE ON public.action FOR EACH ROW WHEN (((old.state = ANY (ARRAY['done'::text, 'failed'::text])) AND ((NOT old.to_measure) OR (((to_jsonb(old.*) - 'after'::text) - 'to_measure'::text) IS DISTINCT FROM ((to_jsonb(new.*) - 'after'::text) - 'to_measure'::text))))) EXECUTE FUNCTION public.refuse_change('an action that has ended');


--
-- Name: capture ended_capture_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ended_capture_is_final BEFORE UPDATE ON public.capture FOR EACH ROW WHEN ((old.state <> 'capturing'::text)) EXECUTE FUNCTION public.refuse_change('an ended capture');


--
-- Name: watch ended_watch_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ended_watch_is_final BEFORE DELETE OR UPDATE ON public.watch FOR EACH ROW WHEN ((old.state = 'ended'::text)) EXECUTE FUNCTION public.refuse_change('an ended watch');


--
-- Name: event event_changes_homes; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_changes_homes AFTER INSERT ON public.event FOR EACH ROW WHEN ((new.kind <> ALL (ARRAY['check finished'::text, 'roles resolved'::text, 'reminded'::text, 'not reached'::text, 'packet posted again'::text, 'alert'::text, 'message resolved'::text, 'refused'::text]))) EXECUTE FUNCTION public.note_home_change();


--
-- Name: event event_is_chained; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_chained BEFORE INSERT ON public.event FOR EACH ROW EXECUTE FUNCTION public.chain_event();


--
-- Name: event event_is_history; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_history BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: event event_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: evidence evidence_is_frozen; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER evidence_is_frozen BEFORE DELETE OR UPDATE ON public.evidence FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: evidence evidence_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER evidence_is_not_emptied BEFORE TRUNCATE ON public.evidence FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: inbox inbox_enqueued; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER inbox_enqueued AFTER INSERT ON public.inbox FOR EACH ROW EXECUTE FUNCTION public.enqueue_interaction();


--
-- Name: message message_alerted_about; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER message_alerted_about AFTER UPDATE ON public.message FOR EACH ROW WHEN (((old.alerted_at IS NOT NULL) AND ((new.alerted_at IS NULL) OR (new.wanted <> old.wanted)))) EXECUTE FUNCTION public.tell_alerted();


--
-- Name: message message_announced; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER message_announced AFTER INSERT OR UPDATE OF wanted ON public.message FOR EACH STATEMENT EXECUTE FUNCTION public.announce_message();


--
-- Name: message message_settled; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER message_settled AFTER UPDATE OF state ON public.message FOR EACH ROW WHEN (((old.state = 'sending'::text) AND (new.state <> 'sending'::text))) EXECUTE FUNCTION public.announce_message();


--
-- Name: procrastinate_jobs procrastinate_jobs_notify_queue_job_aborted_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();


--
-- Name: procrastinate_jobs procrastinate_jobs_notify_queue_job_inserted_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();


--
-- Name: procrastinate_jobs procrastinate_trigger_abort_requested_events_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();


--
-- Name: procrastinate_jobs procrastinate_trigger_delete_jobs_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();


--
-- Name: procrastinate_jobs procrastinate_trigger_scheduled_events_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();


--
-- Name: procrastinate_jobs procrastinate_trigger_status_events_insert_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();


--
-- Name: procrastinate_jobs procrastinate_trigger_status_events_update_v1; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();


--
-- Name: prompt prompt_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER prompt_is_not_emptied BEFORE TRUNCATE ON public.prompt FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: rollback rollback_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER rollback_is_kept BEFORE DELETE OR UPDATE ON public.rollback FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: rollback rollback_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER rollback_is_not_emptied BEFORE TRUNCATE ON public.rollback FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: run run_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER run_is_kept BEFORE DELETE ON public.run FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: run run_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER run_is_not_emptied BEFORE TRUNCATE ON public.run FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: tombstone tombstone_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tombstone_is_kept BEFORE DELETE OR UPDATE ON public.tombstone FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: tombstone tombstone_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tombstone_is_not_emptied BEFORE TRUNCATE ON public.tombstone FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: vote vote_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER vote_is_final BEFORE INSERT OR DELETE OR UPDATE ON public.vote FOR EACH ROW EXECUTE FUNCTION public.refuse_after_close();


--
-- Name: vote vote_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER vote_is_not_emptied BEFORE TRUNCATE ON public.vote FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: waiver waiver_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER waiver_is_final BEFORE INSERT OR DELETE OR UPDATE ON public.waiver FOR EACH ROW EXECUTE FUNCTION public.refuse_after_close();


--
-- Name: waiver waiver_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER waiver_is_not_emptied BEFORE TRUNCATE ON public.waiver FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: watch watch_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER watch_is_not_emptied BEFORE TRUNCATE ON public.watch FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: action_preview action_preview_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.action_preview
    ADD CONSTRAINT action_preview_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: action action_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: addendum addendum_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.addendum
    ADD CONSTRAINT addendum_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: baseline baseline_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.baseline
    ADD CONSTRAINT baseline_number_fkey FOREIGN KEY (number) REFERENCES public.capture(number);


--
-- Name: capture capture_configuration_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.capture
    ADD CONSTRAINT capture_configuration_fkey FOREIGN KEY (configuration) REFERENCES public.configuration(digest);


--
-- Name: capture_sample capture_sample_capture_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.capture_sample
    ADD CONSTRAINT capture_sample_capture_fkey FOREIGN KEY (capture) REFERENCES public.capture(number);


--
-- Name: check_run check_run_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.check_run
    ADD CONSTRAINT check_run_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: condition condition_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.condition
    ADD CONSTRAINT condition_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: decision decision_evidence_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_evidence_fkey FOREIGN KEY (evidence) REFERENCES public.evidence(digest);


--
-- Name: decision decision_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: event event_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: evidence evidence_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: message message_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: packet_copy packet_copy_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.packet_copy
    ADD CONSTRAINT packet_copy_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: procrastinate_events procrastinate_events_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;


--
-- Name: procrastinate_jobs procrastinate_jobs_worker_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;


--
-- Name: procrastinate_periodic_defers procrastinate_periodic_defers_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);


--
-- Name: prompt prompt_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT prompt_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: reminder reminder_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reminder
    ADD CONSTRAINT reminder_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: rollback rollback_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rollback
    ADD CONSTRAINT rollback_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: run run_baseline_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_baseline_fkey FOREIGN KEY (baseline) REFERENCES public.baseline(number);


--
-- Name: run run_configuration_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_configuration_fkey FOREIGN KEY (configuration) REFERENCES public.configuration(digest);


--
-- Name: run run_evidence_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_evidence_fkey FOREIGN KEY (evidence) REFERENCES public.evidence(digest);


--
-- Name: tombstone tombstone_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tombstone
    ADD CONSTRAINT tombstone_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: trigger trigger_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trigger
    ADD CONSTRAINT trigger_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: vote vote_evidence_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT vote_evidence_fkey FOREIGN KEY (evidence) REFERENCES public.evidence(digest);


--
-- Name: vote vote_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT vote_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: waiver waiver_evidence_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.waiver
    ADD CONSTRAINT waiver_evidence_fkey FOREIGN KEY (evidence) REFERENCES public.evidence(digest);


--
-- Name: waiver waiver_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.waiver
    ADD CONSTRAINT waiver_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- Name: watch watch_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.watch
    ADD CONSTRAINT watch_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


--
-- PostgreSQL database dump complete
--

\unrestrict Uwh7al9noSY6ndKnJ21Fih1198bVlfp4kIFqWPXGvkcw6sQHcbOjha3brVwuJCj

