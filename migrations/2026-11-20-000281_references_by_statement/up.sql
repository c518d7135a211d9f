-- Payments and bookings come a hundred thousand at a time. Their references are checked for the
-- whole statement at once instead of row by row, which cost most of such an insert.
--
-- The law is the same: a payment names parties and a run that exist, a booking a message that
-- exists. Nobody is granted DELETE on what is referred to, nor UPDATE of the ids on either side, so
-- that the moment of the insert is the only one to check.

CREATE FUNCTION payment_instruction_refers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT debtor FROM added) a
               WHERE NOT EXISTS (SELECT FROM party p WHERE p.id = a.debtor)) THEN
        RAISE EXCEPTION 'a payment names a debtor that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payment_instruction_debtor_fkey';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT creditor FROM added) a
               WHERE NOT EXISTS (SELECT FROM party p WHERE p.id = a.creditor)) THEN
        RAISE EXCEPTION 'a payment names a creditor that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payment_instruction_creditor_fkey';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT run FROM added WHERE run IS NOT NULL) a
               WHERE NOT EXISTS (SELECT FROM settlement_run r WHERE r.id = a.run)) THEN
        RAISE EXCEPTION 'a payment names a settlement run that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payment_instruction_run_fkey';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION payment_instruction_refers IS 'The foreign keys of payment_instruction to party and settlement_run, checked once a statement.';
REVOKE ALL ON FUNCTION payment_instruction_refers FROM PUBLIC;

ALTER TABLE payment_instruction
    DROP CONSTRAINT payment_instruction_debtor_fkey,
    DROP CONSTRAINT payment_instruction_creditor_fkey,
    DROP CONSTRAINT payment_instruction_run_fkey;
CREATE TRIGGER payment_instruction_refers AFTER INSERT ON payment_instruction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payment_instruction_refers();

CREATE FUNCTION statement_entry_refers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT message FROM added) a
               WHERE NOT EXISTS (SELECT FROM bank_message m WHERE m.id = a.message)) THEN
        RAISE EXCEPTION 'a booking names a bank message that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'statement_entry_message_fkey';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION statement_entry_refers IS 'The foreign key of statement_entry to bank_message, checked once a statement.';
REVOKE ALL ON FUNCTION statement_entry_refers FROM PUBLIC;

ALTER TABLE statement_entry DROP CONSTRAINT statement_entry_message_fkey;
CREATE TRIGGER statement_entry_refers AFTER INSERT ON statement_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION statement_entry_refers();
