-- A due date that everybody signed stays as it stands in the entry. If a newer table of holidays makes
-- it a day of rest, the paper is presented on the next business day instead: kept here, with what
-- obligor and holders were told.

CREATE TABLE presentation_move (
    paper uuid NOT NULL REFERENCES paper (id),
    step integer NOT NULL CHECK (step > 0),
    due_date date NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    calendar text NOT NULL,
    year integer NOT NULL,
    version integer NOT NULL,
    moved_on date NOT NULL,
    moved_at timestamptz NOT NULL,
    PRIMARY KEY (paper, step),
    FOREIGN KEY (calendar, year, version) REFERENCES calendar_year (calendar, year, version),
    CONSTRAINT presentation_move_moves CHECK (from_day <> to_day AND to_day >= due_date)
);
CREATE TRIGGER presentation_move_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON presentation_move
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE presentation_move IS 'When papers are presented on another day than was told before, since the table of holidays changed. The last step of a due date holds.';
COMMENT ON COLUMN presentation_move.due_date IS 'The signed due date, which stays.';
COMMENT ON COLUMN presentation_move.from_day IS 'The day that obligor and holders had been told.';
COMMENT ON COLUMN presentation_move.version IS 'The table by which the due date''s year was read.';

GRANT SELECT, INSERT ON presentation_move TO tallystick_app;
GRANT SELECT ON presentation_move TO tallystick_audit;
