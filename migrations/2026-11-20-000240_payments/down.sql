DROP TABLE bank_cursor;
DROP TABLE statement_balance;
DROP TABLE statement_entry;
DROP TABLE bank_message;
ALTER TABLE discount DROP CONSTRAINT discount_instruction_fkey;
DROP TABLE payment_instruction;
DROP TABLE settlement_run;
