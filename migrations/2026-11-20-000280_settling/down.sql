DROP INDEX live_fragment_sold;
-- Only as long as no message was kept by its bytes alone: a later one would lose its text.
ALTER TABLE bank_message DROP COLUMN raw, DROP COLUMN digest;
ALTER TABLE bank_message ALTER COLUMN body DROP DEFAULT;
ALTER TABLE settlement_run DROP COLUMN set_aside;
DROP TABLE operator_task;
