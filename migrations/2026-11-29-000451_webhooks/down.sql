ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout'));
DROP TABLE issue_stop_told;
DROP TABLE webhook_delivery;
DROP TABLE webhook_event;
DROP TABLE webhook_topic;
DROP TABLE webhook;
