-- Pledges: a holder asks a finance provider to secure a claim on a fragment, the provider signs a
-- deed, the holder signs the entry; the pledgee lets the fragment go. What binds stands in the
-- journal; this is the way there, and who is told.

CREATE TABLE pledge (
    id uuid PRIMARY KEY,
    holder uuid NOT NULL REFERENCES party (id),
    pledgee uuid NOT NULL REFERENCES party (id),
    paper uuid NOT NULL REFERENCES paper (id),
    parent bigint NOT NULL,
    side smallint NOT NULL CHECK (side IN (0, 1)),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    secured bigint NOT NULL CHECK (secured > 0),
    loan text NOT NULL CHECK (loan <> '' AND length(loan) <= 140),
    state text NOT NULL CHECK (state IN ('asked', 'granted', 'pledged', 'released', 'declined', 'withdrawn')),
    deed bytea,
    deed_key uuid REFERENCES signing_key (id),
    deed_signature bytea CHECK (octet_length(deed_signature) = 64),
    expires_at timestamptz,
    entry bigint CONSTRAINT pledge_entry_unique UNIQUE,
    release_entry bigint CONSTRAINT pledge_release_entry_unique UNIQUE,
    asked_on date NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pledge_range CHECK (lo >= 0 AND lo < hi),
    CONSTRAINT pledge_two_parties CHECK (holder <> pledgee),
    CONSTRAINT pledge_deed_whole CHECK ((deed IS NULL) = (deed_key IS NULL)
        AND (deed IS NULL) = (deed_signature IS NULL) AND (deed IS NULL) = (expires_at IS NULL)),
    CONSTRAINT pledge_granted CHECK (state NOT IN ('granted', 'pledged', 'released') OR deed IS NOT NULL),
    CONSTRAINT pledge_entered CHECK ((entry IS NOT NULL) = (state IN ('pledged', 'released'))),
    CONSTRAINT pledge_let_go CHECK ((release_entry IS NOT NULL) = (state = 'released'))
);
-- One question about a fragment at a time.
CREATE UNIQUE INDEX pledge_fragment_unique ON pledge (parent, side) WHERE state IN ('asked', 'granted');
CREATE INDEX pledge_holder ON pledge (holder, created_at DESC, id);
CREATE INDEX pledge_pledgee ON pledge (pledgee, created_at DESC, id);
CREATE INDEX pledge_paper ON pledge (paper) WHERE state = 'pledged';
COMMENT ON TABLE pledge IS 'Pledges asked for, granted, entered and released. deed: what the pledgee signed; entry, release_entry: the entries of the journal that bind.';
COMMENT ON COLUMN pledge.parent IS 'The entry that made the fragment asked on, and side its part.';
COMMENT ON COLUMN pledge.secured IS 'The secured claim, minor units.';
COMMENT ON COLUMN pledge.loan IS 'The two parties'' name for the loan.';
COMMENT ON COLUMN pledge.expires_at IS 'Until when the holder may sign the deed.';

GRANT SELECT, INSERT, UPDATE (state, deed, deed_key, deed_signature, expires_at, entry, release_entry)
    ON pledge TO tallystick_app;
GRANT SELECT ON pledge TO tallystick_audit;
