-- The doors of one Tallystick database: run inside it, as the superuser. Harmless to run again.
-- What a role may do with the tables is granted by the migrations.
DO $doors$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO tallystick_app', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO tallystick_audit', current_database());
    -- The sandbox bank makes its own schema.
    EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO tallystick_bank', current_database());
END
$doors$;
