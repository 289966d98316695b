-- standing: The current role and its basic privileges.
SELECT current_user::text AS role,
       to_regclass('alembic_version') IS NOT NULL AS migrated,
       coalesce(has_table_privilege(to_regclass('alembic_version'), 'SELECT'), true) AS may_look,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
           AND coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')), true)
           AS may_migrate

-- version: The number of the database's newest migration.
SELECT version_num FROM alembic_version

-- lacking: Tables that the bot needs and this role cannot read.
SELECT name FROM unnest(%(tables)s::text[]) AS name
WHERE NOT coalesce(has_table_privilege(to_regclass(name), 'SELECT'), false)

-- rewritable: Append-only tables that a role could change, empty or put a trigger on.
SELECT name
FROM unnest(%(tables)s::text[]) WITH ORDINALITY AS listed (name, place) JOIN pg_class ON pg_class.oid = to_regclass(name)
WHERE (has_table_privilege(%(role)s, pg_class.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
   OR has_any_column_privilege(%(role)s, pg_class.oid, 'UPDATE')
   OR pg_has_role(%(role)s, relowner, 'MEMBER')
   OR has_parameter_privilege(%(role)s, 'session_replication_role', 'SET'))
ORDER BY place

-- known: Whether a role of that name exists.
SELECT FROM pg_roles WHERE rolname = %(role)s

-- granted: Whether a role exists and may do the bot's work: the privilege to add to the record implies the others.
SELECT FROM pg_roles WHERE rolname = %(role)s AND has_table_privilege(oid, 'event', 'INSERT')

-- create: A role for the bot on an embedded server, where access to the socket is the authentication.
CREATE ROLE {role} LOGIN

-- revoke: Revoke all its privileges.
REVOKE ALL ON {tables} FROM {role}

-- grant: What the bot compares with its own version at the start.
GRANT SELECT ON alembic_version TO {role}

-- schema: Access to the tables' schema.
GRANT USAGE ON SCHEMA {schema} TO {role}

-- functions: The job engine's functions.
SELECT oid::regprocedure::text AS name FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\_%%' AND prokind = 'f'

-- grant_function: The privilege to call one of them.
GRANT EXECUTE ON FUNCTION {function} TO {role}

-- current_schema: The schema of our tables.
SELECT current_schema() AS name
