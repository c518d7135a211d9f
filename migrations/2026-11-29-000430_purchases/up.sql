-- Purchases are registered before they are paid; a person looks at pay-outs that stay unproven and at
-- money that comes back after the fragment was used.

CREATE TABLE discount_registration (
    quote uuid PRIMARY KEY REFERENCES discount (quote),
    certificate text NOT NULL CONSTRAINT discount_registration_certificate_unique UNIQUE
        CHECK (certificate ~ '^[A-Z0-9-]{8,40}$'),
    recorded_by text NOT NULL CHECK (recorded_by <> ''),
    recorded_on date NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE discount_registration IS 'Certificate numbers of the public register of security over movables and rights, one for a purchase. Only grows.';
COMMENT ON COLUMN discount_registration.recorded_by IS 'Who recorded it: user:id or key:id.';
COMMENT ON COLUMN discount_registration.recorded_on IS 'Business date.';
CREATE TRIGGER discount_registration_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON discount_registration
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();

GRANT SELECT, INSERT ON discount_registration TO tallystick_app;
GRANT SELECT ON discount_registration TO tallystick_audit;

ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout'));
