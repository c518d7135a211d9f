-- Deadlines of inquiries, quotes and bids are moments of the business day, so that a date that is
-- moved forward takes them along: they are compared with the wall clock moved by whole days on to
-- the business date. By how many days is kept with the date and only rises, so that no deadline
-- that has passed comes back.

ALTER TABLE business_date ADD COLUMN ahead_days integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN business_date.ahead_days IS 'Days from the wall clock''s date (UTC+8) to today when the date was last moved; never falls.';

CREATE FUNCTION business_date_keeps_pace() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_ahead integer := NEW.today - (clock_timestamp() AT TIME ZONE 'UTC' + interval '8 hours')::date;
BEGIN
    NEW.ahead_days := v_ahead;
    -- A platform that makes up for days it was off goes on by its clock.
    IF TG_OP = 'UPDATE' THEN
        NEW.ahead_days := greatest(OLD.ahead_days, v_ahead);
        -- A date that is moved in the evening before, or by a clock that runs ahead of this one, is
        -- the clock's own a few hours later: it must not bring every deadline forward for good.
        IF OLD.ahead_days = 0 AND v_ahead = 1 THEN
            NEW.ahead_days := 0;
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION business_date_keeps_pace IS 'Notes how far the business date is ahead of the wall clock.';
CREATE TRIGGER business_date_keeps_pace BEFORE INSERT OR UPDATE ON business_date
    FOR EACH ROW EXECUTE FUNCTION business_date_keeps_pace();

-- A date within a week of the clock's is that of a platform at work, which keeps to its clock;
-- another is a demo's, which from now on keeps to its date.
ALTER TABLE business_date DISABLE TRIGGER USER;
UPDATE business_date SET ahead_days = today - (clock_timestamp() AT TIME ZONE 'UTC' + interval '8 hours')::date
WHERE abs(today - (clock_timestamp() AT TIME ZONE 'UTC' + interval '8 hours')::date) > 7;
ALTER TABLE business_date ENABLE TRIGGER USER;
