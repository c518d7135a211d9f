-- A holder of several papers that one obligor pays on one day may choose to be paid in one sum. Each paper
-- keeps a credit of its own, which closes its run; `netted_in` names the one payment that the bank makes
-- of them. The amount of that payment is the sum of its credits, and stands nowhere else.

ALTER TABLE payment_instruction ADD COLUMN netted_in text CHECK (length(netted_in) BETWEEN 1 AND 35),
    ADD CONSTRAINT payment_instruction_netted_elsewhere CHECK (netted_in <> end_to_end_id),
    ADD CONSTRAINT payment_instruction_netted_kind CHECK (netted_in IS NULL OR kind = 'settlement_credit');
CREATE INDEX payment_instruction_netted ON payment_instruction (netted_in, id) WHERE netted_in IS NOT NULL;
CREATE INDEX payment_instruction_creditor ON payment_instruction (creditor, business_date);
COMMENT ON COLUMN payment_instruction.netted_in IS 'End-to-end id of the one payment in which its payee gets this credit and others; none if it is paid by itself.';

-- What is paid in one sum leaves one account and reaches another.
CREATE FUNCTION payment_instruction_netted_alike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The new credit may be the first or the last of them, and is held against the other.
    IF EXISTS (SELECT FROM ((SELECT * FROM payment_instruction
                              WHERE netted_in = NEW.netted_in ORDER BY id LIMIT 1) UNION ALL
                            (SELECT * FROM payment_instruction
                              WHERE netted_in = NEW.netted_in ORDER BY id DESC LIMIT 1)) f
                WHERE (f.debtor, f.debtor_bank_code, f.debtor_account, f.debtor_name, f.creditor,
                       f.creditor_bank_code, f.creditor_account, f.creditor_name, f.currency,
                       f.business_date)
                   IS DISTINCT FROM
                      (NEW.debtor, NEW.debtor_bank_code, NEW.debtor_account, NEW.debtor_name, NEW.creditor,
                       NEW.creditor_bank_code, NEW.creditor_account, NEW.creditor_name, NEW.currency,
                       NEW.business_date))
       OR EXISTS (SELECT FROM payment_instruction WHERE end_to_end_id = NEW.netted_in) THEN
        RAISE EXCEPTION 'credit % can not be paid in %', NEW.id, NEW.netted_in
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_instruction_netted_alike',
                  TABLE = 'payment_instruction';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_instruction_netted_alike AFTER INSERT ON payment_instruction
    FOR EACH ROW WHEN (NEW.netted_in IS NOT NULL) EXECUTE FUNCTION payment_instruction_netted_alike();

-- A bank that pays on request, without waiting to be told, pays under the ids of the claims: such a run's
-- credits can not be netted, for the sum would be paid beside them.
ALTER TABLE settlement_run ADD COLUMN pays_by_claim boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN settlement_run.pays_by_claim IS 'Whether the obligor''s bank may be paying claim by claim of its own accord.';
GRANT UPDATE (pays_by_claim) ON settlement_run TO tallystick_app;

CREATE TABLE netting_choice (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party uuid NOT NULL REFERENCES party (id),
    netted boolean NOT NULL,
    chosen_by text NOT NULL,
    chosen_on date NOT NULL,
    chosen_at timestamptz NOT NULL
);
CREATE INDEX netting_choice_party ON netting_choice (party, no);
CREATE TRIGGER netting_choice_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON netting_choice
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE netting_choice IS 'Whether a party wants what one obligor pays it on one day in one sum. Its last row holds; without one it is paid paper by paper.';

GRANT SELECT, INSERT ON netting_choice TO tallystick_app;
GRANT SELECT ON netting_choice TO tallystick_audit;
