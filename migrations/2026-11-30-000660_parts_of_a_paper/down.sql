DROP INDEX entry_of_whole_paper;
DROP INDEX entry_got;
