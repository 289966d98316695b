--
-- PostgreSQL database dump
--

\restrict yXa0GKDAzF48hiHa0lHOWDzrh2QlAjGyQNsFYBeWpvTX3rWrixm9gSaxzcUi0os

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
	(1, 'queue-age', 0, 'done', 1, '2026-11-29 22:56:46.595915+00', '2026-11-29 22:56:46.647365+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.032696106000003056, "started_at": "2026-11-29T22:56:46.595915Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(6, 'duplicates', 1, 'done', 1, '2026-11-29 22:56:47.376469+00', '2026-11-29 22:56:47.413141+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.03170988500005478, "started_at": "2026-11-29T22:56:47.376469Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(1, 'duplicates', 1, 'done', 1, '2026-11-29 22:56:46.657164+00', '2026-11-29 22:56:46.684595+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 2}}], "reason": "signals is 2, limit == 0", "outcome": "FAIL", "seconds": 0.020178495999971346, "started_at": "2026-11-29T22:56:46.657164Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 2}]}]}'),
	(2, 'queue-age', 0, 'done', 1, '2026-11-29 22:56:46.906734+00', '2026-11-29 22:56:46.926767+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.015255383000294387, "started_at": "2026-11-29T22:56:46.906734Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(2, 'duplicates', 1, 'done', 1, '2026-11-29 22:56:46.934787+00', '2026-11-29 22:56:46.951414+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "== 0", "outcome": "PASS", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 0}}], "reason": "signals is 0, limit == 0", "outcome": "PASS", "seconds": 0.01329975699991337, "started_at": "2026-11-29T22:56:46.934787Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 0}]}]}'),
	(3, 'queue-age', 0, 'done', 1, '2026-11-29 22:56:47.105629+00', '2026-11-29 22:56:47.128824+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.02012778000016624, "started_at": "2026-11-29T22:56:47.105629Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(3, 'duplicates', 1, 'done', 1, '2026-11-29 22:56:47.136937+00', '2026-11-29 22:56:47.164771+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.01999413099974845, "started_at": "2026-11-29T22:56:47.136937Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(4, 'queue-age', 0, 'done', 1, '2026-11-29 22:56:47.201557+00', '2026-11-29 22:56:47.224793+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.019180166999831272, "started_at": "2026-11-29T22:56:47.201557Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}'),
	(4, 'duplicates', 1, 'done', 1, '2026-11-29 22:56:47.229398+00', '2026-11-29 22:56:47.256698+00', '{"hint": "", "cause": "regression", "detail": [], "judged": [{"limit": "== 0", "outcome": "FAIL", "reading": {"n": null, "name": "signals", "note": "", "unit": "", "value": 3}}], "reason": "signals is 3, limit == 0", "outcome": "FAIL", "seconds": 0.017607471000246733, "started_at": "2026-11-29T22:56:47.229398Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "signals", "note": "", "unit": "", "value": 3}]}]}'),
	(5, 'queue-age', 0, 'waiting', 0, NULL, NULL, NULL),
	(5, 'duplicates', 1, 'waiting', 0, NULL, NULL, NULL),
	(6, 'queue-age', 0, 'done', 1, '2026-11-29 22:56:47.335911+00', '2026-11-29 22:56:47.369965+00', '{"hint": "", "cause": null, "detail": [], "judged": [{"limit": "< 180s", "outcome": "PASS", "reading": {"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}}], "reason": "p95 is 30 s, limit < 180s", "outcome": "PASS", "seconds": 0.024323638000169012, "started_at": "2026-11-29T22:56:47.335911Z", "measurements": [{"hint": "", "cause": null, "detail": [], "doubts": [], "series": [], "window": null, "context": {}, "readings": [{"n": null, "name": "p95", "note": "", "unit": "s", "value": 30}]}]}');


--
-- Data for Name: configuration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.configuration VALUES
	('sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', '{"format":1,"name":"staging","environment":{"channel":"C0RELEASES","arguments":{"version":{"description":"","required":false,"pattern":null,"choices":[],"author":false,"default":null,"example":null}},"start":[],"checks":{"queue-age":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"p95":"< 180s"},"warn":{"p95":"< 240s"},"fallback":"","query":"SELECT value AS p95 FROM reading WHERE name = ''queue_age''","units":{"p95":"s"}},"duplicates":{"kind":"sql","title":"","source":"world","owner":"platform","window":null,"consecutive":1,"sample":{"count":1,"every":"30s","fail_at":1,"fail_at_consecutive":null,"error_at":1},"timeout":"1m","retries":0,"at_least":0,"pass":{"signals":"== 0"},"warn":{},"fallback":"","query":"SELECT value AS signals FROM reading WHERE name = ''duplicates''","units":{}}},"decide":{"approve":{"release-managers":1,"platform":1},"separate_duties":true,"author":null,"expires":"1h","remind":[]},"rollback":{"mitigation":"Pin capacity: OVERRIDE_CAPACITY=1024","steps":["Promote {{previous_version}} in the dashboard","Check /canary status {{environment}}"],"on_call":"on-call"},"watch":{"for":"1h","every":"1s","triggers":{"duplicates":{"check":"duplicates","breach":1,"prompt":"Stop promotion at once"}},"checklist":[{"item":"Compare throughput with yesterday''s","owner":"platform","due":"1h"}]}},"sources":{"world":{"kind":"postgres","at_once":50,"dsn":"${WORLD_DSN}","tables":["reading"],"statement_timeout":"15s","connect_timeout":"5s","max_rows":1000,"max_bytes":1048576,"layout":{"jobs":{"table":"BackgroundJob","id":"id","type":"type","status":"status","tenant":"clientId","due":"runAt","attempts":"attempts","started":"startedAt","finished":"finishedAt","updated":"updatedAt","error":"lastError","words":{"pending":"PENDING","running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"dispatches":{"table":"BackgroundDispatchWindow","status":"status","start":"windowStart","seconds":"windowSeconds","error":"errorMessage","words":{"dispatching":"DISPATCHING","enqueued":"ENQUEUED"}},"runs":{"table":"BackgroundFunctionRun","id":"id","function":"functionName","status":"status","started":"startedAt","created":"createdAt","error":"lastError","words":{"running":"RUNNING","succeeded":"SUCCEEDED","failed":"FAILED","ignored":[]}},"time_zone":"UTC","clock_skew":"1m"}}},"people":{"release-managers":{"members":["U01ANA"]},"platform":{"members":["S0PLATFORM"]},"on-call":{"members":["S0ONCALL"]}},"digest":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef"}', '2026-11-29 22:56:46.579574+00');


--
-- Data for Name: decision; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.decision VALUES
	(1, 'CONDITIONAL GO', 'sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c', '{"run": 1, "votes": [{"roles": ["platform"], "choice": "Go", "person": "U04MIA", "reason": "", "cast_at": "2026-11-29T22:56:46.746680Z", "evidence": "sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c", "condition": null}, {"roles": ["release-managers"], "choice": "Conditional go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-29T22:56:46.785624Z", "evidence": "sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c", "condition": {"due": "2026-11-29T22:56:46.766331Z", "text": "quota", "owner": "U02BEN"}}], "filled": {"platform": ["U04MIA"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "CONDITIONAL GO", "waivers": [{"check": "duplicates", "person": "U02BEN", "reason": "known", "evidence": "sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c", "granted_at": "2026-11-29T22:56:46.722612Z"}], "evidence": "sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c", "decided_at": "2026-11-29T22:56:46.785624Z", "decided_by": ["U01ANA", "U04MIA"], "previous_version": ""}', '2026-11-29 22:56:46.785624+00'),
	(2, 'GO', 'sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669', '{"run": 2, "votes": [{"roles": ["release-managers"], "choice": "Go", "person": "U01ANA", "reason": "", "cast_at": "2026-11-29T22:56:46.993192Z", "evidence": "sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669", "condition": null}, {"roles": ["platform"], "choice": "Go", "person": "U02BEN", "reason": "", "cast_at": "2026-11-29T22:56:47.031236Z", "evidence": "sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669", "condition": null}], "filled": {"platform": ["U02BEN"], "release-managers": ["U01ANA"]}, "reason": "quorum reached: 1 of release-managers, 1 of platform", "outcome": "GO", "waivers": [], "evidence": "sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669", "decided_at": "2026-11-29T22:56:47.031236Z", "decided_by": ["U01ANA", "U02BEN"], "previous_version": "1.1"}', '2026-11-29 22:56:47.031236+00'),
	(3, 'NO-GO', 'sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d', '{"run": 3, "votes": [{"roles": ["release-managers"], "choice": "No-go", "person": "U01ANA", "reason": "duplicates", "cast_at": "2026-11-29T22:56:47.173458Z", "evidence": "sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d", "condition": null}], "filled": {"platform": [], "release-managers": []}, "reason": "duplicates", "outcome": "NO-GO", "waivers": [], "evidence": "sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d", "decided_at": "2026-11-29T22:56:47.173458Z", "decided_by": ["U01ANA"], "previous_version": ""}', '2026-11-29 22:56:47.173458+00'),
	(4, 'EXPIRED', 'sha256:7cc7f86c9e26d2e8fce529ae2f6b271613e01940ec9c0589270031223227dd97', '{"run": 4, "votes": [], "filled": {}, "reason": "nobody decided in time", "outcome": "EXPIRED", "waivers": [], "evidence": "sha256:7cc7f86c9e26d2e8fce529ae2f6b271613e01940ec9c0589270031223227dd97", "decided_at": "2026-11-29T22:56:47.272590Z", "decided_by": [], "previous_version": ""}', '2026-11-29 22:56:47.27259+00'),
	(5, 'CANCELLED', NULL, '{"run": 5, "votes": [], "filled": {}, "reason": "wrong version", "outcome": "CANCELLED", "waivers": [], "evidence": null, "decided_at": "2026-11-29T22:56:47.303461Z", "decided_by": ["U03RAJ"], "previous_version": ""}', '2026-11-29 22:56:47.303461+00');


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES
	(1, 1, '2026-11-29 22:56:46.579574+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.1"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:7b2c44faecfde485a4033687bec2db4189b01a4c6a9a2ca1da17e92ba62ba5e7'),
	(1, 2, '2026-11-29 22:56:46.647365+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:9ab08c8f7b0c08929ee79b18a16705b54c7f8c9ae6e5a4168465b64daede3c7c'),
	(1, 3, '2026-11-29 22:56:46.684595+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 2, limit == 0"}', 'sha256:ee0b637b64528a96f5d14ad6e0a2818a759c66e557aebbfbaa7ad2087f045148'),
	(1, 4, '2026-11-29 22:56:46.684595+00', 'canary', 'evidence frozen', '{"evidence":"sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}', 'sha256:43873759cb4819d5d4f7d31c651f67b2d20124ab0545d6610ae82c860e09ac82'),
	(1, 5, '2026-11-29 22:56:46.722612+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c","reason":"known"}', 'sha256:747ee01defd9e51d0436c518ecbad364dbd9ca05f020db6da9677ff8439b24d2'),
	(1, 6, '2026-11-29 22:56:46.74668+00', 'U04MIA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c","reason":"","roles":["platform"]}', 'sha256:3659de64ef477ecdb8fe1a1d705a18e282577eddfa75e40fc93798ba31160046'),
	(1, 7, '2026-11-29 22:56:46.785624+00', 'U01ANA', 'voted', '{"choice":"Conditional go","condition":{"due":"2026-11-29T22:56:46.766331Z","owner":"U02BEN","text":"quota"},"evidence":"sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c","reason":"","roles":["release-managers"]}', 'sha256:a46c712333987274cfc2a3f48ace0f20d4f33a4531a873013e74d36b4de20318'),
	(1, 8, '2026-11-29 22:56:46.785624+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA","U04MIA"],"evidence":"sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c","filled":{"platform":["U04MIA"],"release-managers":["U01ANA"]},"outcome":"CONDITIONAL GO","previous_version":"","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:4938bf6c98be1600b26f5afb2ec6546d7ced986df9311789ee70aea0301c46aa'),
	(1, 9, '2026-11-29 22:56:46.85397+00', 'canary', 'rollback prompted', '{"reason":"signals is 2, limit == 0","trigger":"duplicates"}', 'sha256:1dc706331a823f05f0be4a819fb685b9b85530dd043e16bcb622b56bdc3436a1'),
	(1, 10, '2026-11-29 22:56:46.86586+00', 'U03RAJ', 'prompt answered', '{"answer":"False alarm","note":"a test send","trigger":"duplicates"}', 'sha256:875d4626c608063452dd917f4ac214e083a24cabf187cedf00eb776e7841f8cb'),
	(1, 11, '2026-11-29 22:56:46.896367+00', 'canary', 'trigger recovered', '{"trigger":"duplicates"}', 'sha256:901432c9ed21d561e58d7db76b98347fab0f6d26522dfcc8673b7674cb5c9613'),
	(2, 1, '2026-11-29 22:56:46.904369+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.2"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:4ac922a41b421f117f0b925a5b51921ec575e096fa2102efc458039b34c5fb85'),
	(2, 2, '2026-11-29 22:56:46.926767+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:d339967163b11e2b3e31f3338b3729ff46c5a068a5090089acaa152104835cd1'),
	(2, 3, '2026-11-29 22:56:46.951414+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"PASS","reason":"signals is 0, limit == 0"}', 'sha256:b6b1a4376f56bf0cd62880ddfcac3382d03a9d548fafa28419cd81ec104f4d77'),
	(2, 4, '2026-11-29 22:56:46.951414+00', 'canary', 'evidence frozen', '{"evidence":"sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669","reasons":[],"recommendation":"GO"}', 'sha256:5e33023b164223c84bc138bbea64ecf319dab4ee941b967951db1739e29faf89'),
	(2, 5, '2026-11-29 22:56:46.989638+00', 'U03RAJ', 'refused', '{"reason":"Only release-managers and platform can vote on run #2.","what":"vote Go"}', 'sha256:24d56bf0f450fe0c78610ce73857092dd9f0cef5447a5295e694d7dff5f77222'),
	(2, 6, '2026-11-29 22:56:46.993192+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669","reason":"","roles":["release-managers"]}', 'sha256:13a39e8f448c60b3e090de3e3363a5fe455b996f7e56965a1a97178c95647bbb'),
	(2, 7, '2026-11-29 22:56:47.031236+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669","reason":"","roles":["platform"]}', 'sha256:a1a77c7483e60cee00aef29d88ef57f067a14f5d5e54747c59b9b0159a56108a'),
	(2, 8, '2026-11-29 22:56:47.031236+00', 'U02BEN', 'decided', '{"decided_by":["U01ANA","U02BEN"],"evidence":"sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669","filled":{"platform":["U02BEN"],"release-managers":["U01ANA"]},"outcome":"GO","previous_version":"1.1","reason":"quorum reached: 1 of release-managers, 1 of platform"}', 'sha256:e1575d1db944b85e5bd7768330b71cd02b90279d4eeafe93795e7a514e47e535'),
	(1, 12, '2026-11-29 22:56:47.031236+00', 'canary', 'watch ended', '{"end":"superseded"}', 'sha256:0c251056a83ee2e648f21d2e53d838bb0b58cad8f13c0b04e03fbf6d9b8c1918'),
	(2, 9, '2026-11-29 22:56:47.0593+00', 'canary', 'rollback prompted', '{"reason":"signals is 3, limit == 0","trigger":"duplicates"}', 'sha256:28a7ea5cf11aac7439f03f385052a9f54a2afa238a3acfd9a2e7846128c3c781'),
	(2, 10, '2026-11-29 22:56:47.065786+00', 'U03RAJ', 'prompt answered', '{"answer":"I''m on it","note":"","trigger":"duplicates"}', 'sha256:2b3a2492e1366b88d083e5f49a01bff473d826b3c4edddda70d491798a4e47ba'),
	(2, 11, '2026-11-29 22:56:47.07755+00', 'U03RAJ', 'prompt answered', '{"answer":"Rolled back","note":"","trigger":"duplicates"}', 'sha256:b04e4cffa42f1742a984f4456ed4b45d694ae60dac05cc40d4e5974996ac6d8b'),
	(2, 12, '2026-11-29 22:56:47.07755+00', 'U03RAJ', 'watch ended', '{"end":"rolled back"}', 'sha256:8e8f3ad412a5367823bf02b263a05d7008f1862a47d412f05fe2ec886db95610'),
	(1, 13, '2026-11-29 22:56:47.084165+00', 'U03RAJ', 'rolled back', '{"reason":"it was no better"}', 'sha256:d44f53f0c3bb0ba09bcdf8ac1f23ce1ec842a716633b151715b417c762f2f520'),
	(3, 1, '2026-11-29 22:56:47.096568+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.3"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:eb9d06e65cd12983a9fada8ccfb097ecde86ecb728518af1454ed2638e6de9d2'),
	(3, 2, '2026-11-29 22:56:47.128824+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:493a80c6ff24f48b459d553965d1bca671238d6765e83fe9a49f85f6763b105e'),
	(3, 3, '2026-11-29 22:56:47.164771+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:3159e5073565b57f6af737c7557ebd8f565807964593ec0ef6a9ddd0bc50fcf8'),
	(3, 4, '2026-11-29 22:56:47.164771+00', 'canary', 'evidence frozen', '{"evidence":"sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:78f0a24014f49c96624841a64e84cb5ed058cdebf47dd026692ab26b871f698c'),
	(6, 5, '2026-11-29 22:56:47.432641+00', 'U01ANA', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89","reason":"","roles":["release-managers"]}', 'sha256:3d318215d9255c05782c739c33240045ed1fdca451f3fba807857c6a27be44b3'),
	(6, 7, '2026-11-29 22:56:47.51299+00', 'U02BEN', 'voted', '{"choice":"Go","condition":null,"evidence":"sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89","reason":"","roles":["platform"]}', 'sha256:f92b5cb50a3a3473f003747026bed6c7ae3c9fe31c57471a67e1f7f575d837ba'),
	(6, 8, '2026-11-29 22:56:47.51299+00', 'canary', 'vote lapsed', '{"choice":"Go","person":"U01ANA"}', 'sha256:2d5d9d381f45c3b3b67c3b1d45335416b19c555b275cccf840139b2464738e50'),
	(6, 9, '2026-11-29 22:56:47.535904+00', 'U01ANA', 'refused', '{"reason":"You cannot vote on run #6: this account is deactivated.","what":"vote Go"}', 'sha256:c85e1158ca849ed79285830d78f44cd5248458b1f076451c7c705b23301e7caf'),
	(3, 5, '2026-11-29 22:56:47.173458+00', 'U01ANA', 'voted', '{"choice":"No-go","condition":null,"evidence":"sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d","reason":"duplicates","roles":["release-managers"]}', 'sha256:b5178a1014c93a88bf9b001c4e084ace7af660ce354d54fe36470d8401081741'),
	(3, 6, '2026-11-29 22:56:47.173458+00', 'U01ANA', 'decided', '{"decided_by":["U01ANA"],"evidence":"sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d","filled":{"platform":[],"release-managers":[]},"outcome":"NO-GO","previous_version":"","reason":"duplicates"}', 'sha256:8efdcc9c1c3d0086692284f8cfcc9c25b236d46afe4c5a49b7a01bccd0ad5496'),
	(3, 7, '2026-11-29 22:56:47.192875+00', 'U02BEN', 'refused', '{"reason":"Run #3 is decided; votes no longer count.","what":"vote Go"}', 'sha256:ae14dad0c4cc1064ef854eefbeb8049510093df21c78078c31cca1bf2021268b'),
	(4, 1, '2026-11-29 22:56:47.195229+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.4"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:17f695b4e5c7e3488e33c776eab8597551e505e27849955242764c810c4b8f84'),
	(4, 2, '2026-11-29 22:56:47.224793+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:cbac626800968fb59f311f7ef747e033c84c1da2cb1e85dd95efd3b347b297c2'),
	(4, 3, '2026-11-29 22:56:47.256698+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:a578ece4776e54347fa5dcfeff3921a0720ec165e985bbd25cd65c9dbd165c49'),
	(4, 4, '2026-11-29 22:56:47.256698+00', 'canary', 'evidence frozen', '{"evidence":"sha256:7cc7f86c9e26d2e8fce529ae2f6b271613e01940ec9c0589270031223227dd97","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:a5b325f470e4bf8dcc53f7f6b5255950b1a08fb0e57df466b160e5cdc7df23f9'),
	(4, 5, '2026-11-29 22:56:47.27259+00', 'canary', 'decided', '{"decided_by":[],"evidence":"sha256:7cc7f86c9e26d2e8fce529ae2f6b271613e01940ec9c0589270031223227dd97","filled":{},"outcome":"EXPIRED","previous_version":"","reason":"nobody decided in time"}', 'sha256:5d90c31ec5dcfd7a6fe99e6af7132e2f24029310bce06d6cf8c0a3e1316f1226'),
	(5, 1, '2026-11-29 22:56:47.296324+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.5"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:5b455eaf7b34aa6d4ad2a289dee2100a2246d722864f9304895f207cc8ba65e8'),
	(5, 2, '2026-11-29 22:56:47.303461+00', 'U03RAJ', 'decided', '{"decided_by":["U03RAJ"],"evidence":null,"filled":{},"outcome":"CANCELLED","previous_version":"","reason":"wrong version"}', 'sha256:6e4117c275f36310444445bcc9cb8596b4ecdae4ba537f7de93114aeaec4ce8e'),
	(6, 1, '2026-11-29 22:56:47.322759+00', 'U03RAJ', 'run started', '{"arguments":{"version":"1.6"},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging"}', 'sha256:176868c9acf96259e58045be08e2aa1d411790549759e18b5bbb748ab26caaab'),
	(6, 2, '2026-11-29 22:56:47.369965+00', 'canary', 'check finished', '{"check":"queue-age","outcome":"PASS","reason":"p95 is 30 s, limit < 180s"}', 'sha256:5054a944109207ed1a3e61c73be522d516ebbda70e4f90edc2b2a799e52adaf3'),
	(6, 3, '2026-11-29 22:56:47.413141+00', 'canary', 'check finished', '{"check":"duplicates","outcome":"FAIL","reason":"signals is 3, limit == 0"}', 'sha256:1f609d45fafb06007b7f7f3d4144126905584b4e046f43680719c365119666e2'),
	(6, 4, '2026-11-29 22:56:47.413141+00', 'canary', 'evidence frozen', '{"evidence":"sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}', 'sha256:441b9d32cc0fabe922175f23caef504aaec119ec486e8f5e4c7b11a4ae09a8ce'),
	(6, 6, '2026-11-29 22:56:47.465168+00', 'U02BEN', 'waived', '{"check":"duplicates","evidence":"sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89","reason":"known"}', 'sha256:00d81a7270aae8caed9db1558b970bcb786c611e915c1b9f92ff76b443d71dc5');


--
-- Data for Name: evidence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence VALUES
	('sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c', 1, '{"arguments":{"version":"1.1"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":2}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":2}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 2, limit == 0","seconds":0.020178495999971346,"started_at":"2026-11-29T22:56:46.657164Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.032696106000003056,"started_at":"2026-11-29T22:56:46.595915Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-29T22:56:46.579574Z","requested_by":"U03RAJ","run":1,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 2, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 22:56:46.684595+00'),
	('sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669', 2, '{"arguments":{"version":"1.2"},"checks":{"duplicates":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"PASS","reading":{"n":null,"name":"signals","note":"","unit":"","value":0}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":0}],"series":[],"window":null}],"outcome":"PASS","reason":"signals is 0, limit == 0","seconds":0.01329975699991337,"started_at":"2026-11-29T22:56:46.934787Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.015255383000294387,"started_at":"2026-11-29T22:56:46.906734Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-29T22:56:46.904369Z","requested_by":"U03RAJ","run":2,"verdict":{"mitigated":{},"needs_waiver":[],"outcome":"PASS","reasons":[],"recommendation":"GO"}}', '2026-11-29 22:56:46.951414+00'),
	('sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d', 3, '{"arguments":{"version":"1.3"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.01999413099974845,"started_at":"2026-11-29T22:56:47.136937Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.02012778000016624,"started_at":"2026-11-29T22:56:47.105629Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-29T22:56:47.096568Z","requested_by":"U03RAJ","run":3,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 22:56:47.164771+00'),
	('sha256:7cc7f86c9e26d2e8fce529ae2f6b271613e01940ec9c0589270031223227dd97', 4, '{"arguments":{"version":"1.4"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.017607471000246733,"started_at":"2026-11-29T22:56:47.229398Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.019180166999831272,"started_at":"2026-11-29T22:56:47.201557Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-29T22:56:47.195229Z","requested_by":"U03RAJ","run":4,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 22:56:47.256698+00'),
	('sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89', 6, '{"arguments":{"version":"1.6"},"checks":{"duplicates":{"cause":"regression","detail":[],"hint":"","judged":[{"limit":"== 0","outcome":"FAIL","reading":{"n":null,"name":"signals","note":"","unit":"","value":3}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"signals","note":"","unit":"","value":3}],"series":[],"window":null}],"outcome":"FAIL","reason":"signals is 3, limit == 0","seconds":0.03170988500005478,"started_at":"2026-11-29T22:56:47.376469Z"},"queue-age":{"cause":null,"detail":[],"hint":"","judged":[{"limit":"< 180s","outcome":"PASS","reading":{"n":null,"name":"p95","note":"","unit":"s","value":30}}],"measurements":[{"cause":null,"context":{},"detail":[],"doubts":[],"hint":"","readings":[{"n":null,"name":"p95","note":"","unit":"s","value":30}],"series":[],"window":null}],"outcome":"PASS","reason":"p95 is 30 s, limit < 180s","seconds":0.024323638000169012,"started_at":"2026-11-29T22:56:47.335911Z"}},"configuration":"sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef","environment":"staging","format":1,"requested_at":"2026-11-29T22:56:47.322759Z","requested_by":"U03RAJ","run":6,"verdict":{"mitigated":{},"needs_waiver":["duplicates"],"outcome":"FAIL","reasons":["duplicates: signals is 3, limit == 0"],"recommendation":"NO-GO"}}', '2026-11-29 22:56:47.413141+00');


--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: message; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.message OVERRIDING SYSTEM VALUE VALUES
	(46, 3, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.173458+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.096568+00', NULL, NULL, NULL),
	(55, 3, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.173458+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.173458+00', NULL, NULL, NULL),
	(56, 3, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.173458+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.173458+00', NULL, NULL, NULL),
	(57, 3, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.173458+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.173458+00', NULL, NULL, NULL),
	(7, 1, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.684595+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.684595+00', NULL, NULL, NULL),
	(8, 1, 'waiver', 'duplicates', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.722612+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.722612+00', NULL, NULL, NULL),
	(10, 1, 'vote', '6', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.74668+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.74668+00', NULL, NULL, NULL),
	(13, 1, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.785624+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.785624+00', NULL, NULL, NULL),
	(15, 1, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.785624+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.785624+00', NULL, NULL, NULL),
	(16, 1, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.785624+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.785624+00', NULL, NULL, NULL),
	(17, 1, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.785624+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.785624+00', NULL, NULL, NULL),
	(18, 1, 'prompt', '8GVrihqmzxvH6ZTm1e2NNQ', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:46.86586+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.85397+00', NULL, NULL, NULL),
	(84, 6, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.51299+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.51299+00', NULL, NULL, NULL),
	(72, 6, 'card', '', 'C0RELEASES', 'pending', 9, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.51299+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.322759+00', NULL, NULL, NULL),
	(27, 2, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.951414+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.951414+00', NULL, NULL, NULL),
	(28, 2, 'vote', '6', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:46.993192+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.993192+00', NULL, NULL, NULL),
	(31, 2, 'vote', '7', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.031236+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.031236+00', NULL, NULL, NULL),
	(33, 2, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.031236+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.031236+00', NULL, NULL, NULL),
	(34, 2, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.031236+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.031236+00', NULL, NULL, NULL),
	(35, 2, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.031236+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.031236+00', NULL, NULL, NULL),
	(36, 1, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.031236+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.031236+00', NULL, NULL, NULL),
	(38, 2, 'prompt', 'vdT5Dr1BGGZJiItAyPeA9w', 'C0RELEASES', 'pending', 3, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.07755+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.0593+00', NULL, NULL, NULL),
	(41, 2, 'watch end', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.07755+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.07755+00', NULL, NULL, NULL),
	(21, 2, 'card', '', 'C0RELEASES', 'pending', 10, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.07755+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.904369+00', NULL, NULL, NULL),
	(1, 1, 'card', '', 'C0RELEASES', 'pending', 11, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.084165+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:46.579574+00', NULL, NULL, NULL),
	(45, 1, 'rolled back', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.084165+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.084165+00', NULL, NULL, NULL),
	(64, 4, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.256698+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.256698+00', NULL, NULL, NULL),
	(58, 4, 'card', '', 'C0RELEASES', 'pending', 7, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.27259+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.195229+00', NULL, NULL, NULL),
	(52, 3, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.164771+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.164771+00', NULL, NULL, NULL),
	(53, 3, 'vote', '5', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.173458+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.173458+00', NULL, NULL, NULL),
	(66, 4, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.27259+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.27259+00', NULL, NULL, NULL),
	(67, 4, 'packet', 'md', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.27259+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.27259+00', NULL, NULL, NULL),
	(68, 4, 'packet', 'json', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.27259+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.27259+00', NULL, NULL, NULL),
	(69, 5, 'card', '', 'C0RELEASES', 'pending', 2, 0, NULL, NULL, '{}', NULL, true, 0, '2026-11-29 22:56:47.303461+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.296324+00', NULL, NULL, NULL),
	(71, 5, 'decision', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.303461+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.303461+00', NULL, NULL, NULL),
	(78, 6, 'table', '', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.413141+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.413141+00', NULL, NULL, NULL),
	(79, 6, 'vote', '5', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.432641+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.432641+00', NULL, NULL, NULL),
	(81, 6, 'waiver', 'duplicates', 'C0RELEASES', 'pending', 1, 0, NULL, NULL, '{}', NULL, false, 0, '2026-11-29 22:56:47.465168+00', NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-11-29 22:56:47.465168+00', NULL, NULL, NULL);


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
	('8GVrihqmzxvH6ZTm1e2NNQ', 1, 'duplicates', 1, 'dismissed', 'signals is 2, limit == 0', '2026-11-29 22:56:46.85397+00', '2026-11-29 22:56:46.85397+00', '2026-11-29 22:56:46.896367+00', NULL, NULL, 'U03RAJ', '2026-11-29 22:56:46.86586+00', 'a test send'),
	('vdT5Dr1BGGZJiItAyPeA9w', 2, 'duplicates', 1, 'rolled back', 'signals is 3, limit == 0', '2026-11-29 22:56:47.0593+00', '2026-11-29 22:56:47.0593+00', NULL, 'U03RAJ', '2026-11-29 22:56:47.065786+00', 'U03RAJ', '2026-11-29 22:56:47.07755+00', '');


--
-- Data for Name: reminder; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: rollback; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rollback VALUES
	(2, 'U03RAJ', '', '2026-11-29 22:56:47.07755+00'),
	(1, 'U03RAJ', 'it was no better', '2026-11-29 22:56:47.084165+00');


--
-- Data for Name: run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run VALUES
	(1, '6Rfu_KREtOP7t-4u_ff9dQ', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.1"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c', '2026-11-29 22:56:46.579574+00', '2026-11-29 22:56:46.684595+00', '2026-11-29 23:56:46.684595+00', '2026-11-29 22:56:46.785624+00'),
	(2, 'M3b-veB9bh4gmwk7Iwffbw', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.2"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669', '2026-11-29 22:56:46.904369+00', '2026-11-29 22:56:46.951414+00', '2026-11-29 23:56:46.951414+00', '2026-11-29 22:56:47.031236+00'),
	(3, '-DQnZ77RxPSfO8OUIaLN5Q', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.3"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d', '2026-11-29 22:56:47.096568+00', '2026-11-29 22:56:47.164771+00', '2026-11-29 23:56:47.164771+00', '2026-11-29 22:56:47.173458+00'),
	(4, '0DQGxY9HUwo7mh1HGaWqFA', 'staging', 'closed', 3, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.4"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:7cc7f86c9e26d2e8fce529ae2f6b271613e01940ec9c0589270031223227dd97', '2026-11-29 22:56:47.195229+00', '2026-11-29 22:56:47.256698+00', '2026-11-29 22:56:47.2719+00', '2026-11-29 22:56:47.27259+00'),
	(5, 'cFkyiQteQO7k9y7RzxidLg', 'staging', 'closed', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.5"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', NULL, '2026-11-29 22:56:47.296324+00', NULL, NULL, '2026-11-29 22:56:47.303461+00'),
	(6, 'hg6q6xr2a_8SbA6ksN5g4Q', 'staging', 'deciding', 2, 'C0RELEASES', 'U03RAJ', 'C0RELEASES', '{"version": "1.6"}', 'sha256:23f79cf62876e347268bae10f9109d821c4d0db7d6e6acf95f6cfe628ea4d7ef', 'sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89', '2026-11-29 22:56:47.322759+00', '2026-11-29 22:56:47.413141+00', '2026-11-29 23:56:47.413141+00', NULL);


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
	(2, 'duplicates', 1, 0, false, 1, 'FAIL', 'signals is 3, limit == 0', '2026-11-29 22:56:47.0593+00');


--
-- Data for Name: vote; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.vote VALUES
	(1, 'sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c', 'U04MIA', '{platform}', 'Go', '', NULL, '2026-11-29 22:56:46.74668+00', '2026-11-29 22:56:46.74668+00'),
	(1, 'sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c', 'U01ANA', '{release-managers}', 'Conditional go', '', '{"due": "2026-11-29T22:56:46.766331Z", "text": "quota", "owner": "U02BEN"}', '2026-11-29 22:56:46.785624+00', '2026-11-29 22:56:46.785624+00'),
	(2, 'sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669', 'U01ANA', '{release-managers}', 'Go', '', NULL, '2026-11-29 22:56:46.993192+00', '2026-11-29 22:56:46.993192+00'),
	(2, 'sha256:a9e5c3356fc587243acb0c9efe4be48c16ddb1e04104822bb608367873779669', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-29 22:56:47.031236+00', '2026-11-29 22:56:47.031236+00'),
	(3, 'sha256:4e8893279fe4704a3763607bbaa091436e43d8a143110fb3dff94a0d085f285d', 'U01ANA', '{release-managers}', 'No-go', 'duplicates', NULL, '2026-11-29 22:56:47.173458+00', '2026-11-29 22:56:47.173458+00'),
	(6, 'sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89', 'U02BEN', '{platform}', 'Go', '', NULL, '2026-11-29 22:56:47.51299+00', '2026-11-29 22:56:47.51299+00');


--
-- Data for Name: waiver; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.waiver VALUES
	(1, 'sha256:b63ca6e5a117e6322a5bf9bd1508005bd2ac081a40336c5fffec4f9bac2a4a7c', 'duplicates', 'U02BEN', 'known', '2026-11-29 22:56:46.722612+00'),
	(6, 'sha256:71068690292f052682fa74ae759d9af19bd3a49000eda8784c1a9c66e4c90a89', 'duplicates', 'U02BEN', 'known', '2026-11-29 22:56:47.465168+00');


--
-- Data for Name: watch; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.watch VALUES
	(1, 'ended', 2, 2, '2026-11-29 22:56:46.785624+00', '2026-11-29 23:56:46.785624+00', '2026-11-29 22:56:47.031236+00', 'superseded'),
	(2, 'ended', 1, 1, '2026-11-29 22:56:47.031236+00', '2026-11-29 23:56:47.031236+00', '2026-11-29 22:56:47.07755+00', 'rolled back');


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

\unrestrict yXa0GKDAzF48hiHa0lHOWDzrh2QlAjGyQNsFYBeWpvTX3rWrixm9gSaxzcUi0os

