DROP INDEX entry_issued;
DROP FUNCTION entries_until(smallint, date);
DROP FUNCTION entries_from(smallint, date);
DROP FUNCTION entry_about(smallint, date);
