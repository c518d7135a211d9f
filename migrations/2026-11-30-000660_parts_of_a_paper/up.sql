-- One party's part in a paper without reading all of the paper: where it got something, from where
-- what it did with it follows by what was spent.
CREATE INDEX entry_got ON entry (holder, paper) WHERE state = 2;
COMMENT ON INDEX entry_got IS 'Entries that made somebody a holder, or left it one.';

-- Issue, settlements, agreements: a few of a paper's entries, of which there may be millions.
CREATE INDEX entry_of_whole_paper ON entry (paper) WHERE paper IS NOT NULL AND spent IS NULL;
COMMENT ON INDEX entry_of_whole_paper IS 'Entries about a paper as a whole: they spend no fragment.';

-- A list of an obligor's papers goes by due date and number; at a month's end thousands are due on one
-- day, and a page of them is not to sort them all.
DROP INDEX paper_obligor_due;
CREATE INDEX paper_obligor_due ON paper (obligor, due_date, no);
