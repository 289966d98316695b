-- One round trip, undone with the transaction, so that a pooler in between passes nothing on.
BEGIN READ ONLY;
SELECT pg_catalog.current_schemas(true), pg_catalog.date_part('epoch', pg_catalog.clock_timestamp());
-- Names without a schema are PostgreSQL's own: functions, operators, casts.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL statement_timeout = {limit};
SET LOCAL idle_in_transaction_session_timeout = '30s';
SET LOCAL TimeZone = {zone};
-- A group for each tenant and minute of a day needs more than the default 4 MB.
SET LOCAL work_mem = '64MB';
SET LOCAL IntervalStyle = 'iso_8601';
SET LOCAL standard_conforming_strings = on;
-- A policy that hides rows from this role is an error, because hidden rows would count as healthy.
SET LOCAL row_security = off;
