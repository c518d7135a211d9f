-- Lists of the journal for some days find them without looking at the rest, and no index by date has to
-- be kept for millions of transfers. An entry bears the business date on which it was posted, and that
-- date only rises; but an issue bears the day on which it was proposed, up to ten days before (the law's
-- PROPOSAL_DAYS). So the place of a day is found by halving, some thirty look-ups by key in a book of any
-- size, with ten days' room on either side: what lies before an entry dated before D was posted before
-- D + 10, and what lies behind an entry dated D was posted on D or later.
CREATE FUNCTION entry_about(of_book smallint, day date) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    -- The entry before `low` is dated before the day, the one at `high` on it or later.
    low bigint := of_book::bigint << 40;
    high bigint := low + coalesce((SELECT b.size FROM book b WHERE b.no = of_book), 0);
    middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high) >> 1;
        IF (SELECT e.date FROM entry e WHERE e.no = middle) < day THEN
            low := middle + 1;
        ELSE
            high := middle;
        END IF;
    END LOOP;
    RETURN low;
END $$;
COMMENT ON FUNCTION entry_about IS 'Number of an entry of a book that is dated on a day or later while the one before it is not. Issues that were approved late may be dated earlier behind it.';

CREATE FUNCTION entries_from(of_book smallint, day date) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT entry_about(of_book, coalesce(day, '-infinity') - 10)
$$;
COMMENT ON FUNCTION entries_from IS 'A number before which no entry of a book is dated on a day or later; without a day, its first.';

CREATE FUNCTION entries_until(of_book smallint, day date) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT entry_about(of_book, coalesce(day, 'infinity') + 11)
$$;
COMMENT ON FUNCTION entries_until IS 'A number from which on no entry of a book is dated on a day or before it; without a day, the one after its last.';

REVOKE ALL ON FUNCTION entry_about, entries_from, entries_until FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entry_about, entries_from, entries_until TO tallystick_app, tallystick_audit;

-- Issues alone have to be put in the order of their days.
CREATE INDEX entry_issued ON entry (date, no) WHERE kind = 5;
COMMENT ON INDEX entry_issued IS 'Issues by the day they bear.';
