-- What tracing asks, answered from indexes.

DROP INDEX live_fragment_paper;
CREATE INDEX live_fragment_paper ON live_fragment (paper, lo) INCLUDE (hi, holder, tier);
COMMENT ON INDEX live_fragment_paper IS 'A range of a paper with all that its spread over tiers and holders needs: the rows of a large paper lie far apart.';
-- Such an answer skips the table only where a page is known to be visible to all.
ALTER TABLE live_fragment SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX document_invoice_buyer ON document (counterparty, owner) INCLUDE (issued_on) WHERE kind = 'invoice';
COMMENT ON INDEX document_invoice_buyer IS 'Who has sold to a party, for the list of suppliers known to it.';
