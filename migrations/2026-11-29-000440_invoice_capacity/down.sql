DROP TABLE invoice_face, document_link, document_adjustment;
DROP TRIGGER document_overdrawn_follows ON document;
DROP FUNCTION document_overdrawn_follows();
DROP INDEX document_counterparty, document_adjustment_number_unique;
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check CHECK (kind IN (
    'purchase_order', 'acceptance_slip', 'waybill', 'invoice', 'contract', 'statement', 'other'));
ALTER TABLE document DROP CONSTRAINT document_capacity;
ALTER TABLE document DROP COLUMN credited, DROP COLUMN trued_up, DROP COLUMN reserved,
    DROP COLUMN elsewhere, DROP COLUMN overdrawn;
ALTER TABLE document ADD CONSTRAINT document_capacity CHECK (used >= 0 AND used <= coalesce(amount, 0));
