-- standing: Who this is, and what they may do here before anything else is known.
SELECT current_user::text AS role,
       to_regclass('alembic_version') IS NOT NULL AS migrated,
       coalesce(has_table_privilege(to_regclass('alembic_version'), 'SELECT'), true) AS may_look,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
           AND coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')), true)
           AS may_migrate

-- version: The number of the newest migration that the database has.
SELECT version_num FROM alembic_version

-- lacking: Tables that the bot works with and this role may not even read.
SELECT name FROM unnest(%(tables)s::text[]) AS name
WHERE NOT coalesce(has_table_privilege(to_regclass(name), 'SELECT'), false)

-- rewritable: Of the tables that are only ever added to, those that a role could change, empty or put a trigger on.
SELECT name
FROM unnest(%(tables)s::text[]) WITH ORDINALITY AS listed (name, place) JOIN pg_class ON pg_class.oid = to_regclass(name)
WHERE (has_table_privilege(%(role)s, pg_class.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
   OR has_any_column_privilege(%(role)s, pg_class.oid, 'UPDATE')
   OR pg_has_role(%(role)s, relowner, 'MEMBER')
   OR has_parameter_privilege(%(role)s, 'session_replication_role', 'SET'))
ORDER BY place

-- known: Whether there is a role of that name.
SELECT FROM pg_roles WHERE rolname = %(role)s

-- granted: Whether a role is there and may do the bot's work: adding to the record comes with all the rest.
SELECT FROM pg_roles WHERE rolname = %(role)s AND has_table_privilege(oid, 'event', 'INSERT')

-- create: A role for the bot on a server of our own, where who may open the socket may come in.
CREATE ROLE {role} LOGIN

-- revoke: Whatever it may do so far.
REVOKE ALL ON {tables} FROM {role}

-- grant: What a start compares with its own version.
GRANT SELECT ON alembic_version TO {role}

-- schema: Its way to the tables.
GRANT USAGE ON SCHEMA {schema} TO {role}

-- functions: The job engine's.
SELECT oid::regprocedure::text AS name FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\_%%' AND prokind = 'f'

-- grant_function: To call one of them.
GRANT EXECUTE ON FUNCTION {function} TO {role}

-- current_schema: Where our tables are.
SELECT current_schema() AS name
