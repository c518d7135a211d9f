-- A debt whose paper was taken back runs on until its invoice is listed anew.
CREATE INDEX payable_supplier_invoice ON payable (supplier, invoice_no) WHERE invoice_no <> '';
COMMENT ON INDEX payable_supplier_invoice IS 'Who listed an invoice, and whether it was listed again.';
