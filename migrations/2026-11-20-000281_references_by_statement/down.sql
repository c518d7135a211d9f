DROP TRIGGER statement_entry_refers ON statement_entry;
DROP FUNCTION statement_entry_refers;
ALTER TABLE statement_entry ADD CONSTRAINT statement_entry_message_fkey
    FOREIGN KEY (message) REFERENCES bank_message (id);
DROP TRIGGER payment_instruction_refers ON payment_instruction;
DROP FUNCTION payment_instruction_refers;
ALTER TABLE payment_instruction
    ADD CONSTRAINT payment_instruction_debtor_fkey FOREIGN KEY (debtor) REFERENCES party (id),
    ADD CONSTRAINT payment_instruction_creditor_fkey FOREIGN KEY (creditor) REFERENCES party (id),
    ADD CONSTRAINT payment_instruction_run_fkey FOREIGN KEY (run) REFERENCES settlement_run (id);
