-- A holder asks for money, finance providers quote, one quote becomes a discount.

CREATE TABLE finance_request (
    id uuid PRIMARY KEY,
    holder uuid NOT NULL REFERENCES party (id),
    paper_id uuid NOT NULL,
    parent bigint NOT NULL,
    side smallint NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state text NOT NULL CHECK (state IN ('open', 'signed', 'paying', 'funded', 'declined', 'expired', 'withdrawn')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT finance_request_range CHECK (lo >= 0 AND lo < hi),
    CONSTRAINT finance_request_amount CHECK (amount = hi - lo),
    CONSTRAINT finance_request_side CHECK (side IN (0, 1))
);
-- One live request for one fragment: it can't be offered twice at the same time.
CREATE UNIQUE INDEX finance_request_fragment_unique ON finance_request (parent, side)
    WHERE state IN ('open', 'signed', 'paying');
CREATE INDEX finance_request_holder ON finance_request (holder, created_at DESC, id);
CREATE INDEX finance_request_expiry ON finance_request (expires_at) WHERE state = 'open';
COMMENT ON TABLE finance_request IS 'Requests for money on a fragment. The fragment is named by the entry that created it and its side.';

CREATE TABLE finance_invitation (
    request uuid NOT NULL REFERENCES finance_request (id),
    provider uuid NOT NULL REFERENCES party (id),
    state text NOT NULL CHECK (state IN ('invited', 'declined', 'quoted')),
    PRIMARY KEY (request, provider)
);
CREATE INDEX finance_invitation_provider ON finance_invitation (provider, request);
COMMENT ON TABLE finance_invitation IS 'Which finance providers see a request; nobody else does.';

CREATE TABLE quote (
    id uuid PRIMARY KEY,
    request uuid NOT NULL,
    provider uuid NOT NULL,
    terms jsonb NOT NULL,
    body bytea NOT NULL,
    key_id uuid NOT NULL REFERENCES signing_key (id),
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    proceeds bigint NOT NULL CHECK (proceeds > 0),
    charge bigint NOT NULL CHECK (charge >= 0),
    state text NOT NULL CHECK (state IN ('offered', 'withdrawn', 'accepted', 'lapsed', 'lost')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    -- Only who was invited quotes.
    CONSTRAINT quote_invited FOREIGN KEY (request, provider) REFERENCES finance_invitation (request, provider)
);
CREATE UNIQUE INDEX quote_offer_unique ON quote (request, provider) WHERE state = 'offered';
CREATE UNIQUE INDEX quote_accepted_unique ON quote (request) WHERE state = 'accepted';
CREATE INDEX quote_request ON quote (request, created_at, id);
CREATE INDEX quote_provider ON quote (provider, created_at DESC, id);
CREATE INDEX quote_expiry ON quote (expires_at) WHERE state = 'offered';
COMMENT ON TABLE quote IS 'Priced offers, signed by the finance provider over body.';

CREATE TABLE discount (
    quote uuid PRIMARY KEY REFERENCES quote (id),
    lock_entry bigint NOT NULL,
    instruction uuid NOT NULL CONSTRAINT discount_instruction_unique UNIQUE,
    state text NOT NULL CHECK (state IN ('signed', 'registered', 'paying', 'unknown', 'funded', 'reversed')),
    evidence bytea CHECK (octet_length(evidence) = 32),
    CONSTRAINT discount_funded_on_evidence CHECK (state <> 'funded' OR evidence IS NOT NULL)
);
CREATE INDEX discount_open ON discount (state) WHERE state NOT IN ('funded', 'reversed');
COMMENT ON TABLE discount IS 'Purchases concluded. The fragment moves only on evidence of payment.';

GRANT SELECT, INSERT, UPDATE (state) ON finance_request TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state) ON finance_invitation TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state) ON quote TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, evidence) ON discount TO tallystick_app;

GRANT SELECT ON finance_request, finance_invitation, quote, discount TO tallystick_audit;
