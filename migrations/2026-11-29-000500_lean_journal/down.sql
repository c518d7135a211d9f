ALTER INDEX entry_pkey RESET (fillfactor);
DROP INDEX entry_paper;
CREATE INDEX entry_paper_lo ON entry (paper, lo) WHERE paper IS NOT NULL;
