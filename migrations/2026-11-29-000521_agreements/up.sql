-- What an obligor and all holders of a paper agree on: that it is void, or paid later. One of the
-- obligor's people proposes, another signs too, every holder and pledgee signs; with the last signature
-- the entry is made. What binds stands in the journal; this is the way there.

CREATE TABLE paper_agreement (
    id uuid PRIMARY KEY,
    paper uuid NOT NULL REFERENCES paper (id),
    obligor uuid NOT NULL REFERENCES party (id),
    kind text NOT NULL CHECK (kind IN ('void', 'extend')),
    body bytea NOT NULL,
    consent_by date NOT NULL,
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    maker_key uuid NOT NULL REFERENCES signing_key (id),
    maker_signature bytea NOT NULL CHECK (octet_length(maker_signature) = 64),
    made_at timestamptz NOT NULL,
    checked_by text CHECK (checked_by <> ''),
    checker_name text NOT NULL DEFAULT '',
    checker_key uuid REFERENCES signing_key (id),
    checker_signature bytea CHECK (octet_length(checker_signature) = 64),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    state text NOT NULL CHECK (state IN ('waiting', 'open', 'effective', 'returned', 'withdrawn', 'declined', 'lapsed')),
    entry bigint CONSTRAINT paper_agreement_entry_unique UNIQUE,
    -- Four eyes: who proposed doesn't sign as the second.
    CONSTRAINT paper_agreement_four_eyes CHECK (checked_by IS NULL OR checked_by <> made_by OR state = 'withdrawn'),
    CONSTRAINT paper_agreement_checked CHECK ((checker_key IS NULL) = (checker_signature IS NULL)
        AND (state NOT IN ('open', 'effective', 'declined') OR checker_key IS NOT NULL)),
    CONSTRAINT paper_agreement_entered CHECK ((entry IS NOT NULL) = (state = 'effective'))
);
-- One question about a paper at a time.
CREATE UNIQUE INDEX paper_agreement_open_unique ON paper_agreement (paper) WHERE state IN ('waiting', 'open');
CREATE INDEX paper_agreement_obligor ON paper_agreement (obligor, made_at DESC, id);
CREATE INDEX paper_agreement_ending ON paper_agreement (consent_by) WHERE state IN ('waiting', 'open');
COMMENT ON TABLE paper_agreement IS 'Voids and extensions of papers on their way to everybody''s signature. body: what all sign; entry: the entry that binds.';
COMMENT ON COLUMN paper_agreement.consent_by IS 'The last day on which it can take effect.';

CREATE TABLE paper_consent (
    agreement uuid NOT NULL REFERENCES paper_agreement (id),
    party uuid NOT NULL REFERENCES party (id),
    key_id uuid NOT NULL REFERENCES signing_key (id),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    given_by text NOT NULL CHECK (given_by <> ''),
    given_at timestamptz NOT NULL,
    PRIMARY KEY (agreement, party)
);
CREATE INDEX paper_consent_party ON paper_consent (party);
CREATE TRIGGER paper_consent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON paper_consent
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE paper_consent IS 'Who has signed an agreement. Only grows.';

GRANT SELECT, INSERT, UPDATE (state, entry, checked_by, checker_name, checker_key, checker_signature, word)
    ON paper_agreement TO tallystick_app;
GRANT SELECT, INSERT ON paper_consent TO tallystick_app;
GRANT SELECT ON paper_agreement, paper_consent TO tallystick_audit;

-- An extension moves a paper's dates, and the run that was planned for the old one.
GRANT UPDATE (maturity, due_date) ON paper TO tallystick_app;
GRANT UPDATE (due_date) ON settlement_run TO tallystick_app;
COMMENT ON TABLE paper IS 'One promise of an obligor. Everything but state, paid and, by an extension, its dates is fixed by its issue entry.';
