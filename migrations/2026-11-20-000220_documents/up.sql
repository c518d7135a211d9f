-- Trade documents, and how much of each has already carried a transfer.

CREATE TABLE document_blob (
    sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    bytes bytea NOT NULL
);
COMMENT ON TABLE document_blob IS 'Contents of trade documents, once each. Never read by the auditor''s role: digests are.';

CREATE TABLE document (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL REFERENCES party (id),
    counterparty uuid REFERENCES party (id),
    kind text NOT NULL CHECK (kind IN ('purchase_order', 'acceptance_slip', 'waybill', 'invoice', 'contract', 'statement', 'other')),
    number text NOT NULL DEFAULT '',
    issued_on date,
    amount bigint CHECK (amount > 0),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    file_name text NOT NULL,
    used bigint NOT NULL DEFAULT 0,
    CONSTRAINT document_money_whole CHECK ((amount IS NULL) = (currency IS NULL)),
    -- One invoice carries at most its own amount (一单多融 stopped in the database itself).
    CONSTRAINT document_capacity CHECK (used >= 0 AND used <= coalesce(amount, 0)),
    CONSTRAINT document_invoice_whole CHECK (kind <> 'invoice' OR (number <> '' AND amount IS NOT NULL))
);
-- The seller owns its invoice: the same number of the same seller is the same invoice.
CREATE UNIQUE INDEX document_invoice_unique ON document (owner, number) WHERE kind = 'invoice';
CREATE INDEX document_owner ON document (owner, issued_on DESC, id);
CREATE INDEX document_sha256 ON document (sha256);
COMMENT ON TABLE document IS 'Trade documents. The owner of an invoice is its seller; used is how much of amount has carried transfers.';

GRANT SELECT, INSERT ON document_blob TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (used) ON document TO tallystick_app;

GRANT SELECT ON document TO tallystick_audit;
GRANT SELECT (sha256) ON document_blob TO tallystick_audit;
