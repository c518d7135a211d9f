-- What an invoice can carry: its total, less credit notes, more or less price true-ups; and what of
-- it is taken: used here, reserved here, taken on other platforms.

ALTER TABLE document
    ADD COLUMN credited bigint NOT NULL DEFAULT 0 CONSTRAINT document_credited CHECK (credited >= 0),
    ADD COLUMN trued_up bigint NOT NULL DEFAULT 0,
    ADD COLUMN reserved bigint NOT NULL DEFAULT 0 CONSTRAINT document_reserved CHECK (reserved >= 0),
    ADD COLUMN elsewhere bigint NOT NULL DEFAULT 0 CONSTRAINT document_elsewhere CHECK (elsewhere >= 0),
    ADD COLUMN overdrawn bigint NOT NULL DEFAULT 0 CONSTRAINT document_overdrawn CHECK (overdrawn >= 0),
    ADD CONSTRAINT document_total CHECK (coalesce(amount, 0) - credited + trued_up >= 0);
COMMENT ON COLUMN document.credited IS 'Sum of credit notes (red-letter invoices) that count.';
COMMENT ON COLUMN document.trued_up IS 'Sum of price true-ups that count; negative when the price fell.';
COMMENT ON COLUMN document.reserved IS 'Held for uses here that are being prepared; each has an expiry.';
COMMENT ON COLUMN document.elsewhere IS 'What other platforms of the circle say they have taken of the same invoice.';
COMMENT ON COLUMN document.overdrawn IS 'How much more is taken than can be carried since a credit note or another platform came later.';

-- One invoice carries at most what is left of it; what came too late is allowed for, and only that.
ALTER TABLE document DROP CONSTRAINT document_capacity;
ALTER TABLE document ADD CONSTRAINT document_capacity CHECK (
    used >= 0
    AND used + reserved + elsewhere <= coalesce(amount, 0) - credited + trued_up + overdrawn);

-- Only a credit note, a true-up or another platform may make it overdrawn; uses here never can.
CREATE FUNCTION document_overdrawn_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over bigint := greatest(0, NEW.used + NEW.reserved + NEW.elsewhere
        - (coalesce(NEW.amount, 0) - NEW.credited + NEW.trued_up));
BEGIN
    IF NEW.credited = OLD.credited AND NEW.trued_up = OLD.trued_up AND NEW.elsewhere = OLD.elsewhere THEN
        NEW.overdrawn := least(OLD.overdrawn, over);
    ELSE
        NEW.overdrawn := over;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER document_overdrawn_follows BEFORE UPDATE ON document
    FOR EACH ROW WHEN (OLD.overdrawn > 0 OR NEW.credited <> OLD.credited
        OR NEW.trued_up <> OLD.trued_up OR NEW.elsewhere <> OLD.elsewhere)
    EXECUTE FUNCTION document_overdrawn_follows();

ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check CHECK (kind IN (
    'purchase_order', 'acceptance_slip', 'waybill', 'invoice', 'contract', 'statement', 'other',
    'credit_note', 'price_true_up'));
CREATE UNIQUE INDEX document_adjustment_number_unique ON document (owner, kind, number)
    WHERE kind IN ('credit_note', 'price_true_up');
CREATE INDEX document_counterparty ON document (counterparty, issued_on DESC, id);

CREATE TABLE document_adjustment (
    document uuid PRIMARY KEY REFERENCES document (id),
    invoice uuid NOT NULL REFERENCES document (id),
    delta bigint NOT NULL CHECK (delta <> 0),
    state text NOT NULL CHECK (state IN ('waiting', 'counted')),
    made_at timestamptz NOT NULL,
    counted_at timestamptz,
    CONSTRAINT document_adjustment_counted CHECK ((state = 'counted') = (counted_at IS NOT NULL)),
    CONSTRAINT document_adjustment_waits CHECK (state = 'counted' OR delta > 0)
);
CREATE INDEX document_adjustment_invoice ON document_adjustment (invoice);
COMMENT ON TABLE document_adjustment IS 'What a credit note or a price true-up does to the invoice it names. A rise waits until the buyer has confirmed it.';

CREATE TABLE document_link (
    document uuid NOT NULL REFERENCES document (id),
    rests_on uuid NOT NULL REFERENCES document (id),
    PRIMARY KEY (document, rests_on),
    CONSTRAINT document_link_other CHECK (document <> rests_on)
);
CREATE INDEX document_link_rests_on ON document_link (rests_on);
CREATE TRIGGER document_link_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON document_link
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE document_link IS 'Which documents an invoice rests on: the waybills it bills, its order, its acceptance slip.';

CREATE TABLE invoice_face (
    document uuid PRIMARY KEY REFERENCES document (id),
    number text NOT NULL CONSTRAINT invoice_face_number CHECK (number ~ '^[0-9]{20}$'),
    issued_on date NOT NULL,
    seller_name text NOT NULL,
    seller_tax_id text NOT NULL,
    buyer_name text NOT NULL,
    buyer_tax_id text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    net bigint NOT NULL CHECK (net >= 0),
    tax bigint NOT NULL CHECK (tax >= 0),
    gross bigint NOT NULL CHECK (gross > 0),
    capitals text NOT NULL DEFAULT '',
    lines jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT invoice_face_sum CHECK (net + tax = gross)
);
CREATE TRIGGER invoice_face_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_face
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE invoice_face IS 'Fields of fully digital invoices (数电票) as read from their structured file, checked.';

GRANT UPDATE (credited, trued_up, reserved, elsewhere) ON document TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, counted_at) ON document_adjustment TO tallystick_app;
GRANT SELECT, INSERT ON document_link, invoice_face TO tallystick_app;
GRANT SELECT ON document_adjustment, document_link, invoice_face TO tallystick_audit;
