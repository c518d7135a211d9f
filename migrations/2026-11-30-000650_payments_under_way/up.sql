-- Payments that a bank has and of which no booking is known yet. Of those asked for on an earlier day
-- the statement of the payer's account is wanted, though no notification ever came. Keys are days:
-- new entries go to the right-hand end.
CREATE INDEX payment_instruction_under_way ON payment_instruction (business_date)
    WHERE state IN ('sent', 'accepted', 'unknown');
