-- Only as long as there is no task about a credit.
DROP TABLE payment_again;
DROP FUNCTION payment_again_after_a_no;
ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking'));
COMMENT ON COLUMN operator_task.subject IS 'What it is about: the id of a settlement run; digest of a bank message and place of a booking in it.';
