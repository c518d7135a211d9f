-- Standing rates: a finance provider signs a table of rates once, and quotes follow from it at once.

CREATE TABLE rate_card (
    id uuid PRIMARY KEY,
    provider uuid NOT NULL REFERENCES party (id),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    body bytea NOT NULL,
    key_id uuid NOT NULL REFERENCES signing_key (id),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    most_in_all bigint NOT NULL CHECK (most_in_all >= 0),
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    state text NOT NULL CHECK (state IN ('standing', 'withdrawn')),
    created_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT rate_card_dates CHECK (valid_from <= valid_until),
    CONSTRAINT rate_card_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL))
);
CREATE INDEX rate_card_provider ON rate_card (provider, created_at DESC, id);
CREATE INDEX rate_card_standing ON rate_card (provider, currency) WHERE state = 'standing';
COMMENT ON TABLE rate_card IS 'Standing rates, signed by the finance provider over body: the head, which names the rows by their root.';
COMMENT ON COLUMN rate_card.most_in_all IS 'How much may be bought under it in all, minor units; 0 for no such limit.';

CREATE TABLE rate_card_row (
    card uuid NOT NULL REFERENCES rate_card (id),
    no integer NOT NULL CHECK (no BETWEEN 0 AND 65534),
    obligor uuid REFERENCES party (id),
    worst_grade smallint CHECK (worst_grade BETWEEN 1 AND 20),
    salt bytea CHECK (octet_length(salt) = 16),
    days_from integer NOT NULL CHECK (days_from >= 1),
    days_to integer NOT NULL,
    amount_from bigint NOT NULL CHECK (amount_from >= 1),
    amount_to bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (card, no),
    CONSTRAINT rate_card_row_days CHECK (days_from <= days_to),
    CONSTRAINT rate_card_row_amounts CHECK (amount_from <= amount_to),
    CONSTRAINT rate_card_row_grade CHECK ((worst_grade IS NULL) = (salt IS NULL))
);
COMMENT ON TABLE rate_card_row IS 'Rows of rate cards: body holds the leaf of the signed root, the columns repeat what a search asks for. The grade stays the provider''s: the leaf only commits to it. Only grows.';
CREATE TRIGGER rate_card_row_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rate_card_row
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();

CREATE TABLE obligor_grade (
    id uuid PRIMARY KEY,
    provider uuid NOT NULL REFERENCES party (id),
    obligor uuid NOT NULL REFERENCES party (id),
    grade smallint NOT NULL CHECK (grade BETWEEN 1 AND 20),
    note text NOT NULL,
    since timestamptz NOT NULL,
    set_by text NOT NULL
);
CREATE INDEX obligor_grade_latest ON obligor_grade (provider, obligor, since DESC, id);
COMMENT ON TABLE obligor_grade IS 'A finance provider''s own grade of an obligor, 1 the best; the newest counts, older ones stay as history. Seen by that provider alone. Only grows.';
COMMENT ON COLUMN obligor_grade.set_by IS 'Who set it: a person or a system''s key.';
CREATE TRIGGER obligor_grade_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON obligor_grade
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();

-- A quote that follows from a card carries the row that proves it; its signature is the card's.
ALTER TABLE quote
    ADD COLUMN card uuid,
    ADD COLUMN card_row integer,
    ADD COLUMN offer bytea,
    ADD CONSTRAINT quote_of_card FOREIGN KEY (card, card_row) REFERENCES rate_card_row (card, no),
    ADD CONSTRAINT quote_card_whole CHECK (
        (card IS NULL) = (card_row IS NULL) AND (card IS NULL) = (offer IS NULL));
COMMENT ON COLUMN quote.offer IS 'Canonical bytes of the card''s head, the row and its path to the signed root.';
DROP INDEX quote_offer_unique;
-- One offer of a provider by hand, and one of each row of its cards.
CREATE UNIQUE INDEX quote_offer_unique ON quote (request, provider)
    WHERE state = 'offered' AND card IS NULL;
CREATE UNIQUE INDEX quote_card_unique ON quote (request, card, card_row)
    WHERE state = 'offered' AND card IS NOT NULL;
CREATE INDEX quote_card ON quote (card) WHERE card IS NOT NULL;

GRANT SELECT, INSERT, UPDATE (state, withdrawn_at) ON rate_card TO tallystick_app;
GRANT SELECT, INSERT ON rate_card_row, obligor_grade TO tallystick_app;
GRANT SELECT ON rate_card, rate_card_row TO tallystick_audit;
