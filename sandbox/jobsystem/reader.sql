-- The roles for a canary bot: one can read four tables, another the decisions of the control loops, which a log drain
-- keeps elsewhere, and the third can turn high quota on. None can do anything else here. Settings on a role do
-- not protect anything, because the role can reset them; privileges do.
DO $$ BEGIN
    CREATE ROLE canary_reader LOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN
    CREATE ROLE canary_decisions LOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN
    CREATE ROLE canary_backfill LOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN  -- TEMP would let it write, CREATE make functions
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO canary_reader, canary_decisions, canary_backfill', current_database());
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO canary_reader, canary_decisions, canary_backfill', current_schema());
END $$;
GRANT SELECT ON "BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings"
    TO canary_reader;
GRANT SELECT ON "BackgroundControlDecision" TO canary_decisions;
GRANT SELECT, UPDATE ("highQuotaEnabled", "updatedAt") ON "WorkspaceSettings" TO canary_backfill;
DO $$ DECLARE beyond regprocedure; BEGIN  -- large objects, advisory locks, NOTIFY
    FOR beyond IN
        SELECT pg_proc.oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND proname ~ '^(lo_.*|loread|lowrite|pg_(try_)?advisory_.*|pg_notify|pg_sleep.*)$'
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', beyond);
    END LOOP;
END $$;
