-- A smaller journal.

-- Nobody asks for entries by paper and beginning, only by paper. Equal keys of such an index share
-- one list: eight bytes an entry instead of forty, and a growing paper writes at one place.
DROP INDEX entry_paper_lo;
CREATE INDEX entry_paper ON entry (paper) WHERE paper IS NOT NULL;
COMMENT ON INDEX entry_paper IS 'All entries of a paper.';

-- Numbers only rise: nothing is ever put between two of them.
ALTER INDEX entry_pkey SET (fillfactor = 100);
