DROP SCHEMA IF EXISTS rebuilt CASCADE;
CREATE SCHEMA rebuilt;
SET search_path = rebuilt;
