-- A holder asks once about several fragments; finance providers bid openly or sealed.

CREATE TABLE finance_inquiry (
    id uuid PRIMARY KEY,
    holder uuid NOT NULL REFERENCES party (id),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    mode text NOT NULL CHECK (mode IN ('open', 'sealed')),
    bids_until timestamptz,
    expires_at timestamptz NOT NULL,
    reveal_called boolean NOT NULL,
    created_at timestamptz NOT NULL,
    -- Sealed bids are shown after all are in and before the inquiry ends.
    CONSTRAINT finance_inquiry_sealed CHECK ((mode = 'sealed') = (bids_until IS NOT NULL)),
    CONSTRAINT finance_inquiry_moments CHECK (bids_until IS NULL OR bids_until < expires_at)
);
CREATE INDEX finance_inquiry_reveal ON finance_inquiry (bids_until) WHERE mode = 'sealed' AND NOT reveal_called;
COMMENT ON TABLE finance_inquiry IS 'What a holder asks once: its requests, one a fragment, name it. Sealed: only digests of bids until bids_until.';

-- Null on requests from before there were inquiries: each of these stands alone.
ALTER TABLE finance_request ADD COLUMN inquiry uuid REFERENCES finance_inquiry (id);
CREATE INDEX finance_request_inquiry ON finance_request (inquiry) WHERE inquiry IS NOT NULL;

CREATE TABLE sealed_bid (
    id uuid PRIMARY KEY,
    request uuid NOT NULL,
    provider uuid NOT NULL,
    commitment bytea NOT NULL CONSTRAINT sealed_bid_commitment_unique UNIQUE CHECK (octet_length(commitment) = 32),
    key_id uuid NOT NULL REFERENCES signing_key (id),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    state text NOT NULL CHECK (state IN ('sealed', 'revealed', 'withdrawn', 'lapsed')),
    sealed_by uuid REFERENCES app_user (id),
    envelope bytea,
    quote uuid REFERENCES quote (id),
    created_at timestamptz NOT NULL,
    -- Only who was invited bids.
    CONSTRAINT sealed_bid_invited FOREIGN KEY (request, provider) REFERENCES finance_invitation (request, provider),
    CONSTRAINT sealed_bid_revealed CHECK ((state = 'revealed') = (quote IS NOT NULL)),
    -- An envelope has its person, and is thrown away when the bid is over.
    CONSTRAINT sealed_bid_envelope CHECK (envelope IS NULL OR (sealed_by IS NOT NULL AND state = 'sealed'))
);
CREATE UNIQUE INDEX sealed_bid_live_unique ON sealed_bid (request, provider) WHERE state IN ('sealed', 'revealed');
CREATE INDEX sealed_bid_provider ON sealed_bid (provider, created_at DESC, id);
COMMENT ON TABLE sealed_bid IS 'Digests to which finance providers have bound themselves. envelope: the bid under its person''s own key, readable by nobody else.';

-- The moment until which bids on a request are sealed; null if they are open.
CREATE FUNCTION request_bids_until(p_request uuid) RETURNS timestamptz
    LANGUAGE sql STABLE AS
$$
    SELECT i.bids_until FROM finance_request r JOIN finance_inquiry i ON i.id = r.inquiry WHERE r.id = p_request
$$;
COMMENT ON FUNCTION request_bids_until IS 'Until when bids on a request are sealed; null if they are open.';

-- No readable offer stands in the database while bids are sealed, and none that was not bound before.
CREATE FUNCTION quote_keeps_sealed() RETURNS trigger
    LANGUAGE plpgsql AS
$$
DECLARE
    v_until timestamptz := request_bids_until(NEW.request);
BEGIN
    IF v_until IS NOT NULL AND (NEW.created_at < v_until OR NOT EXISTS (
        SELECT 1 FROM sealed_bid b
        WHERE b.request = NEW.request AND b.provider = NEW.provider AND b.state = 'sealed'))
    THEN
        RAISE EXCEPTION 'bids on this request are sealed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_keeps_sealed', TABLE = 'quote';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION quote_keeps_sealed IS 'Refuses a quote on a sealed inquiry before bids_until, and one without a sealed bid.';
CREATE TRIGGER quote_keeps_sealed BEFORE INSERT ON quote
    FOR EACH ROW EXECUTE FUNCTION quote_keeps_sealed();

-- A bid that comes when others are being shown could follow them.
CREATE FUNCTION sealed_bid_in_time() RETURNS trigger
    LANGUAGE plpgsql AS
$$
DECLARE
    v_until timestamptz := request_bids_until(NEW.request);
BEGIN
    IF v_until IS NULL OR NEW.created_at >= v_until THEN
        RAISE EXCEPTION 'no sealed bids are taken on this request'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_bid_in_time', TABLE = 'sealed_bid';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION sealed_bid_in_time IS 'Refuses a sealed bid at or after bids_until, and on an open inquiry.';
CREATE TRIGGER sealed_bid_in_time BEFORE INSERT ON sealed_bid
    FOR EACH ROW EXECUTE FUNCTION sealed_bid_in_time();

GRANT SELECT, INSERT, UPDATE (reveal_called) ON finance_inquiry TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, quote, envelope) ON sealed_bid TO tallystick_app;
GRANT SELECT ON finance_inquiry TO tallystick_audit;
GRANT SELECT (id, request, provider, commitment, key_id, signature, state, sealed_by, quote, created_at)
    ON sealed_bid TO tallystick_audit;
