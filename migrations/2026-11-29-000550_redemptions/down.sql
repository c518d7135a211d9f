ALTER TABLE limit_use DROP CONSTRAINT limit_use_redeemed;
ALTER TABLE limit_use DROP CONSTRAINT limit_use_released_why_check;
ALTER TABLE limit_use DROP COLUMN redeemed_by;
ALTER TABLE limit_use ADD CONSTRAINT limit_use_released_why_check
    CHECK (released_why IN ('not_paid', 'settled', 'sold', 'reversed'));
DROP TABLE redemption;
DROP TABLE redemption_offer;
ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout', 'webhook',
                    'invoice_use', 'recourse_payment'));
ALTER TABLE payment_instruction DROP CONSTRAINT payment_instruction_kind_check;
ALTER TABLE payment_instruction ADD CONSTRAINT payment_instruction_kind_check
    CHECK (kind IN ('discount_payout', 'settlement_credit', 'collection', 'recourse_payment'));
ALTER TABLE paper DROP CONSTRAINT paper_redeemed;
ALTER TABLE paper DROP COLUMN redeemed;
COMMENT ON COLUMN paper.paid IS NULL;
