-- Credits that a bank rejected or gave back are instructed again, under ids of their own, once a
-- person has seen to it.

ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit'));
COMMENT ON COLUMN operator_task.subject IS 'What it is about: the id of a settlement run or of a payment; digest of a bank message and place or reference of a booking in it.';

CREATE TABLE payment_again (
    replaced uuid PRIMARY KEY REFERENCES payment_instruction (id),
    replacement uuid NOT NULL CONSTRAINT payment_again_replacement_unique UNIQUE REFERENCES payment_instruction (id),
    task uuid NOT NULL REFERENCES operator_task (id)
);
COMMENT ON TABLE payment_again IS 'Which payment took the place of one that a bank did not make: each has one successor at most, so that there is one attempt at a time. Only grows.';
COMMENT ON COLUMN payment_again.task IS 'The task whose closing let it be instructed again.';
CREATE TRIGGER payment_again_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_again
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();

CREATE FUNCTION payment_again_after_a_no() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payment_instruction i
                   WHERE i.id = NEW.replaced AND i.state IN ('rejected', 'returned')) THEN
        RAISE EXCEPTION 'only a payment that was rejected or came back is instructed again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_again_after_a_no';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION payment_again_after_a_no IS 'No second attempt while the first may still be paid.';
REVOKE ALL ON FUNCTION payment_again_after_a_no FROM PUBLIC;
CREATE TRIGGER payment_again_after_a_no BEFORE INSERT ON payment_again
    FOR EACH ROW EXECUTE FUNCTION payment_again_after_a_no();

GRANT SELECT, INSERT ON payment_again TO tallystick_app;
GRANT SELECT ON payment_again TO tallystick_audit;
