-- Writing off: a holder strikes from its own books what nobody is left to pay on a fragment in default.
-- The claim stands. What binds is in the journal; the reason in words stands here, held by its digest there.

CREATE TABLE write_off (
    entry bigint PRIMARY KEY,
    paper uuid NOT NULL REFERENCES paper (id),
    holder uuid NOT NULL REFERENCES party (id),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 500),
    reason_digest bytea NOT NULL,
    evidence text NOT NULL CHECK (evidence <> '' AND length(evidence) <= 140),
    written_off_on date NOT NULL,
    -- After it nothing moves any more: no unit of a paper is written off twice.
    CONSTRAINT write_off_units_unique UNIQUE (paper, lo),
    CONSTRAINT write_off_range CHECK (0 <= lo AND lo < hi AND amount <= hi - lo),
    -- These are the very words that the holder signed.
    CONSTRAINT write_off_reason_signed CHECK (reason_digest = sha256(
        convert_to('tallystick/v1/write-off-reason', 'UTF8') || '\x00'::bytea || convert_to(reason, 'UTF8')))
);
CREATE INDEX write_off_holder ON write_off (holder, entry DESC);
CREATE TRIGGER write_off_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON write_off
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE write_off IS 'Fragments that their holders have written off in their own books. Only grows: a recovery simply arrives.';
COMMENT ON COLUMN write_off.entry IS 'The entry that says so; the fragment is its left part.';
COMMENT ON COLUMN write_off.amount IS 'What was owed on the units that day, minor units.';
COMMENT ON COLUMN write_off.reason_digest IS 'As the signed entry holds it.';
COMMENT ON COLUMN write_off.evidence IS 'What it rests on, such as the number of a court''s ruling.';
GRANT SELECT, INSERT ON write_off TO tallystick_app;
GRANT SELECT ON write_off TO tallystick_audit;
