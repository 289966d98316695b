--
-- PostgreSQL database dump
--

\restrict QC20PCMzp2oIa2Ow8JfNOz592uDocj3h8zQebGOZOPkLkUng9sJwi8xgFfPdr50

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
        ROW ('people', 'handle', CASE WHEN NEW.is_vote OR NEW.kind IN ('action', 'view') THEN 1 ELSE 0 END, NULL, NULL,
             jsonb_build_object('key', NEW.key), NULL)::procrastinate_job_to_defer_v1
    ]);
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
    FOR held IN SELECT state FROM run WHERE number IN (OLD.run, NEW.run) FOR SHARE LOOP
        IF held.state = 'closed' THEN
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
    AS $$
BEGIN
    RAISE EXCEPTION '% never changes', coalesce(TG_ARGV[0], TG_TABLE_NAME) USING ERRCODE = 'integrity_constraint_violation';
END $$;


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
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


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
    run bigint NOT NULL,
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
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES
	('0005');


--
-- Data for Name: check_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.check_run VALUES
	(1, 'queue-age', 0, 'done', 1, '2026-11-29 15:49:08.418882+00', '2026-11-29 15:49:08.452436+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.01976480399935099, "started_at": "2026-11-29T15:49:08.418882Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(6, 'duplicates', 1, 'done', 1, '2026-11-29 15:49:08.820802+00', '2026-11-29 15:49:08.835222+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.011533052999766369, "started_at": "2026-11-29T15:49:08.820802Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(1, 'duplicates', 1, 'done', 1, '2026-11-29 15:49:08.456582+00', '2026-11-29 15:49:08.472207+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 2}}], "reason": "signals is 2, limit == 0", "outcome": "FAIL", "seconds": 0.011820188000456255, "started_at": "2026-11-29T15:49:08.456582Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 2}]}]}'),
	(2, 'queue-age', 0, 'done', 1, '2026-11-29 15:49:08.577839+00', '2026-11-29 15:49:08.592957+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.011771254999985103, "started_at": "2026-11-29T15:49:08.577839Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(2, 'duplicates', 1, 'done', 1, '2026-11-29 15:49:08.595668+00', '2026-11-29 15:49:08.609864+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}}], "reason": "signals is 0, limit == 0", "outcome": "PASS", "seconds": 0.010728504999860888, "started_at": "2026-11-29T15:49:08.595668Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}]}'),
	(3, 'queue-age', 0, 'done', 1, '2026-11-29 15:49:08.68517+00', '2026-11-29 15:49:08.698836+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.011196272999768553, "started_at": "2026-11-29T15:49:08.685170Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(3, 'duplicates', 1, 'done', 1, '2026-11-29 15:49:08.701699+00', '2026-11-29 15:49:08.715528+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.011274479999883624, "started_at": "2026-11-29T15:49:08.701699Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(4, 'queue-age', 0, 'done', 1, '2026-11-29 15:49:08.740921+00', '2026-11-29 15:49:08.758768+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.01474380400031805, "started_at": "2026-11-29T15:49:08.740921Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(4, 'duplicates', 1, 'done', 1, '2026-11-29 15:49:08.761296+00', '2026-11-29 15:49:08.776777+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.012050172999806819, "started_at": "2026-11-29T15:49:08.761296Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(5, 'queue-age', 0, 'waiting', 0, NULL, NULL, NULL),
	(5, 'duplicates', 1, 'waiting', 0, NULL, NULL, NULL),
	(6, 'queue-age', 0, 'done', 1, '2026-11-29 15:49:08.80339+00', '2026-11-29 15:49:08.818395+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.011531464999279706, "started_at": "2026-11-29T15:49:08.803390Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}');


--
-- Data for Name: configuration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.configuration VALUES
	('sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', '{"name":"staging","environment":{"channel":"C0RELEASES","arguments":{"version":{"description":"","required":false,"pattern":null,"choices":[],"author":false,"default":null,"example":null}},"start":[],"checks":{"queue-age":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"p95":"< 180s"},"warn":{"p95":"< 240s"},"fallback":"","query":"SELECT value AS p95 FROM reading WHERE name = ''queue_age''","units":{"p95":"s"}},"duplicates":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"signals":"== 0"},"warn":{},"fallback":"","query":"SELECT value AS signals FROM reading WHERE name = ''duplicates''","units":{}}},"decide":{"approve":{"release-managers":1,"platform":1},"separate_duties":true,"author":null,"expires":"1h","remind":[]},"rollback":{"mitigation":"Pin capacity: OVERRIDE_CAPACITY=1024","steps":["Promote {{previous_version}} in the dashboard","Check /canary status {{environment}}"],"on_call":"on-call"},"watch":{"for":"1h","every":"1s","triggers":{"duplicates":{"check":"duplicates","breach":1,"prompt":"Stop promotion at once"}},"checklist":[{"item":"Compare throughput with yesterday''s","owner":"platform","due":"1h"}]}},"sources":{"world":{"kind":"postgres","at_once":50,"dsn":"${WORLD_DSN}","tables":["reading"],"statement_timeout":"15s","connect_timeout":"5s","max_rows":1000,"max_bytes":1048576,"layout":{"jobs":{"table":"BackgroundJob","id":"id","type":"type","status":"status","tenant":"clientId","due":"runAt","attempts":"attempts","started":"startedAt","finished":"finishedAt","updated":"updatedAt","error":"lastError","words":{"pending":"PENDING","running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"dispatches":{"table":"BackgroundDispatchWindow","status":"status","start":"windowStart","seconds":"windowSeconds","error":"errorMessage","words":{"dispatching":"DISPATCHING","enqueued":"ENQUEUED"}},"runs":{"table":"BackgroundFunctionRun","id":"id","function":"functionName","status":"status","started":"startedAt","created":"createdAt","error":"lastError","words":{"running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"time_zone":"UTC","clock_skew":"1m"}}},"people":{"release-managers":{"members":["U01ANA"]},"platform":{"members":["S0PLATFORM"]},"on-call":{"members":["S0ONCALL"]}},"digest":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f"}', '2026-11-29 15:49:08.410367+00');


--
-- Data for Name: decision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.decision VALUES
	(1, 'CONDITIONAL GO', 'sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52', '{"run": 1, "votes": [{"roles": ["platform"], "choice": "Go", "person": "U04MIA", "reason": "", "cast_at": "2026-11-29T15:49:08.500647Z", "evidence": "sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52", "condition": null}, {"roles": ["release-managers"], "choice": "Conditional go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-29T15:49:08.514386Z", "evidence": "sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52", "condition": {"due": "2026-11-29T15:49:08.507050Z", "text": "quota", "owner": "U02BEN"}}], "filled": {"platform": ["U04MIA"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "CONDITIONAL GO", "waivers": [{"check": "duplicates", "person": "U02BEN", "reason": "known", "evidence": "sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52", "granted_at": "2026-11-29T15:49:08.488022Z"}], "evidence": "sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52", "decided_at": "2026-11-29T15:49:08.514386Z", "decided_by": ["U01ANA", "U04MIA"], "previous_version": ""}', '2026-11-29 15:49:08.514386+00'),
	(2, 'GO', 'sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc', '{"run": 2, "votes": [{"roles": ["release-managers"], "choice": "Go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-29T15:49:08.622044Z", "evidence": "sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc", "condition": null}, {"roles": ["platform"], "choice": "Go", "person": "U02BEN", "reason": "", "cast_at": "2026-11-29T15:49:08.633653Z", "evidence": "sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc", "condition": null}], "filled": {"platform": ["U02BEN"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "GO", "waivers": [], "evidence": "sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc", "decided_at": "2026-11-29T15:49:08.633653Z", "decided_by": ["U01ANA", "U02BEN"], "previous_version": "1.1"}', '2026-11-29 15:49:08.633653+00'),
	(3, 'NO-GO', 'sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530', '{"run": 3, "votes": [{"roles": ["release-managers"], "choice": "No-go", "person": "U01ANA", "reason": "duplicates", "cast_at": "2026-11-29T15:49:08.724520Z", "evidence": "sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530", "condition": null}], "filled": {"platform": [], "release-managers": []}, "reason": "duplicates", "outcome": "NO-GO", "waivers": [], "evidence": "sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530", "decided_at": "2026-11-29T15:49:08.724520Z", "decided_by": ["U01ANA"], "previous_version": ""}', '2026-11-29 15:49:08.72452+00'),
	(4, 'EXPIRED', 'sha256:2c23f88af596afe140a023292c6dbaf24406b15368abc37573fa505d3e2f3893', '{"run": 4, "votes": [], "filled": {}, "reason": "nobody decided in time", "outcome": "EXPIRED", "waivers": [], "evidence": "sha256:2c23f88af596afe140a023292c6dbaf24406b15368abc37573fa505d3e2f3893", "decided_at": "2026-11-29T15:49:08.783426Z", "decided_by": [], "previous_version": ""}', '2026-11-29 15:49:08.783426+00'),
	(5, 'CANCELLED', NULL, '{"run": 5, "votes": [], "filled": {}, "reason": "wrong version", "outcome": "CANCELLED", "waivers": [], "evidence": null, "decided_at": "2026-11-29T15:49:08.794932Z", "decided_by": ["U03RAJ"], "previous_version": ""}', '2026-11-29 15:49:08.794932+00');


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES
	(1, 1, '2026-11-29 15:49:08.410367+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.1"},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging"}', 'sha256:4ac8f3cdcb278609cff907885315337b001b58ff396b1901c18b2410cbfa18a7'),
	(1, 2, '2026-11-29 15:49:08.452436+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:6829ff8624f4653a363fd9c09a9103e10088316275a34b1be0634a181c457cd3'),
	(1, 3, '2026-11-29 15:49:08.472207+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 2, limit == 0"}', 'sha256:80a20b6673233f88af0ab4d375a4fbe1793fa684ebc7a7e5d326ef27d3bd00c5'),
	(1, 4, '2026-11-29 15:49:08.472207+00', 'canary', 'evidence frozen', '{"evidence":"sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}', 'sha256:487026ec57536a8e74fa7703473f64bd801017b6526daf31229a5440b0fb76a3'),
	(1, 5, '2026-11-29 15:49:08.488022+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52","reason":"known"}', 'sha256:e2e6f9156c9fcb6750090399c1309bc83d66391e8e6c7ab4cb4633d510b00a60'),
	(1, 6, '2026-11-29 15:49:08.500647+00', 'U04MIA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52","reason":"","roles":["platform"]}', 'sha256:450615203ace7dce9fcd3f0125bcae47511fba665ef39ccf7bdd544285af6052'),
	(1, 7, '2026-11-29 15:49:08.514386+00', 'U01ANA', 'voted', '{"choice":"Conditional go","condition":{"due":"2026-11-29T15:49:08.507050Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52","reason":"","roles":["release-managers"]}', 'sha256:bd41dbe68fba9b546618d4b3b740e5adaa5992b58093b63fdfdd251e21f4e16c'),
	(1, 8, '2026-11-29 15:49:08.514386+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:ca6b8ffcdb994b978540857b5e9f280cfa0f869c7dcb63f35bb470f6c1a81746'),
	(1, 9, '2026-11-29 15:49:08.540427+00', 'canary', 'rollback prompted', '{"reason":"signals is 2, limit == 0","trigger":"duplicates"}', 'sha256:eb44d1d4cc594a13c46423c4f9766042e43e5c37b0d69507ae8475ddc5b59716'),
	(1, 10, '2026-11-29 15:49:08.548128+00', 'U03RAJ', 'prompt answered', '{"answer":"False alarm","note":"a test send","trigger":"duplicates"}', 'sha256:5f197480021c3b37550f20d84211b548dddad2d4987e6a34893ea0d1de279827'),
	(1, 11, '2026-11-29 15:49:08.569085+00', 'canary', 'trigger recovered', '{"trigger":"duplicates"}', 'sha256:7b07761d3f84a19bd33ca63d20d3c2dd22a6aaaa6f4fbad181fa32907f981daa'),
	(2, 1, '2026-11-29 15:49:08.574586+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.2"},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging"}', 'sha256:caefe0aba78de940a1977c2697b1e854632b075d9c80c7b1de60e376d222e62f'),
	(2, 2, '2026-11-29 15:49:08.592957+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:48b74f2aaf7efe0f9e45d935d3f713859f57a770f6ab060bd540749f8baa7df0'),
	(2, 3, '2026-11-29 15:49:08.609864+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"PASS","reason":"signals is 0, limit == 0"}', 'sha256:c65ca2c862a961041c5823c9d1c0f34ca0549fe6b3890ccb4069fdde641339e8'),
	(2, 4, '2026-11-29 15:49:08.609864+00', 'canary', 'evidence frozen', '{"evidence":"sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc","reasons":[],"recommendation":"GO"}', 'sha256:7d5d65c616798314e25a0e93ddb42c2a5531c44aa5d46c55f94c7207c74ca27f'),
	(2, 5, '2026-11-29 15:49:08.619497+00', 'U03RAJ', 'refused', '{"reason":"Only release-managers and platform can vote on run #2.","what":"vote Go"}', 'sha256:b25fc2b5c46419a743ba4d838f244ede83a941f104a62b4e4b10c581b4200e86'),
	(2, 6, '2026-11-29 15:49:08.622044+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc","reason":"","roles":["release-managers"]}', 'sha256:109bc4423d636c2706a671d87f1d4bc40f73fb8aee7a918b9d38ecd3b5fd70c9'),
	(2, 7, '2026-11-29 15:49:08.633653+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc","reason":"","roles":["platform"]}', 'sha256:6e5bc918207ac61943eee3c49ce0819c538895566a146a60a713d938a4edcb7d'),
	(2, 8, '2026-11-29 15:49:08.633653+00', 'U02BEN', 'decided', '{"decided_by":["U01ANA","U02BEN"],"evidence":"sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc","filled":{"platform":["U02BEN"],"release-managers":["U01ANA"]},"outcome":"GO","previous_version":"1.1","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:78d853a918113cdea21deaa9b9d8221921bc1d21005c50823826f767dbe65e53'),
	(1, 12, '2026-11-29 15:49:08.633653+00', 'canary', 'watch ended', '{"end":"superseded"}', 'sha256:c8bc23184db4df7758aa4a1d6a9df9486ad14423ed823a7df5889fc96f09d2cf'),
	(2, 9, '2026-11-29 15:49:08.660527+00', 'canary', 'rollback prompted', '{"reason":"signals is 3, limit == 0","trigger":"duplicates"}', 'sha256:c4daf28bef7fe1a6db0be5ca3fe596a131db99d1a9ae17292c1010a824d9b7ec'),
	(2, 10, '2026-11-29 15:49:08.666143+00', 'U03RAJ', 'prompt answered', '{"answer":"I''m on it","note":"","trigger":"duplicates"}', 'sha256:e6d0e3d63d44c49e7a1fe309fc11d1537108a060508bc6cbb7f22385e7449314'),
	(2, 11, '2026-11-29 15:49:08.670525+00', 'U03RAJ', 'prompt answered', '{"answer":"Rolled back","note":"","trigger":"duplicates"}', 'sha256:d890fee8aedcc514db02890489c9b8a136ce134f7cbf3c1028de86f36f82d46c'),
	(2, 12, '2026-11-29 15:49:08.670525+00', 'U03RAJ', 'watch ended', '{"end":"rolled back"}', 'sha256:88641efdbdee20418e0bfaabaa0c24449acb46fdfa0bff63d0649729eeec1c1c'),
	(1, 13, '2026-11-29 15:49:08.675859+00', 'U03RAJ', 'rolled back', '{"reason":"it was no better"}', 'sha256:18d1679ea5f1dee0e446905a79b13d07f94f2730bf38f4b1f29e239e668f584f'),
	(3, 1, '2026-11-29 15:49:08.68216+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.3"},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging"}', 'sha256:7b3b65505579c359fe21032c29e6537b949a588c92263b8f737ee12b42875239'),
	(3, 2, '2026-11-29 15:49:08.698836+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:ba0cb51d159303e7f16b4f12d43a4adcd5ab30941b288f055d2e440fadef08de'),
	(3, 3, '2026-11-29 15:49:08.715528+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:7741260d0f7fe850954384cb3ef6e3f3e57105aeab86866fcdf6ebcf9b1fb0fd'),
	(3, 4, '2026-11-29 15:49:08.715528+00', 'canary', 'evidence frozen', '{"evidence":"sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:a0237201787ad69435b36e31189791760e7a46ea6e3fa65bcdd7f5af9fda2e9f'),
	(6, 5, '2026-11-29 15:49:08.843111+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8","reason":"","roles":["release-managers"]}', 'sha256:06b83f8fe051f077a2b8550fd749e54d5d12a4c3bf0f392b3d7169449f668e8b'),
	(6, 7, '2026-11-29 15:49:08.861951+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8","reason":"","roles":["platform"]}', 'sha256:027ebb5bc989bba78ecf1eee974fa3b1e2661f334a39946712219e3851c0bc30'),
	(6, 8, '2026-11-29 15:49:08.861951+00', 'canary', 'vote lapsed', '{"choice":"Go","person":"U01ANA"}', 'sha256:775d76df47079007d1e480d1b88aff1ce20604a664346e8e16a517cfaa4de19c'),
	(6, 9, '2026-11-29 15:49:08.869397+00', 'U01ANA', 'refused', '{"reason":"You cannot vote on run #6: this account is deactivated.","what":"vote Go"}', 'sha256:437ecb002de6b9d980509ff709dd52c032831be75156927cafdc4bfb440c8fc9'),
	(3, 5, '2026-11-29 15:49:08.72452+00', 'U01ANA', 'voted', '{"choice":"No-go","condition":null,"evidence":"sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530","reason":"duplicates","roles":["release-managers"]}', 'sha256:9e26ff6a3376d2d46fe3aedd407d60818b2dd2e3744f9a1e4b656c8ab320a9b3'),
	(3, 6, '2026-11-29 15:49:08.72452+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA"],"evidence":"sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530","filled":{"platform":[],"release-managers":[]},"outcome":"NO-GO","previous_version":"","reason":"duplicates"}', 'sha256:06e81dd3d18441b1f09b1d45c26a348bec37fef5a1d87a90b4ad3d3a9d43ced8'),
	(3, 7, '2026-11-29 15:49:08.735262+00', 'U02BEN', 'refused', '{"reason":"Run #3 is decided; votes no longer count.","what":"vote Go"}', 'sha256:639676232e1877576d5c3bcf5251edd0344c60b85e285a666c5c2b394f218085'),
	(4, 1, '2026-11-29 15:49:08.738023+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.4"},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging"}', 'sha256:8fd73c7e45a1fb805154ceffd40fffcccfc97976b6ac67f9295e485e8c0a0559'),
	(4, 2, '2026-11-29 15:49:08.758768+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:9599268de0a76199ae78a8f240667a4156c58502582241ead09f2e62ad887ab8'),
	(4, 3, '2026-11-29 15:49:08.776777+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:5d16c07901d972b416418f2abf9f3b95d468cb8d870200fcd60a3bcb78b33628'),
	(4, 4, '2026-11-29 15:49:08.776777+00', 'canary', 'evidence frozen', '{"evidence":"sha256:2c23f88af596afe140a023292c6dbaf24406b15368abc37573fa505d3e2f3893","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:5177dce4980bb762c2a93433ff2f430851eec61744351fda43ce53234fb38614'),
	(4, 5, '2026-11-29 15:49:08.783426+00', 'canary', 'decided', '{"decided_by":[],"evidence":"sha256:2c23f88af596afe140a023292c6dbaf24406b15368abc37573fa505d3e2f3893","filled":{},"outcome":"EXPIRED","previous_version":"","reason":"nobody decided in time"}', 'sha256:6da8324e9104074949b8115536a7e60aa6c334b6066c62155e6966059cf31560'),
	(5, 1, '2026-11-29 15:49:08.790766+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.5"},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging"}', 'sha256:68dc59cebaea43da5b457f6752bc62ff11c323e3f012c7857b3d72f88deab800'),
	(5, 2, '2026-11-29 15:49:08.794932+00', 'U03RAJ', 'decided', '{"decided_by":["U03RAJ"],"evidence":null,"filled":{},"outcome":"CANCELLED","previous_version":"","reason":"wrong version"}', 'sha256:292cf067cfb2cfa06bc6271a91b8dcc23e51e3f5661e2db7cd4cf74e07beb418'),
	(6, 1, '2026-11-29 15:49:08.800827+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.6"},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging"}', 'sha256:ecb0aa6b7e88f88dc4d8f5a7fe3ed32951795d343b66e75705a7a1d571b6c624'),
	(6, 2, '2026-11-29 15:49:08.818395+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:aead2b74535289541ec11d7581ff95b8fead27f25b7cc8011bac1c7bb0f48014'),
	(6, 3, '2026-11-29 15:49:08.835222+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:3da0d151b111a3647ae10999c34eb4e08bfe406476e91bcf9c150fd827339240'),
	(6, 4, '2026-11-29 15:49:08.835222+00', 'canary', 'evidence frozen', '{"evidence":"sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:45a0aaa895f64dc5961e57d29e7708bdbc575cea4a0545b04320943359425998'),
	(6, 6, '2026-11-29 15:49:08.849764+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8","reason":"known"}', 'sha256:47d6a4e54f3b1cfa69e962440b44381cda5b4a85c8c8f9b3ae842a8e28963590');


--
-- Data for Name: evidence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence VALUES
	('sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52', 1, '{"arguments":{"version":"1.1"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":2}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":2}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 2, limit == 0","seconds":0.011820188000456255,"started_at":"2026-11-29T15:49:08.456582Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.01976480399935099,"started_at":"2026-11-29T15:49:08.418882Z"}},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging","requested_at":"2026-11-29T15:49:08.410367Z","requested_by":"U03RAJ","run":1,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 15:49:08.472207+00'),
	('sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc', 2, '{"arguments":{"version":"1.2"},"checks":{"duplicates":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"signals is 0, limit == 0","seconds":0.010728504999860888,"started_at":"2026-11-29T15:49:08.595668Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.011771254999985103,"started_at":"2026-11-29T15:49:08.577839Z"}},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging","requested_at":"2026-11-29T15:49:08.574586Z","requested_by":"U03RAJ","run":2,"verdict":{"mitigated":{},"needs_waiver":[],"outcome":"PASS","reasons":[],"recommendation":"GO"}}', '2026-11-29 15:49:08.609864+00'),
	('sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530', 3, '{"arguments":{"version":"1.3"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.011274479999883624,"started_at":"2026-11-29T15:49:08.701699Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.011196272999768553,"started_at":"2026-11-29T15:49:08.685170Z"}},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging","requested_at":"2026-11-29T15:49:08.682160Z","requested_by":"U03RAJ","run":3,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 15:49:08.715528+00'),
	('sha256:2c23f88af596afe140a023292c6dbaf24406b15368abc37573fa505d3e2f3893', 4, '{"arguments":{"version":"1.4"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.012050172999806819,"started_at":"2026-11-29T15:49:08.761296Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.01474380400031805,"started_at":"2026-11-29T15:49:08.740921Z"}},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging","requested_at":"2026-11-29T15:49:08.738023Z","requested_by":"U03RAJ","run":4,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 15:49:08.776777+00'),
	('sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8', 6, '{"arguments":{"version":"1.6"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.011533052999766369,"started_at":"2026-11-29T15:49:08.820802Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.011531464999279706,"started_at":"2026-11-29T15:49:08.803390Z"}},"configuration":"sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f","environment":"staging","requested_at":"2026-11-29T15:49:08.800827Z","requested_by":"U03RAJ","run":6,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 15:49:08.835222+00');


--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: message; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.message OVERRIDING SYSTEM VALUE VALUES
	(46, 3, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.72452+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.68216+00', NULL, NULL),
	(55, 3, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.72452+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.72452+00', NULL, NULL),
	(56, 3, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.72452+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.72452+00', NULL, NULL),
	(57, 3, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.72452+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.72452+00', NULL, NULL),
	(7, 1, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.472207+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.472207+00', NULL, NULL),
	(8, 1, 'waiver', 'duplicates', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.488022+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.488022+00', NULL, NULL),
	(10, 1, 'vote', '6', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.500647+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.500647+00', NULL, NULL),
	(13, 1, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.514386+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.514386+00', NULL, NULL),
	(15, 1, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.514386+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.514386+00', NULL, NULL),
	(16, 1, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.514386+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.514386+00', NULL, NULL),
	(17, 1, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.514386+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.514386+00', NULL, NULL),
	(18, 1, 'prompt', 'nQApNMCBWfgWJfRrpjhbJg', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.548128+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.540427+00', NULL, NULL),
	(84, 6, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.861951+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.861951+00', NULL, NULL),
	(72, 6, 'card', '', 'C0RELEASES', 'pending', 9, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.861951+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.800827+00', NULL, NULL),
	(27, 2, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.609864+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.609864+00', NULL, NULL),
	(28, 2, 'vote', '6', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.622044+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.622044+00', NULL, NULL),
	(31, 2, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.633653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.633653+00', NULL, NULL),
	(33, 2, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.633653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.633653+00', NULL, NULL),
	(34, 2, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.633653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.633653+00', NULL, NULL),
	(35, 2, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.633653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.633653+00', NULL, NULL),
	(36, 1, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.633653+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.633653+00', NULL, NULL),
	(38, 2, 'prompt', '-DqlVQFlGMYXCe8hBwb_uQ', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.670525+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.660527+00', NULL, NULL),
	(41, 2, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.670525+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.670525+00', NULL, NULL),
	(21, 2, 'card', '', 'C0RELEASES', 'pending', 10, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.670525+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.574586+00', NULL, NULL),
	(1, 1, 'card', '', 'C0RELEASES', 'pending', 11, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.675859+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.410367+00', NULL, NULL),
	(45, 1, 'rolled back', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.675859+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.675859+00', NULL, NULL),
	(64, 4, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.776777+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.776777+00', NULL, NULL),
	(58, 4, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.783426+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.738023+00', NULL, NULL),
	(52, 3, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.715528+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.715528+00', NULL, NULL),
	(53, 3, 'vote', '5', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.72452+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.72452+00', NULL, NULL),
	(66, 4, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.783426+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.783426+00', NULL, NULL),
	(67, 4, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.783426+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.783426+00', NULL, NULL),
	(68, 4, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.783426+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.783426+00', NULL, NULL),
	(69, 5, 'card', '', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 15:49:08.794932+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.790766+00', NULL, NULL),
	(71, 5, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.794932+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.794932+00', NULL, NULL),
	(78, 6, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.835222+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.835222+00', NULL, NULL),
	(79, 6, 'vote', '5', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.843111+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.843111+00', NULL, NULL),
	(81, 6, 'waiver', 'duplicates', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 15:49:08.849764+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 15:49:08.849764+00', NULL, NULL);


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
	('nQApNMCBWfgWJfRrpjhbJg', 1, 'duplicates', 1, 'dismissed', 'signals is 2, limit == 0', '2026-11-29 15:49:08.540427+00', '2026-11-29 15:49:08.540427+00', '2026-11-29 15:49:08.569085+00', NULL, NULL, 'U03RAJ', '2026-11-29 15:49:08.548128+00', 'a test send'),
	('-DqlVQFlGMYXCe8hBwb_uQ', 2, 'duplicates', 1, 'rolled back', 'signals is 3, limit == 0', '2026-11-29 15:49:08.660527+00', '2026-11-29 15:49:08.660527+00', NULL, 'U03RAJ', '2026-11-29 15:49:08.666143+00', 'U03RAJ', '2026-11-29 15:49:08.670525+00', '');


--
-- Data for Name: reminder; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: rollback; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollback VALUES
	(2, 'U03RAJ', '', '2026-11-29 15:49:08.670525+00'),
	(1, 'U03RAJ', 'it was no better', '2026-11-29 15:49:08.675859+00');


--
-- Data for Name: run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run VALUES
	(1, 'rzbEPRKC1QsJ8H19Cgwzhg', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.1"}', 'sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', 'sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52', '2026-11-29 15:49:08.410367+00', '2026-11-29 15:49:08.472207+00', '2026-11-29 16:49:08.472207+00', '2026-11-29 15:49:08.514386+00'),
	(2, 'diR8EmrOtVsNW_poEox1NQ', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.2"}', 'sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', 'sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc', '2026-11-29 15:49:08.574586+00', '2026-11-29 15:49:08.609864+00', '2026-11-29 16:49:08.609864+00', '2026-11-29 15:49:08.633653+00'),
	(3, 'w4phZNUmyZ3I1X2f2FRihw', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.3"}', 'sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', 'sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530', '2026-11-29 15:49:08.68216+00', '2026-11-29 15:49:08.715528+00', '2026-11-29 16:49:08.715528+00', '2026-11-29 15:49:08.72452+00'),
	(4, 'KzYPKtiIBuD3cVLAjv84SA', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.4"}', 'sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', 'sha256:2c23f88af596afe140a023292c6dbaf24406b15368abc37573fa505d3e2f3893', '2026-11-29 15:49:08.738023+00', '2026-11-29 15:49:08.776777+00', '2026-11-29 15:49:08.783041+00', '2026-11-29 15:49:08.783426+00'),
	(5, 'eJ8W9-4nYgkpws_31Puipg', 'staging', 'closed', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.5"}', 'sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', NULL, '2026-11-29 15:49:08.790766+00', NULL, NULL, '2026-11-29 15:49:08.794932+00'),
	(6, 'xL9sYZQrlMMmW_AYuxXClg', 'staging', 'deciding', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.6"}', 'sha256:f3f0079e8e7940ca3f9302112894c9e7618611a7bbe48b99a0549a844b6a576f', 'sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8', '2026-11-29 15:49:08.800827+00', '2026-11-29 15:49:08.835222+00', '2026-11-29 16:49:08.835222+00', NULL);


--
-- Data for Name: run_number; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run_number VALUES
	(true, 6);


--
-- Data for Name: trigger; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.trigger VALUES
	(1, 'duplicates', 0, 0, true, 1, 'PASS', 'signals is 0, limit == 0', NULL),
	(2, 'duplicates', 1, 0, false, 1, 'FAIL', 'signals is 3, limit == 0', '2026-11-29 15:49:08.660527+00');


--
-- Data for Name: vote; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.vote VALUES
	(1, 'sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52', 'U04MIA', '{platform}', 'Go', '', NULL, '2026-11-29 15:49:08.500647+00', '2026-11-29 15:49:08.500647+00'),
	(1, 'sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52', 'U01ANA', '{release-managers}', 'Conditional go', '', '{"due": "2026-11-29T15:49:08.507050Z", "text": "quota", "owner": "U02BEN"}', '2026-11-29 15:49:08.514386+00', '2026-11-29 15:49:08.514386+00'),
	(2, 'sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc', 'U01ANA', '{release-managers}', 'Go', '', NULL, '2026-11-29 15:49:08.622044+00', '2026-11-29 15:49:08.622044+00'),
	(2, 'sha256:5addd0bdf6860b08a41381d883b3d39a23c3b596d03a3a83c6ab1d37e820d1bc', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-29 15:49:08.633653+00', '2026-11-29 15:49:08.633653+00'),
	(3, 'sha256:63b0ad9cb362b5bdf697fb211b61e5a740c45d6e643607b6814d385a35506530', 'U01ANA', '{release-managers}', 'No-go', 'duplicates', NULL, '2026-11-29 15:49:08.72452+00', '2026-11-29 15:49:08.72452+00'),
	(6, 'sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-29 15:49:08.861951+00', '2026-11-29 15:49:08.861951+00');


--
-- Data for Name: waiver; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.waiver VALUES
	(1, 'sha256:c047a237e1cb7b404bd621d05075beb319c7b45f16c71a805eab5b0b12b4aa52', 'duplicates', 'U02BEN', 'known', '2026-11-29 15:49:08.488022+00'),
	(6, 'sha256:f3b389e758bbd62bcfebf631a2f48ea95b3fb75c8d54957f6898c805b1e1c0b8', 'duplicates', 'U02BEN', 'known', '2026-11-29 15:49:08.849764+00');


--
-- Data for Name: watch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.watch VALUES
	(1, 'ended', 2, 2, '2026-11-29 15:49:08.514386+00', '2026-11-29 16:49:08.514386+00', '2026-11-29 15:49:08.633653+00', 'superseded'),
	(2, 'ended', 1, 1, '2026-11-29 15:49:08.633653+00', '2026-11-29 16:49:08.633653+00', '2026-11-29 15:49:08.670525+00', 'rolled back');


--
-- Name: message_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.message_id_seq', 85, true);


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
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: check_run check_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.check_run
    ADD CONSTRAINT check_run_pkey PRIMARY KEY (run, name);


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
-- Name: idx_procrastinate_jobs_worker_not_null; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));


--
-- Name: idx_procrastinate_workers_last_heartbeat; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);


--
-- Name: inbox_to_do; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_to_do ON public.inbox USING btree (received_at) WHERE (done_at IS NULL);


--
-- Name: message_alerted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_alerted ON public.message USING btree (id) WHERE (alerted_at IS NOT NULL);


--
-- Name: message_failed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_failed ON public.message USING btree (id) WHERE ((state = 'failed'::text) AND (NOT excused));


--
-- Name: message_in_doubt; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX message_in_doubt ON public.message USING btree (run) WHERE (state = ANY (ARRAY['sending'::text, 'ambiguous'::text]));


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
-- Name: watch_under_way; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX watch_under_way ON public.watch USING btree (ends_at) WHERE (state = 'watching'::text);


--
-- Name: prompt answered_prompt_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER answered_prompt_is_final BEFORE UPDATE ON public.prompt FOR EACH ROW WHEN (((old.state = ANY (ARRAY['rolled back'::text, 'dismissed'::text])) AND ((old.recovered_at IS NOT NULL) OR ((to_jsonb(old.*) - 'recovered_at'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'recovered_at'::text))))) EXECUTE FUNCTION public.refuse_change('an answered prompt');


--
-- Name: prompt answered_prompt_is_kept; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER answered_prompt_is_kept BEFORE DELETE ON public.prompt FOR EACH ROW WHEN ((old.state = ANY (ARRAY['rolled back'::text, 'dismissed'::text]))) EXECUTE FUNCTION public.refuse_change('an answered prompt');


--
-- Name: check_run check_run_is_not_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER check_run_is_not_emptied BEFORE TRUNCATE ON public.check_run FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: run closed_run_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER closed_run_is_final BEFORE UPDATE ON public.run FOR EACH ROW WHEN ((old.state = 'closed'::text)) EXECUTE FUNCTION public.refuse_change('a closed run');


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
-- Name: watch ended_watch_is_final; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ended_watch_is_final BEFORE DELETE OR UPDATE ON public.watch FOR EACH ROW WHEN ((old.state = 'ended'::text)) EXECUTE FUNCTION public.refuse_change('an ended watch');


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
-- Name: check_run check_run_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.check_run
    ADD CONSTRAINT check_run_run_fkey FOREIGN KEY (run) REFERENCES public.run(number);


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

\unrestrict QC20PCMzp2oIa2Ow8JfNOz592uDocj3h8zQebGOZOPkLkUng9sJwi8xgFfPdr50

