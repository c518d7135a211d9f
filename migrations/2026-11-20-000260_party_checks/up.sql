-- What a person found and decided when a party was taken in.

CREATE TABLE party_check (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    party uuid NOT NULL REFERENCES party (id),
    finding text NOT NULL CHECK (finding <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    decided_by text NOT NULL CHECK (decided_by <> '')
);
CREATE INDEX party_check_party ON party_check (party);
CREATE TRIGGER party_check_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON party_check
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE party_check IS 'Warnings about a party that a person overrode, with the reason given. Only grows.';
COMMENT ON COLUMN party_check.finding IS 'Stable code of the warning, such as social_credit_code_wrong_check_digit.';
COMMENT ON COLUMN party_check.decided_by IS 'Who decided: user:id or key:id.';

GRANT SELECT, INSERT ON party_check TO tallystick_app;
GRANT SELECT ON party_check TO tallystick_audit;
