-- What a query must never reach, next to the tables. Everything here reports when it is touched.
CREATE FUNCTION touched(what text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING errcode = 'XT001', message = 'touched ' || what; END $$;

CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS $$ SELECT length(touched('touch')) $$;
CREATE FUNCTION touch(hits) RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT length(touched('touch(hits)')) $$;
CREATE FUNCTION total_of(hits) RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT length(touched('total_of')) $$;
CREATE FUNCTION note(hits) RETURNS int LANGUAGE sql AS $$ SELECT length(touched('note(hits)')) $$;
CREATE FUNCTION quiet(int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT length(touched('quiet')) $$;
CREATE FUNCTION abs(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT touched('abs(text)') $$;
CREATE FUNCTION upper(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT touched('upper(int)') $$;
CREATE FUNCTION upper(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT touched('upper(text)') $$;
CREATE FUNCTION length(text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN touched('length(text)'); END $$;
CREATE FUNCTION now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RETURN touched('now'); END $$;
CREATE FUNCTION count(int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN touched('count(int)'); END $$;
CREATE FUNCTION format(text) RETURNS text LANGUAGE sql AS $$ SELECT touched('format(text)') $$;
CREATE FUNCTION word(record) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN touched('word(record)'); END $$;
CREATE FUNCTION word(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN touched('word(text)'); END $$;
CREATE FUNCTION plus(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN touched('+'); END $$;
CREATE FUNCTION equal(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN touched('='); END $$;
CREATE FUNCTION joined(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN touched('||'); END $$;
CREATE FUNCTION alike(mood, mood) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN touched('= of mood'); END $$;
CREATE OPERATOR + (LEFTARG = int, RIGHTARG = int, FUNCTION = plus);
CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = equal);
CREATE OPERATOR || (LEFTARG = text, RIGHTARG = text, FUNCTION = joined);
CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = mood, FUNCTION = alike);
CREATE FUNCTION as_text(odd) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN touched('odd to text'); END $$;
CREATE FUNCTION as_text(pair) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN touched('pair to text'); END $$;
CREATE FUNCTION as_json(odd) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN touched('odd to json')::json; END $$;
CREATE CAST (odd AS text) WITH FUNCTION as_text(odd) AS IMPLICIT;
CREATE CAST (odd AS json) WITH FUNCTION as_json(odd);
CREATE CAST (pair AS text) WITH FUNCTION as_text(pair) AS IMPLICIT;
CREATE AGGREGATE own_sum(int) (SFUNC = plus, STYPE = int);

-- The role may do all of it: nothing but the guard is between it and the secrets.
GRANT ALL ON ALL TABLES IN SCHEMA public, app, "Odd" TO guard_reader;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public, app, "Odd" TO guard_reader;
GRANT USAGE ON SCHEMA public, app, "Odd" TO guard_reader;
GRANT pg_read_all_data, pg_read_server_files TO guard_reader;
