-- A payment by recourse that came back after the fragment had moved is a person's task.
ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check CHECK (kind IN (
    'settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout', 'webhook',
    'invoice_use', 'recourse_payment'));
