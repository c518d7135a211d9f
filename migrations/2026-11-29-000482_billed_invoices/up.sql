-- What obligors' papers promise of suppliers' invoices: an invoice is promised once, whole or in
-- parts, whoever lists it, and what its seller's own record of it has carried counts as well.

CREATE FUNCTION invoice_spelling(number text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT upper(translate(regexp_replace(number, '[[:space:]]', '', 'g'),
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　 ',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'))
$$;
COMMENT ON FUNCTION invoice_spelling IS 'One spelling of an invoice number that people type in several: no spaces, capitals, full-width forms as ASCII.';
CREATE INDEX document_invoice_spelling ON document (owner, invoice_spelling(number)) WHERE kind = 'invoice';

ALTER TABLE payable
    ADD COLUMN invoice_gross bigint,
    ADD CONSTRAINT payable_invoice_gross
        CHECK (invoice_gross IS NULL OR (invoice_gross >= amount AND invoice_no <> ''));
COMMENT ON COLUMN payable.invoice_gross IS 'Total of the invoice with tax, where the payable is a part of it only; minor units.';

CREATE TABLE billed_invoice (
    seller uuid NOT NULL,
    number text NOT NULL CHECK (number <> ''),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total bigint CHECK (total > 0),
    promised bigint NOT NULL DEFAULT 0,
    papers integer NOT NULL DEFAULT 0,
    elsewhere bigint NOT NULL DEFAULT 0 CHECK (elsewhere >= 0),
    token bytea CHECK (octet_length(token) = 32),
    kin bytea CHECK (octet_length(kin) = 32),
    PRIMARY KEY (seller, number),
    CONSTRAINT billed_invoice_capacity CHECK (promised >= 0 AND promised <= coalesce(total, promised)),
    CONSTRAINT billed_invoice_papers CHECK (papers >= 0 AND (papers = 0) = (promised = 0)),
    -- Nobody said how much the invoice is over: one paper may stand for it, and no second.
    CONSTRAINT billed_invoice_in_parts CHECK (total IS NOT NULL OR papers <= 1),
    CONSTRAINT billed_invoice_tokens CHECK ((token IS NULL) = (kin IS NULL))
);
CREATE INDEX billed_invoice_kin ON billed_invoice (kin) WHERE kin IS NOT NULL;
COMMENT ON TABLE billed_invoice IS 'How much of each invoice that payables name is promised by papers, proposed or issued. The seller is the supplier of those payables.';
COMMENT ON COLUMN billed_invoice.number IS 'The invoice''s number by invoice_spelling.';
COMMENT ON COLUMN billed_invoice.total IS 'Its total with tax as the payables or the seller''s own record of it say; none if nobody does.';
COMMENT ON COLUMN billed_invoice.elsewhere IS 'What other platforms of the circle say they have taken of it.';

-- A seller's own record of the invoice carries what papers promise of it, beside its other uses.
ALTER TABLE document
    ADD COLUMN promised bigint NOT NULL DEFAULT 0 CONSTRAINT document_promised CHECK (promised >= 0);
COMMENT ON COLUMN document.promised IS 'Promised by the buyer''s papers, proposed or issued: see billed_invoice.';

INSERT INTO billed_invoice (seller, number, currency, total, promised, papers)
    SELECT supplier, invoice_spelling(invoice_no), min(currency),
           CASE WHEN count(*) > 1 THEN sum(amount) END, sum(amount), count(*)
      FROM payable
     WHERE state IN ('proposed', 'issued') AND invoice_spelling(invoice_no) <> ''
     GROUP BY 1, 2;
INSERT INTO billed_invoice (seller, number, currency)
    SELECT DISTINCT ON (d.owner, invoice_spelling(d.number)) d.owner, invoice_spelling(d.number), d.currency
      FROM document d JOIN party p ON p.id = d.counterparty AND p.kind = 'obligor'
     WHERE d.kind = 'invoice' AND d.currency IS NOT NULL AND invoice_spelling(d.number) <> ''
     ORDER BY d.owner, invoice_spelling(d.number), d.id
    ON CONFLICT DO NOTHING;

ALTER TABLE document DROP CONSTRAINT document_capacity;
CREATE OR REPLACE FUNCTION document_overdrawn_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over bigint := greatest(0, NEW.used + NEW.reserved + NEW.elsewhere + NEW.promised
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
UPDATE document d
   SET promised = b.promised,
       overdrawn = greatest(0, d.used + d.reserved + d.elsewhere + b.promised
           - (coalesce(d.amount, 0) - d.credited + d.trued_up))
  FROM billed_invoice b
 WHERE d.kind = 'invoice' AND d.owner = b.seller AND invoice_spelling(d.number) = b.number;
ALTER TABLE document ADD CONSTRAINT document_capacity CHECK (
    used >= 0
    AND used + reserved + elsewhere + promised
        <= coalesce(amount, 0) - credited + trued_up + overdrawn);

-- A seller's record that comes in after papers stand for the invoice finds them. Where its buyer
-- is an obligor, the row that papers count on is made first: whoever is counting on it at this
-- moment is waited for.
CREATE FUNCTION document_finds_promises() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    spelled text := invoice_spelling(NEW.number);
    known bigint;
BEGIN
    INSERT INTO billed_invoice (seller, number, currency)
        SELECT NEW.owner, spelled, NEW.currency FROM party p
         WHERE p.id = NEW.counterparty AND p.kind = 'obligor' AND spelled <> ''
        ON CONFLICT DO NOTHING;
    SELECT b.promised INTO known FROM billed_invoice b
     WHERE b.seller = NEW.owner AND b.number = spelled FOR NO KEY UPDATE;
    NEW.promised := coalesce(known, 0);
    NEW.overdrawn := greatest(0, NEW.used + NEW.reserved + NEW.elsewhere + NEW.promised
        - (coalesce(NEW.amount, 0) - NEW.credited + NEW.trued_up));
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION document_finds_promises FROM PUBLIC;
CREATE TRIGGER document_finds_promises BEFORE INSERT ON document
    FOR EACH ROW WHEN (NEW.kind = 'invoice' AND NEW.currency IS NOT NULL)
    EXECUTE FUNCTION document_finds_promises();

-- A use at issue is known by its paper; it carries its own tokens, since there may be no document.
ALTER TABLE capacity_reservation
    ALTER COLUMN document DROP NOT NULL,
    ADD COLUMN paper uuid,
    ADD COLUMN token bytea CHECK (octet_length(token) = 32),
    ADD COLUMN kin bytea CHECK (octet_length(kin) = 32),
    ADD COLUMN currency text CHECK (currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT capacity_reservation_of_one CHECK (num_nonnulls(document, paper) = 1),
    ADD CONSTRAINT capacity_reservation_paper_whole
        CHECK (num_nonnulls(paper, token, kin, currency) IN (0, 4)),
    DROP CONSTRAINT capacity_reservation_committed,
    ADD CONSTRAINT capacity_reservation_committed
        CHECK (state <> 'committed' OR entry IS NOT NULL OR paper IS NOT NULL);
CREATE INDEX capacity_reservation_paper ON capacity_reservation (paper) WHERE paper IS NOT NULL;
COMMENT ON COLUMN capacity_reservation.paper IS 'The paper whose issue is the use, told to the peers; at home billed_invoice counts it.';

ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check CHECK (kind IN (
    'settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout', 'webhook',
    'invoice_use'));

GRANT SELECT, INSERT, UPDATE (currency, total, promised, papers, elsewhere, token, kin)
    ON billed_invoice TO tallystick_app;
GRANT UPDATE (promised) ON document TO tallystick_app;
GRANT SELECT ON billed_invoice TO tallystick_audit;
