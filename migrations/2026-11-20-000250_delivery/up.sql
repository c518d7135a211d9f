-- What goes out after a unit of work, what came in before it, and the day it is.

CREATE TABLE outbox (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT outbox_id_unique UNIQUE,
    kind text NOT NULL CHECK (kind IN ('mail', 'webhook')),
    payload jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at timestamptz NOT NULL,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT outbox_sent_at CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (next_at, no) WHERE state = 'waiting';
COMMENT ON TABLE outbox IS 'Letters and webhooks written in a unit of work and delivered after it, at least once.';

CREATE TABLE idempotency_receipt (
    principal text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    response jsonb NOT NULL,
    status integer NOT NULL CHECK (status BETWEEN 100 AND 599),
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_receipt_unique PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_receipt_age ON idempotency_receipt (created_at);
COMMENT ON TABLE idempotency_receipt IS 'What was answered to a request, kept in the unit of work that did it.';

CREATE TABLE calendar_day (
    calendar text NOT NULL,
    day date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('holiday', 'working')),
    note text NOT NULL DEFAULT '',
    source text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    PRIMARY KEY (calendar, day, version)
);
COMMENT ON TABLE calendar_day IS 'Days that differ from the week: holidays, and weekends worked. The highest version of a day holds.';

CREATE TABLE business_date (
    row_one boolean PRIMARY KEY DEFAULT true CHECK (row_one),
    today date NOT NULL
);
COMMENT ON TABLE business_date IS 'The platform''s day. One row. It only rises, whatever the clock of the machine does.';

CREATE FUNCTION business_date_rises() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.today < OLD.today THEN
        RAISE EXCEPTION 'the business date only rises: % is before %', NEW.today, OLD.today
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'business_date_rises', TABLE = 'business_date';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER business_date_rises BEFORE UPDATE ON business_date
    FOR EACH ROW EXECUTE FUNCTION business_date_rises();
CREATE TRIGGER business_date_stays BEFORE DELETE OR TRUNCATE ON business_date
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();

GRANT SELECT, INSERT, UPDATE (state, attempts, next_at, last_error, sent_at) ON outbox TO tallystick_app;
GRANT SELECT, INSERT, DELETE ON idempotency_receipt TO tallystick_app;
GRANT SELECT, INSERT ON calendar_day TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (today) ON business_date TO tallystick_app;

GRANT SELECT (no, id, kind, state, attempts, next_at, last_error, created_at, sent_at) ON outbox TO tallystick_audit;
GRANT SELECT ON calendar_day, business_date TO tallystick_audit;
