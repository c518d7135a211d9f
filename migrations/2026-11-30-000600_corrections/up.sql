-- Corrections: a transfer made by mistake is taken back. One of its two sides signs and proposes, the
-- other signs too, and the entry is made. What binds stands in the journal, with a digest of the reason;
-- its words stand here, for the two sides and the auditor.

CREATE TABLE transfer_correction (
    id uuid PRIMARY KEY,
    paper uuid NOT NULL REFERENCES paper (id),
    transfer bigint NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    holder uuid NOT NULL REFERENCES party (id),
    giver uuid NOT NULL REFERENCES party (id),
    proposer uuid NOT NULL REFERENCES party (id),
    body bytea NOT NULL,
    reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 500),
    made_by text NOT NULL CHECK (made_by <> ''),
    key uuid NOT NULL REFERENCES signing_key (id),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    state text NOT NULL CHECK (state IN ('open', 'declined', 'withdrawn', 'effective')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    made_on date NOT NULL,
    created_at timestamptz NOT NULL,
    entry bigint CONSTRAINT transfer_correction_entry_unique UNIQUE,
    CONSTRAINT transfer_correction_range CHECK (0 <= lo AND lo < hi),
    CONSTRAINT transfer_correction_two_parties CHECK (holder <> giver),
    CONSTRAINT transfer_correction_by_a_side CHECK (proposer IN (holder, giver)),
    CONSTRAINT transfer_correction_entered CHECK ((entry IS NOT NULL) = (state = 'effective'))
);
-- A transfer is asked about once at a time, and taken back once for all.
CREATE UNIQUE INDEX transfer_correction_stands_unique ON transfer_correction (transfer)
    WHERE state IN ('open', 'effective');
CREATE INDEX transfer_correction_holder ON transfer_correction (holder, created_at DESC, id);
CREATE INDEX transfer_correction_giver ON transfer_correction (giver, created_at DESC, id);
COMMENT ON TABLE transfer_correction IS 'Transfers taken back by both sides, or proposed to be. What was signed and why is fixed when it is made.';
COMMENT ON COLUMN transfer_correction.transfer IS 'The acceptance by which the fragment passed: the entry that is corrected.';
COMMENT ON COLUMN transfer_correction.body IS 'What both sides sign; signature is the proposer''s.';
COMMENT ON COLUMN transfer_correction.word IS 'Why the other side said no.';
COMMENT ON COLUMN transfer_correction.entry IS 'The entry that gave the fragment back.';
GRANT SELECT, INSERT, UPDATE (state, word, entry) ON transfer_correction TO tallystick_app;
GRANT SELECT ON transfer_correction TO tallystick_audit;
