-- One round trip, and undone with the transaction, so that a pooler in between hands nothing on.
BEGIN READ ONLY;
SET LOCAL statement_timeout = {limit};
SET LOCAL idle_in_transaction_session_timeout = '30s';
SET LOCAL TimeZone = 'UTC';
SET LOCAL standard_conforming_strings = on;
-- A policy that hides rows from this role is an error, for what is hidden would count as healthy.
SET LOCAL row_security = off;
