-- The kind of role that a bot should have.
DO $$ BEGIN
    CREATE ROLE guard_modest LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO guard_modest', current_database());
END $$;
GRANT SELECT ON hits, totals TO guard_modest;
