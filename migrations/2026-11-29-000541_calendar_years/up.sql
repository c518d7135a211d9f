-- The tables of holidays that the platform was started with, year by year and version by version: by
-- which a due date was rolled, and by which one is presented now.

CREATE TABLE calendar_year (
    calendar text NOT NULL CHECK (calendar <> ''),
    year integer NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    standing text NOT NULL CHECK (standing IN ('official', 'provisional')),
    source text NOT NULL,
    taken_on date NOT NULL,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (calendar, year, version)
);
CREATE TRIGGER calendar_year_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON calendar_year
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE calendar_year IS 'Versions of a year''s table of holidays. The highest of a year holds, with the days of exactly that version in calendar_day.';
COMMENT ON COLUMN calendar_year.standing IS 'Whether the notice is out (official), or days may be missing (provisional).';
COMMENT ON COLUMN calendar_year.taken_on IS 'The business date from which on it holds.';

-- The year's newest version lists all its days: a day that a former one had and this has not is an
-- ordinary day again.
CREATE FUNCTION is_business_day(of_calendar text, of_day date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT coalesce(d.kind = 'working', extract(isodow FROM of_day) < 6)
    FROM (SELECT max(y.version) AS version FROM calendar_year y
          WHERE y.calendar = of_calendar AND y.year = extract(year FROM of_day)::integer) v
    LEFT JOIN calendar_day d ON d.calendar = of_calendar AND d.day = of_day AND d.version = v.version
    WHERE v.version IS NOT NULL
$$;
COMMENT ON FUNCTION is_business_day IS 'By the newest table of the day''s year; null if there is none.';

CREATE FUNCTION business_day_from(of_calendar text, of_day date) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT d::date FROM generate_series(of_day, of_day + 31, interval '1 day') AS d
    WHERE is_business_day(of_calendar, d::date) IS NOT FALSE ORDER BY d LIMIT 1
$$;
COMMENT ON FUNCTION business_day_from IS 'That day, or the next business day after it. A year without a table stops the search: it has no rest days that could be known.';

GRANT SELECT, INSERT ON calendar_year TO tallystick_app;
GRANT SELECT ON calendar_year TO tallystick_audit;
