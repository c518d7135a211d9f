-- Only as long as there is no task about a pay-out.
ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit'));
DROP TABLE discount_registration;
