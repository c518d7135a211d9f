DROP INDEX document_invoice_buyer;
ALTER TABLE live_fragment RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor);
DROP INDEX live_fragment_paper;
CREATE INDEX live_fragment_paper ON live_fragment (paper, lo);
