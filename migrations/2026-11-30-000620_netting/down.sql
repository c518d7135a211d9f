DROP TABLE netting_choice;
ALTER TABLE settlement_run DROP COLUMN pays_by_claim;
DROP TRIGGER payment_instruction_netted_alike ON payment_instruction;
DROP FUNCTION payment_instruction_netted_alike();
DROP INDEX payment_instruction_creditor;
ALTER TABLE payment_instruction DROP COLUMN netted_in;
