-- One round trip. Undone unless it is committed, and with the connection: a pooler in between hands nothing on.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SELECT pg_catalog.current_schemas(true);
-- Whatever has no schema is PostgreSQL's own: functions, operators, casts.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL statement_timeout = {limit};
-- Nobody else waits long for a row that a canary holds.
SET LOCAL lock_timeout = {lock};
-- A worker that was paused or cut off is not waited for: what it did is undone by the server.
SET LOCAL idle_in_transaction_session_timeout = {idle};
SET LOCAL TimeZone = 'UTC';
SET LOCAL standard_conforming_strings = on;
SET LOCAL synchronous_commit = on;
-- A policy that hides rows from this role is an error: what is hidden would be left out.
SET LOCAL row_security = off;
