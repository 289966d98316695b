-- One round trip. Undone unless committed, and with the connection: a pooler in between passes nothing on.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SELECT pg_catalog.current_schemas(true);
-- Names without a schema are PostgreSQL's own: functions, operators, casts.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL statement_timeout = {limit};
-- Others do not wait long for a row that canary has locked.
SET LOCAL lock_timeout = {lock};
-- The server undoes the work of a worker that was paused or cut off, instead of waiting for it.
SET LOCAL idle_in_transaction_session_timeout = {idle};
SET LOCAL TimeZone = 'UTC';
SET LOCAL standard_conforming_strings = on;
SET LOCAL synchronous_commit = on;
-- A policy that hides rows from this role is an error: hidden rows would be left out.
SET LOCAL row_security = off;
