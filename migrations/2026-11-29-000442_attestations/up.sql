-- What parties say under their signature about documents; facts of waybills.

CREATE TABLE attestation (
    document uuid NOT NULL REFERENCES document (id),
    party uuid NOT NULL REFERENCES party (id),
    statement text NOT NULL CHECK (statement IN (
        'seen_original', 'goods_received', 'debt_confirmed', 'carried', 'balance_agreed', 'disputed')),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    said_on date NOT NULL,
    key uuid NOT NULL,
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    made_at timestamptz NOT NULL,
    CONSTRAINT attestation_once PRIMARY KEY (document, party, statement)
);
CREATE TRIGGER attestation_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON attestation
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE attestation IS 'Signed words of parties about documents. The signature is over the digest, so it holds for these bytes only.';

CREATE TABLE waybill (
    document uuid PRIMARY KEY REFERENCES document (id),
    carrier uuid NOT NULL REFERENCES party (id),
    shipper uuid NOT NULL REFERENCES party (id),
    receiver uuid NOT NULL REFERENCES party (id),
    picked_up_at timestamptz NOT NULL,
    handed_over_at timestamptz NOT NULL,
    CONSTRAINT waybill_order CHECK (picked_up_at <= handed_over_at)
);
CREATE INDEX waybill_trade ON waybill (shipper, receiver, handed_over_at);
CREATE INDEX waybill_receiver ON waybill (receiver);
CREATE TRIGGER waybill_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON waybill
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE waybill IS 'Parties and moments of electronic waybills, to find them by; the signed document has everything.';

CREATE UNIQUE INDEX document_waybill_unique ON document (owner, number) WHERE kind = 'waybill' AND media_type = 'application/vnd.tallystick.waybill';

GRANT SELECT, INSERT ON attestation, waybill TO tallystick_app;
GRANT SELECT ON attestation, waybill TO tallystick_audit;
