ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
DELETE FROM operator_task WHERE kind = 'invoice_use';
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check CHECK (kind IN (
    'settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout', 'webhook'));
DELETE FROM peer_notice n USING capacity_reservation r WHERE r.id = n.reservation AND r.paper IS NOT NULL;
DELETE FROM capacity_reservation WHERE paper IS NOT NULL;
DROP INDEX capacity_reservation_paper;
ALTER TABLE capacity_reservation
    DROP CONSTRAINT capacity_reservation_of_one,
    DROP CONSTRAINT capacity_reservation_paper_whole,
    DROP CONSTRAINT capacity_reservation_committed,
    ADD CONSTRAINT capacity_reservation_committed CHECK (state <> 'committed' OR entry IS NOT NULL),
    DROP COLUMN paper, DROP COLUMN token, DROP COLUMN kin, DROP COLUMN currency,
    ALTER COLUMN document SET NOT NULL;
DROP TRIGGER document_finds_promises ON document;
DROP FUNCTION document_finds_promises();
ALTER TABLE document DROP CONSTRAINT document_capacity;
CREATE OR REPLACE FUNCTION document_overdrawn_follows() RETURNS trigger
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
ALTER TABLE document DROP COLUMN promised;
ALTER TABLE document ADD CONSTRAINT document_capacity CHECK (
    used >= 0
    AND used + reserved + elsewhere <= coalesce(amount, 0) - credited + trued_up + overdrawn);
DROP TABLE billed_invoice;
ALTER TABLE payable DROP CONSTRAINT payable_invoice_gross, DROP COLUMN invoice_gross;
DROP INDEX document_invoice_spelling;
DROP FUNCTION invoice_spelling(text);
