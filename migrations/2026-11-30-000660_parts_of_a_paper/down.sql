DROP INDEX paper_obligor_due;
CREATE INDEX paper_obligor_due ON paper (obligor, due_date);
DROP INDEX entry_of_whole_paper;
DROP INDEX entry_got;
