DROP INDEX live_fragment_sold;
CREATE INDEX live_fragment_sold ON live_fragment (paper) WHERE state = 4;
ALTER TABLE payment_instruction DROP CONSTRAINT payment_instruction_kind_check;
ALTER TABLE payment_instruction ADD CONSTRAINT payment_instruction_kind_check
    CHECK (kind IN ('discount_payout', 'settlement_credit', 'collection'));
DROP TABLE recourse_claim;
