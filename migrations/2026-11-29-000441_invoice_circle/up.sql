-- Reservations of invoices' capacity, and what platforms of a circle tell each other by keyed tokens.

CREATE TABLE capacity_reservation (
    id uuid PRIMARY KEY,
    document uuid NOT NULL REFERENCES document (id),
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL CHECK (state IN ('reserved', 'committed', 'cancelled', 'lapsed')),
    entry bigint REFERENCES entry (no),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT capacity_reservation_decided CHECK ((state = 'reserved') = (decided_at IS NULL)),
    CONSTRAINT capacity_reservation_committed CHECK (state <> 'committed' OR entry IS NOT NULL)
);
CREATE INDEX capacity_reservation_due ON capacity_reservation (expires_at) WHERE state = 'reserved';
CREATE INDEX capacity_reservation_entry ON capacity_reservation (entry) WHERE state = 'committed';
CREATE INDEX capacity_reservation_document ON capacity_reservation (document);
COMMENT ON TABLE capacity_reservation IS 'Capacity of invoices held for a use that is being prepared; committed by the offer that uses it.';
COMMENT ON COLUMN capacity_reservation.entry IS 'The offer that used it.';

CREATE TABLE peer_notice (
    reservation uuid NOT NULL REFERENCES capacity_reservation (id),
    peer text NOT NULL,
    told text NOT NULL CHECK (told IN ('asked', 'reserved', 'committed', 'cancelled', 'contested')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at timestamptz NOT NULL,
    PRIMARY KEY (reservation, peer)
);
CREATE INDEX peer_notice_due ON peer_notice (next_at) WHERE told IN ('asked', 'reserved', 'committed');
COMMENT ON TABLE peer_notice IS 'What each other platform has last acknowledged about a reservation of ours; a job brings it up to date.';

CREATE TABLE document_token (
    document uuid PRIMARY KEY REFERENCES document (id),
    token bytea NOT NULL CHECK (octet_length(token) = 32),
    kin bytea NOT NULL CHECK (octet_length(kin) = 32)
);
CREATE INDEX document_token_kin ON document_token (kin);
COMMENT ON TABLE document_token IS 'Keyed tokens of invoices: of number, seller, total and date; kin of number and seller alone.';

CREATE TABLE foreign_use (
    peer text NOT NULL,
    id uuid NOT NULL,
    token bytea NOT NULL CHECK (octet_length(token) = 32),
    kin bytea NOT NULL CHECK (octet_length(kin) = 32),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state text NOT NULL CHECK (state IN ('reserved', 'committed', 'cancelled', 'lapsed')),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (peer, id)
);
CREATE INDEX foreign_use_kin ON foreign_use (kin) WHERE state IN ('reserved', 'committed');
CREATE INDEX foreign_use_due ON foreign_use (expires_at) WHERE state = 'reserved';
COMMENT ON TABLE foreign_use IS 'What other platforms say they have taken of invoices, known here by token only.';

GRANT SELECT, INSERT, UPDATE (state, entry, decided_at) ON capacity_reservation TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (told, attempts, next_at) ON peer_notice TO tallystick_app;
GRANT SELECT, INSERT ON document_token TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, expires_at) ON foreign_use TO tallystick_app;
GRANT SELECT ON capacity_reservation, peer_notice, foreign_use, document_token TO tallystick_audit;
