-- The roles of a Tallystick database, for the whole cluster. Harmless to run again.
-- Read by ops/lib/postgres.sh (the demo) and by services/testkit (the tests).
DO $roles$
DECLARE
    name text;
BEGIN
    -- Two sessions creating the same role would trip over each other.
    PERFORM pg_advisory_xact_lock(7223460511);
    -- owner: owns the database, runs the migrations. app: the platform's daily work.
    -- audit: reads only. bank: the sandbox bank, with a schema of its own.
    FOREACH name IN ARRAY ARRAY['tallystick_owner', 'tallystick_app', 'tallystick_audit', 'tallystick_bank']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', name);
        END IF;
    END LOOP;
    -- The platform knows a lost race by the server's English words, and asks at its start whether
    -- they are English; only a superuser may set this.
    ALTER ROLE tallystick_app SET lc_messages = 'C';
    -- A second lock on the door: the grants are what keeps the auditor from writing.
    ALTER ROLE tallystick_audit SET default_transaction_read_only = on;
END
$roles$;
