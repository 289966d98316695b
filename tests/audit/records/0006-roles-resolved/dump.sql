--
-- PostgreSQL database dump
--

\restrict wic0goVPqh9m9S38dnCRLwr6mg0JJyr1ZMztooOEjL6P3iia6ETfB2pKZnNwT2s

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
	('0006');


--
-- Data for Name: check_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.check_run VALUES
	(1, 'queue-age', 0, 'done', 1, '2026-11-30 00:16:31.084541+00', '2026-11-30 00:16:31.114277+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.020331474000158778, "started_at": "2026-11-30T00:16:31.084541Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(4, 'duplicates', 1, 'done', 1, '2026-11-30 00:16:31.359379+00', '2026-11-30 00:16:31.372468+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.00880476699967403, "started_at": "2026-11-30T00:16:31.359379Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(1, 'duplicates', 1, 'done', 1, '2026-11-30 00:16:31.117114+00', '2026-11-30 00:16:31.134221+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 2}}], "reason": "signals is 2, limit == 0", "outcome": "FAIL", "seconds": 0.008711633000530128, "started_at": "2026-11-30T00:16:31.117114Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 2}]}]}'),
	(5, 'queue-age', 0, 'waiting', 0, NULL, NULL, NULL),
	(2, 'queue-age', 0, 'done', 1, '2026-11-30 00:16:31.211681+00', '2026-11-30 00:16:31.227481+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.013930611999967368, "started_at": "2026-11-30T00:16:31.211681Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(5, 'duplicates', 1, 'waiting', 0, NULL, NULL, NULL),
	(2, 'duplicates', 1, 'done', 1, '2026-11-30 00:16:31.229739+00', '2026-11-30 00:16:31.245414+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}}], "reason": "signals is 0, limit == 0", "outcome": "PASS", "seconds": 0.010498544000256516, "started_at": "2026-11-30T00:16:31.229739Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}]}'),
	(3, 'queue-age', 0, 'done', 1, '2026-11-30 00:16:31.304478+00', '2026-11-30 00:16:31.315529+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.009415607999471831, "started_at": "2026-11-30T00:16:31.304478Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(6, 'queue-age', 0, 'done', 1, '2026-11-30 00:16:31.391366+00', '2026-11-30 00:16:31.402492+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.009456380000301579, "started_at": "2026-11-30T00:16:31.391366Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(3, 'duplicates', 1, 'done', 1, '2026-11-30 00:16:31.317668+00', '2026-11-30 00:16:31.330262+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.008945167000092624, "started_at": "2026-11-30T00:16:31.317668Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(6, 'duplicates', 1, 'done', 1, '2026-11-30 00:16:31.404073+00', '2026-11-30 00:16:31.415989+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.00832545699995535, "started_at": "2026-11-30T00:16:31.404073Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(4, 'queue-age', 0, 'done', 1, '2026-11-30 00:16:31.347075+00', '2026-11-30 00:16:31.357869+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.009095415999581746, "started_at": "2026-11-30T00:16:31.347075Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}');


--
-- Data for Name: configuration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.configuration VALUES
	('sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', '{"format":1,"name":"staging","environment":{"channel":"C0RELEASES","arguments":{"version":{"description":"","required":false,"pattern":null,"choices":[],"author":false,"default":null,"example":null}},"start":[],"checks":{"queue-age":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"p95":"< 180s"},"warn":{"p95":"< 240s"},"fallback":"","query":"SELECT value AS p95 FROM reading WHERE name = ''queue_age''","units":{"p95":"s"}},"duplicates":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"signals":"== 0"},"warn":{},"fallback":"","query":"SELECT value AS signals FROM reading WHERE name = ''duplicates''","units":{}}},"decide":{"approve":{"release-managers":1,"platform":1},"separate_duties":true,"author":null,"expires":"1h","remind":[]},"rollback":{"mitigation":"Pin capacity: OVERRIDE_CAPACITY=1024","steps":["Promote {{previous_version}} in the dashboard","Check /canary status {{environment}}"],"on_call":"on-call"},"watch":{"for":"1h","every":"1s","triggers":{"duplicates":{"check":"duplicates","breach":1,"prompt":"Stop promotion at once"}},"checklist":[{"item":"Compare throughput with yesterday''s","owner":"platform","due":"1h"}]}},"sources":{"world":{"kind":"postgres","at_once":50,"dsn":"${WORLD_DSN}","tables":["reading"],"statement_timeout":"15s","connect_timeout":"5s","max_rows":1000,"max_bytes":1048576,"layout":{"jobs":{"table":"BackgroundJob","id":"id","type":"type","status":"status","tenant":"clientId","due":"runAt","attempts":"attempts","started":"startedAt","finished":"finishedAt","updated":"updatedAt","error":"lastError","words":{"pending":"PENDING","running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"dispatches":{"table":"BackgroundDispatchWindow","status":"status","start":"windowStart","seconds":"windowSeconds","error":"errorMessage","words":{"dispatching":"DISPATCHING","enqueued":"ENQUEUED"}},"runs":{"table":"BackgroundFunctionRun","id":"id","function":"functionName","status":"status","started":"startedAt","created":"createdAt","error":"lastError","words":{"running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"time_zone":"UTC","clock_skew":"1m"}}},"people":{"release-managers":{"members":["U01ANA"]},"platform":{"members":["S0PLATFORM"]},"on-call":{"members":["S0ONCALL"]}},"digest":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef"}', '2026-11-30 00:16:31.077364+00');


--
-- Data for Name: decision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.decision VALUES
	(1, 'CONDITIONAL GO', 'sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9', '{"run": 1, "votes": [{"roles": ["platform"], "choice": "Go", "person": "U04MIA", "reason": "", "cast_at": "2026-11-30T00:16:31.149757Z", "evidence": "sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9", "condition": null}, {"roles": ["release-managers"], "choice": "Conditional go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-30T00:16:31.158865Z", "evidence": "sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9", "condition": {"due": "2026-12-01T00:16:31.153996Z", "text": "quota", "owner": "U02BEN"}}], "filled": {"platform": ["U04MIA"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "CONDITIONAL GO", "waivers": [{"check": "duplicates", "person": "U02BEN", "reason": "known", "evidence": "sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9", "granted_at": "2026-11-30T00:16:31.142643Z"}], "evidence": "sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9", "decided_at": "2026-11-30T00:16:31.158865Z", "decided_by": ["U01ANA", "U04MIA"], "previous_version": ""}', '2026-11-30 00:16:31.158865+00'),
	(2, 'GO', 'sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c', '{"run": 2, "votes": [{"roles": ["release-managers"], "choice": "Go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-30T00:16:31.253500Z", "evidence": "sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c", "condition": null}, {"roles": ["platform"], "choice": "Go", "person": "U02BEN", "reason": "", "cast_at": "2026-11-30T00:16:31.261944Z", "evidence": "sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c", "condition": null}], "filled": {"platform": ["U02BEN"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "GO", "waivers": [], "evidence": "sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c", "decided_at": "2026-11-30T00:16:31.261944Z", "decided_by": ["U01ANA", "U02BEN"], "previous_version": "1.1"}', '2026-11-30 00:16:31.261944+00'),
	(3, 'NO-GO', 'sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839', '{"run": 3, "votes": [{"roles": ["release-managers"], "choice": "No-go", "person": "U01ANA", "reason": "duplicates", "cast_at": "2026-11-30T00:16:31.335337Z", "evidence": "sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839", "condition": null}], "filled": {"platform": [], "release-managers": []}, "reason": "duplicates", "outcome": "NO-GO", "waivers": [], "evidence": "sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839", "decided_at": "2026-11-30T00:16:31.335337Z", "decided_by": ["U01ANA"], "previous_version": ""}', '2026-11-30 00:16:31.335337+00'),
	(4, 'EXPIRED', 'sha256:722e71019b62e1ea9996f9a498c0f5dbe89daf6d72767b987d6f4898fa0f50d6', '{"run": 4, "votes": [], "filled": {}, "reason": "nobody decided in time", "outcome": "EXPIRED", "waivers": [], "evidence": "sha256:722e71019b62e1ea9996f9a498c0f5dbe89daf6d72767b987d6f4898fa0f50d6", "decided_at": "2026-11-30T00:16:31.377092Z", "decided_by": [], "previous_version": ""}', '2026-11-30 00:16:31.377092+00'),
	(5, 'CANCELLED', NULL, '{"run": 5, "votes": [], "filled": {}, "reason": "wrong version", "outcome": "CANCELLED", "waivers": [], "evidence": null, "decided_at": "2026-11-30T00:16:31.385485Z", "decided_by": ["U03RAJ"], "previous_version": ""}', '2026-11-30 00:16:31.385485+00');


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES
	(1, 1, '2026-11-30 00:16:31.077364+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.1"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:5448493cd7a38436206f4bd7617d79e02d2c44fc6abe562ea854c3e1a8b5aee6'),
	(1, 2, '2026-11-30 00:16:31.114277+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:ebd6961d22c01af1d3c31f3057cc491cf6344acc92651af7561a7612716bb5f3'),
	(1, 3, '2026-11-30 00:16:31.134221+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 2, limit == 0"}', 'sha256:141452382f1e958b3e40b18bc9a33545676120ef2dd68a63e4e50b9797ced96b'),
	(1, 4, '2026-11-30 00:16:31.134221+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}', 'sha256:0737c426d10cdbb9c3f9e22e73774057cfd5494526d7d69ed29414fe6d55e4a9'),
	(1, 5, '2026-11-30 00:16:31.142643+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:e5c3212d72aa5a31caa059a99a0d4eb38aa7cd02e11195b8d4e5c4653f2ef802'),
	(1, 6, '2026-11-30 00:16:31.142643+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9","reason":"known"}', 'sha256:d81e7ed640cd6a528839a9f7504b3bf27cb575739221430dbfc9e6f48f03eb91'),
	(1, 7, '2026-11-30 00:16:31.149757+00', 'U04MIA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:22cb1345795891692c12336f0a6140811923f50b22731a4c333c1762cc3743f1'),
	(1, 8, '2026-11-30 00:16:31.149757+00', 'U04MIA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9","reason":"","roles":["platform"]}', 'sha256:8fca1a36afa84f94e6e7c24e74459a568cef8aa664421efb1f6722a98b6cca41'),
	(1, 9, '2026-11-30 00:16:31.158865+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:7d41ba2c33bdab61138da7dd1c08cec36e6ef174ec235010e867279f3c0cac60'),
	(1, 10, '2026-11-30 00:16:31.158865+00', 'U01ANA', 'voted', '{"choice":"Conditional go","condition":{"due":"2026-12-01T00:16:31.153996Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9","reason":"","roles":["release-managers"]}', 'sha256:b3db5eb3df6fa783421813824071e3f26e1e7db70b860f79bb6e43c347fa47bf'),
	(1, 11, '2026-11-30 00:16:31.158865+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:6fc1ca0adb7946d4c99c1465680c1f330d97d2c12b33013d7bcd153a7d933ac9'),
	(1, 12, '2026-11-30 00:16:31.180856+00', 'canary', 'rollback prompted', '{"asked":{"on-call":{"S0ONCALL":["U03RAJ"]}},"reason":"signals is 2, limit == 0","trigger":"duplicates"}', 'sha256:39b49f945e8299084089e6b20e3f534ed2d2ab372a4b064c1b64ee8000709250'),
	(1, 13, '2026-11-30 00:16:31.186686+00', 'U03RAJ', 'prompt answered', '{"answer":"False alarm","note":"a test send","trigger":"duplicates"}', 'sha256:31b145611bbfb1c22a3ef997607ce140561470696c7095b5db96b3a16fee4e37'),
	(1, 14, '2026-11-30 00:16:31.204959+00', 'canary', 'trigger recovered', '{"trigger":"duplicates"}', 'sha256:f01051ed5e0bcc55d992fe3eff337676b6bda8dc8b6e1e053441794c14a2c764'),
	(2, 1, '2026-11-30 00:16:31.209548+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.2"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:597d33b9f577f78cf83bcae6161fad5ef3b4de75fb162cf42f810c8b65b17ec0'),
	(2, 2, '2026-11-30 00:16:31.227481+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:6367f7df27faaa611817c3fc9c7e0b2299eef73ee9fdcbe12bc082dddd8d7aab'),
	(2, 3, '2026-11-30 00:16:31.245414+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"PASS","reason":"signals is 0, limit == 0"}', 'sha256:64ba6616327b51fb0698fd6cd0cc839c1573ae56cfb5397d11aa1b2d4dd950c1'),
	(2, 4, '2026-11-30 00:16:31.245414+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c","reasons":[],"recommendation":"GO"}', 'sha256:558d254e8541afb3595c1601f45726dbbe255d0e78007b7859f1e8e4e70cc3c5'),
	(2, 5, '2026-11-30 00:16:31.251537+00', 'U03RAJ', 'refused', '{"reason":"Only release-managers and platform can vote on run #2.","what":"vote Go"}', 'sha256:9c0f950af519ffb733b4c0617e5e5a1f8dc9a9995b2541efdc49068a3d94a279'),
	(2, 6, '2026-11-30 00:16:31.2535+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:c9e473e8be1d9a0a7d1385b7f84ace3fa8cfc87f8eb6797ff210eeac85ae4903'),
	(2, 7, '2026-11-30 00:16:31.2535+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c","reason":"","roles":["release-managers"]}', 'sha256:a166ab8650c659814aa4ad19315f3acbf61e6464229e5a79a3467c2bccc2addf'),
	(2, 8, '2026-11-30 00:16:31.261944+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:54493763e66e992ea8cdc763864c8de1736750f6d71c323cdc3d1b3c77225d58'),
	(2, 9, '2026-11-30 00:16:31.261944+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c","reason":"","roles":["platform"]}', 'sha256:364c16b0a7688a579cf855b01b1f32ab57a190f387cb9cf91d0d71a8b150a703'),
	(2, 10, '2026-11-30 00:16:31.261944+00', 'U02BEN', 'decided', '{"decided_by":["U01ANA","U02BEN"],"evidence":"sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c","filled":{"platform":["U02BEN"],"release-managers":["U01ANA"]},"outcome":"GO","previous_version":"1.1","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:9f60b847c618f996655c8a769a37052bbf03f6b9a9d8f81d4222dd999087133d'),
	(1, 15, '2026-11-30 00:16:31.261944+00', 'canary', 'watch ended', '{"end":"superseded"}', 'sha256:b178ddab7cb93b46d8563a029353e503b2c4bd180b7306f63b01768cbb24e2e4'),
	(2, 11, '2026-11-30 00:16:31.285812+00', 'canary', 'rollback prompted', '{"asked":{"on-call":{"S0ONCALL":["U03RAJ"]}},"reason":"signals is 3, limit == 0","trigger":"duplicates"}', 'sha256:0d4c49dbc23be31d8a0448b7f855dd557beae1e251fa2bbc398edf01191ab51e'),
	(2, 12, '2026-11-30 00:16:31.290149+00', 'U03RAJ', 'prompt answered', '{"answer":"I''m on it","note":"","trigger":"duplicates"}', 'sha256:564eb8f1175f283cd37fa26752d550d732797c16156266a37ed66a9b97c349d2'),
	(2, 13, '2026-11-30 00:16:31.29334+00', 'U03RAJ', 'prompt answered', '{"answer":"Rolled back","note":"","trigger":"duplicates"}', 'sha256:77f74c432ae2eb50434a10b12bab2fcf73a9bdaeb80278ad8cd15cf2f276cede'),
	(2, 14, '2026-11-30 00:16:31.29334+00', 'U03RAJ', 'watch ended', '{"end":"rolled back"}', 'sha256:5c63beb5dfa922a7f06deff5ce92cc61d254952bb63bb0578182338f5e9a8b61'),
	(3, 3, '2026-11-30 00:16:31.330262+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:df0b7e3994bb93631e3bf1c53d716d7e39ad24a76758d0d683ea7b7bbfb4b410'),
	(3, 4, '2026-11-30 00:16:31.330262+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:01fd32e75510ed9ad565ee32de2ca75887d77b84557f72438fd5db6ee8daccfa'),
	(4, 3, '2026-11-30 00:16:31.372468+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:eb2911b8d38995b89e42fe0ea22fc07d1bd91dc4f157a3b8f2a1a560ecacfbd7'),
	(4, 4, '2026-11-30 00:16:31.372468+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:722e71019b62e1ea9996f9a498c0f5dbe89daf6d72767b987d6f4898fa0f50d6","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:c8bcc31f88d257a7e70275bcaa427d83fa4a204362d5e5fe7a0400c6bdcf5190'),
	(4, 5, '2026-11-30 00:16:31.377092+00', 'canary', 'decided', '{"decided_by":[],"evidence":"sha256:722e71019b62e1ea9996f9a498c0f5dbe89daf6d72767b987d6f4898fa0f50d6","filled":{},"outcome":"EXPIRED","previous_version":"","reason":"nobody decided in time"}', 'sha256:64a78e511f98e458c2ad9cd8c169996f2f632eba7d189d95f8a143a19a11b330'),
	(5, 1, '2026-11-30 00:16:31.382379+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.5"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:3fdd96e211e8731f569b8e44580e32c0fd7c632f6d146ef3c26161cf4b9d1454'),
	(6, 3, '2026-11-30 00:16:31.415989+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:02e16f35d1899ed6672d413db2d4e24de34507d97816b02b5041d71e730fab98'),
	(6, 4, '2026-11-30 00:16:31.415989+00', 'canary', 'evidence frozen', '{"asked":{"platform":{"S0PLATFORM":["U02BEN","U04MIA"]},"release-managers":{"U01ANA":["U01ANA"]}},"evidence":"sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:43537994365d08bc27fc83afe9ce8fc14c2c7b5dc3d4680097b63a8cb1ea353c'),
	(6, 7, '2026-11-30 00:16:31.426061+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:291fbf6aab10193855cc5850014f9208bf6d4a380f8cb9ecb22bdbe7ea43aaad'),
	(6, 8, '2026-11-30 00:16:31.426061+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b","reason":"known"}', 'sha256:c5d791c0c00753dae71bbdd8401c842cf9765d26aade0a0f13e4a7818970fc33'),
	(1, 16, '2026-11-30 00:16:31.297362+00', 'U03RAJ', 'rolled back', '{"reason":"it was no better"}', 'sha256:009c7dae3da0c83ebbbab7fa65fdba0f34624719d1512e7cf61c7b0a8e72ade8'),
	(3, 1, '2026-11-30 00:16:31.302363+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.3"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:583a850dd11efe67362f0c47dae3089641aeb34582fe8fa9cc255925b83a8c5e'),
	(3, 2, '2026-11-30 00:16:31.315529+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:0a9727d071980ee81be05138af1241066227b2120b355647a6dc2fd05d1d1979'),
	(3, 5, '2026-11-30 00:16:31.335337+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:006fdfac16d7bbf47344f8ec4873952bf68f841d5668be4c21b5bb0dd766ee6c'),
	(3, 6, '2026-11-30 00:16:31.335337+00', 'U01ANA', 'voted', '{"choice":"No-go","condition":null,"evidence":"sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839","reason":"duplicates","roles":["release-managers"]}', 'sha256:726e28deca3b7590325c366777367877d2f0518d0e04d1f47d6c6ed7fe9848ff'),
	(3, 7, '2026-11-30 00:16:31.335337+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA"],"evidence":"sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839","filled":{"platform":[],"release-managers":[]},"outcome":"NO-GO","previous_version":"","reason":"duplicates"}', 'sha256:8c212f4f49ce74eb3bd3888ed096a001947bb25e6b00a3d0c29922f79a2a27bf'),
	(3, 8, '2026-11-30 00:16:31.343036+00', 'U02BEN', 'refused', '{"reason":"Run #3 is decided; votes no longer count.","what":"vote Go"}', 'sha256:1ca06b623e207696a0264c80f2382a9a485d5fb6dd40f79b0025c8977a93d7ab'),
	(4, 1, '2026-11-30 00:16:31.344966+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.4"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:d79afae90aadf230a4bc78a4c6c9f269ddd3d6bc65cbbcee2126fa988dc21b44'),
	(4, 2, '2026-11-30 00:16:31.357869+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:990a6830da6f949f3e8a5319c165e45bdd469dbcc2c8f5832d555b886309673f'),
	(5, 2, '2026-11-30 00:16:31.385485+00', 'U03RAJ', 'decided', '{"decided_by":["U03RAJ"],"evidence":null,"filled":{},"outcome":"CANCELLED","previous_version":"","reason":"wrong version"}', 'sha256:16a27c15540b8c7cd8c9c9dcc3eb229e58eafcf7b8ef4157544e63d7463be519'),
	(6, 1, '2026-11-30 00:16:31.389643+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.6"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:f42548280b339601439fd6d8d63ac45f9a9f4ab69feaa9818c91fccf5eee174f'),
	(6, 2, '2026-11-30 00:16:31.402492+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:737cab198bfaaadadcdac6d65f1c6b5234556e5385a3a136a72fd955a56ce633'),
	(6, 5, '2026-11-30 00:16:31.420837+00', 'U01ANA', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":["U01ANA"]}}', 'sha256:4481738d2a3459a3f0aeb2046a0632c174e893fdc9dd2d2cbe30009cb4737ab3'),
	(6, 6, '2026-11-30 00:16:31.420837+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b","reason":"","roles":["release-managers"]}', 'sha256:1bf13cae69f15aea54943573c71dc72d4c8241b7cb6eeb840ee4184708d22600'),
	(6, 9, '2026-11-30 00:16:31.43732+00', 'U02BEN', 'roles resolved', '{"roles":{"platform":["U02BEN","U04MIA"],"release-managers":[]}}', 'sha256:a80a01ad88e113b94b387bbfc0ab9f9a82bee9740f3535f9c618b9de07dd9359'),
	(6, 10, '2026-11-30 00:16:31.43732+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b","reason":"","roles":["platform"]}', 'sha256:f7aa727ddcd92230a1e2f43ad3d10f33f7b9c500c35a97524ca2a34f8e0f72d4'),
	(6, 11, '2026-11-30 00:16:31.43732+00', 'canary', 'vote lapsed', '{"choice":"Go","person":"U01ANA"}', 'sha256:245a6c6461015b9f63ad5dce6261b43ed30bbb9d6ea99f7166c6f38494ba7d85'),
	(6, 12, '2026-11-30 00:16:31.442849+00', 'U01ANA', 'refused', '{"reason":"You cannot vote on run #6: this account is deactivated.","what":"vote Go"}', 'sha256:cd7688cf35b5acea86e2159e8c0cf8ad2767478aa6c1f06598be5b064f14fd4f');


--
-- Data for Name: evidence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence VALUES
	('sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9', 1, '{"arguments":{"version":"1.1"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":2}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":2}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 2, limit == 0","seconds":0.008711633000530128,"started_at":"2026-11-30T00:16:31.117114Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.020331474000158778,"started_at":"2026-11-30T00:16:31.084541Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-30T00:16:31.077364Z","requested_by":"U03RAJ","run":1,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 00:16:31.134221+00'),
	('sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c', 2, '{"arguments":{"version":"1.2"},"checks":{"duplicates":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"signals is 0, limit == 0","seconds":0.010498544000256516,"started_at":"2026-11-30T00:16:31.229739Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.013930611999967368,"started_at":"2026-11-30T00:16:31.211681Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-30T00:16:31.209548Z","requested_by":"U03RAJ","run":2,"verdict":{"mitigated":{},"needs_waiver":[],"outcome":"PASS","reasons":[],"recommendation":"GO"}}', '2026-11-30 00:16:31.245414+00'),
	('sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839', 3, '{"arguments":{"version":"1.3"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.008945167000092624,"started_at":"2026-11-30T00:16:31.317668Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.009415607999471831,"started_at":"2026-11-30T00:16:31.304478Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-30T00:16:31.302363Z","requested_by":"U03RAJ","run":3,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 00:16:31.330262+00'),
	('sha256:722e71019b62e1ea9996f9a498c0f5dbe89daf6d72767b987d6f4898fa0f50d6', 4, '{"arguments":{"version":"1.4"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.00880476699967403,"started_at":"2026-11-30T00:16:31.359379Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.009095415999581746,"started_at":"2026-11-30T00:16:31.347075Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-30T00:16:31.344966Z","requested_by":"U03RAJ","run":4,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 00:16:31.372468+00'),
	('sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b', 6, '{"arguments":{"version":"1.6"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.00832545699995535,"started_at":"2026-11-30T00:16:31.404073Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.009456380000301579,"started_at":"2026-11-30T00:16:31.391366Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-30T00:16:31.389643Z","requested_by":"U03RAJ","run":6,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-30 00:16:31.415989+00');


--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: message; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.message OVERRIDING SYSTEM VALUE VALUES
	(46, 3, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.335337+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.302363+00', NULL, NULL, NULL),
	(55, 3, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.335337+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.335337+00', NULL, NULL, NULL),
	(56, 3, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.335337+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.335337+00', NULL, NULL, NULL),
	(57, 3, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.335337+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.335337+00', NULL, NULL, NULL),
	(7, 1, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.134221+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.134221+00', NULL, NULL, NULL),
	(8, 1, 'waiver', 'duplicates', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.142643+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.142643+00', NULL, NULL, NULL),
	(10, 1, 'vote', '8', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.149757+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.149757+00', NULL, NULL, NULL),
	(13, 1, 'vote', '10', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.158865+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.158865+00', NULL, NULL, NULL),
	(15, 1, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.158865+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.158865+00', NULL, NULL, NULL),
	(16, 1, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.158865+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.158865+00', NULL, NULL, NULL),
	(17, 1, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.158865+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.158865+00', NULL, NULL, NULL),
	(18, 1, 'prompt', 'g8bbFJpBnZnlZPde51GtEA', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.186686+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.180856+00', NULL, NULL, NULL),
	(84, 6, 'vote', '10', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.43732+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.43732+00', NULL, NULL, NULL),
	(72, 6, 'card', '', 'C0RELEASES', 'pending', 9, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.43732+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.389643+00', NULL, NULL, NULL),
	(27, 2, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.245414+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.245414+00', NULL, NULL, NULL),
	(28, 2, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.2535+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.2535+00', NULL, NULL, NULL),
	(31, 2, 'vote', '9', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.261944+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.261944+00', NULL, NULL, NULL),
	(33, 2, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.261944+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.261944+00', NULL, NULL, NULL),
	(34, 2, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.261944+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.261944+00', NULL, NULL, NULL),
	(35, 2, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.261944+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.261944+00', NULL, NULL, NULL),
	(36, 1, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.261944+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.261944+00', NULL, NULL, NULL),
	(38, 2, 'prompt', 'pxVjsh0-Ent3vC7VKxs2bA', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.29334+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.285812+00', NULL, NULL, NULL),
	(41, 2, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.29334+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.29334+00', NULL, NULL, NULL),
	(21, 2, 'card', '', 'C0RELEASES', 'pending', 10, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.29334+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.209548+00', NULL, NULL, NULL),
	(1, 1, 'card', '', 'C0RELEASES', 'pending', 11, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.297362+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.077364+00', NULL, NULL, NULL),
	(45, 1, 'rolled back', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.297362+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.297362+00', NULL, NULL, NULL),
	(64, 4, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.372468+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.372468+00', NULL, NULL, NULL),
	(58, 4, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.377092+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.344966+00', NULL, NULL, NULL),
	(52, 3, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.330262+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.330262+00', NULL, NULL, NULL),
	(53, 3, 'vote', '6', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.335337+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.335337+00', NULL, NULL, NULL),
	(66, 4, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.377092+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.377092+00', NULL, NULL, NULL),
	(67, 4, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.377092+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.377092+00', NULL, NULL, NULL),
	(68, 4, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.377092+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.377092+00', NULL, NULL, NULL),
	(69, 5, 'card', '', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-30 00:16:31.385485+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.382379+00', NULL, NULL, NULL),
	(71, 5, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.385485+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.385485+00', NULL, NULL, NULL),
	(78, 6, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.415989+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.415989+00', NULL, NULL, NULL),
	(79, 6, 'vote', '6', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.420837+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.420837+00', NULL, NULL, NULL),
	(81, 6, 'waiver', 'duplicates', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-30 00:16:31.426061+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-30 00:16:31.426061+00', NULL, NULL, NULL);


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
	('g8bbFJpBnZnlZPde51GtEA', 1, 'duplicates', 1, 'dismissed', 'signals is 2, limit == 0', '2026-11-30 00:16:31.180856+00', '2026-11-30 00:16:31.180856+00', '2026-11-30 00:16:31.204959+00', NULL, NULL, 'U03RAJ', '2026-11-30 00:16:31.186686+00', 'a test send'),
	('pxVjsh0-Ent3vC7VKxs2bA', 2, 'duplicates', 1, 'rolled back', 'signals is 3, limit == 0', '2026-11-30 00:16:31.285812+00', '2026-11-30 00:16:31.285812+00', NULL, 'U03RAJ', '2026-11-30 00:16:31.290149+00', 'U03RAJ', '2026-11-30 00:16:31.29334+00', '');


--
-- Data for Name: reminder; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: rollback; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollback VALUES
	(2, 'U03RAJ', '', '2026-11-30 00:16:31.29334+00'),
	(1, 'U03RAJ', 'it was no better', '2026-11-30 00:16:31.297362+00');


--
-- Data for Name: run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run VALUES
	(1, 'S2MIVJp-nK-CIBAGsJQR1Q', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.1"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9', '2026-11-30 00:16:31.077364+00', '2026-11-30 00:16:31.134221+00', '2026-11-30 01:16:31.134221+00', '2026-11-30 00:16:31.158865+00'),
	(2, 'wjdghzQ0R0_w5N3HihpOLA', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.2"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c', '2026-11-30 00:16:31.209548+00', '2026-11-30 00:16:31.245414+00', '2026-11-30 01:16:31.245414+00', '2026-11-30 00:16:31.261944+00'),
	(3, 'G7a4DvYLuwdWUSYFFmrnNQ', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.3"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839', '2026-11-30 00:16:31.302363+00', '2026-11-30 00:16:31.330262+00', '2026-11-30 01:16:31.330262+00', '2026-11-30 00:16:31.335337+00'),
	(4, 'HpziFAn5Rq9Lx09Wdi7U2g', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.4"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:722e71019b62e1ea9996f9a498c0f5dbe89daf6d72767b987d6f4898fa0f50d6', '2026-11-30 00:16:31.344966+00', '2026-11-30 00:16:31.372468+00', '2026-11-30 00:16:31.376858+00', '2026-11-30 00:16:31.377092+00'),
	(5, 'K1gELKzy3YnFRG4T8lJ7oQ', 'staging', 'closed', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.5"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', NULL, '2026-11-30 00:16:31.382379+00', NULL, NULL, '2026-11-30 00:16:31.385485+00'),
	(6, '2zXC4SAzRPFjDxsBDUQI1A', 'staging', 'deciding', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.6"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b', '2026-11-30 00:16:31.389643+00', '2026-11-30 00:16:31.415989+00', '2026-11-30 01:16:31.415989+00', NULL);


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
	(2, 'duplicates', 1, 0, false, 1, 'FAIL', 'signals is 3, limit == 0', '2026-11-30 00:16:31.285812+00');


--
-- Data for Name: vote; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.vote VALUES
	(1, 'sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9', 'U04MIA', '{platform}', 'Go', '', NULL, '2026-11-30 00:16:31.149757+00', '2026-11-30 00:16:31.149757+00'),
	(1, 'sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9', 'U01ANA', '{release-managers}', 'Conditional go', '', '{"due": "2026-12-01T00:16:31.153996Z", "text": "quota", "owner": "U02BEN"}', '2026-11-30 00:16:31.158865+00', '2026-11-30 00:16:31.158865+00'),
	(2, 'sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c', 'U01ANA', '{release-managers}', 'Go', '', NULL, '2026-11-30 00:16:31.2535+00', '2026-11-30 00:16:31.2535+00'),
	(2, 'sha256:5ced9f646f680a85a545f500a3572e44cbff266735ade3a1466d50423d78f90c', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-30 00:16:31.261944+00', '2026-11-30 00:16:31.261944+00'),
	(3, 'sha256:414541817e17317f2015b17dcc1f88d4ffaedeae269b3ae66c6a828a318e3839', 'U01ANA', '{release-managers}', 'No-go', 'duplicates', NULL, '2026-11-30 00:16:31.335337+00', '2026-11-30 00:16:31.335337+00'),
	(6, 'sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-30 00:16:31.43732+00', '2026-11-30 00:16:31.43732+00');


--
-- Data for Name: waiver; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.waiver VALUES
	(1, 'sha256:3e048459265960b25f82c664cb73291c90a377591cd005e93a2ce746688f18f9', 'duplicates', 'U02BEN', 'known', '2026-11-30 00:16:31.142643+00'),
	(6, 'sha256:d67753b374355bf25a2cc5801fd7ea032b2cb928571a0eae4d10e368b92c362b', 'duplicates', 'U02BEN', 'known', '2026-11-30 00:16:31.426061+00');


--
-- Data for Name: watch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.watch VALUES
	(1, 'ended', 2, 2, '2026-11-30 00:16:31.158865+00', '2026-11-30 01:16:31.158865+00', '2026-11-30 00:16:31.261944+00', 'superseded'),
	(2, 'ended', 1, 1, '2026-11-30 00:16:31.261944+00', '2026-11-30 01:16:31.261944+00', '2026-11-30 00:16:31.29334+00', 'rolled back');


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

\unrestrict wic0goVPqh9m9S38dnCRLwr6mg0JJyr1ZMztooOEjL6P3iia6ETfB2pKZnNwT2s

