-- Who takes part, and with which keys they sign.

-- Journal and log tables only grow. The grants keep the platform's own role from changing them;
-- this trigger keeps everybody else from it as well, by accident at least.
CREATE FUNCTION append_only_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'table % only grows: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
COMMENT ON FUNCTION append_only_refuse() IS
    'Statement trigger BEFORE UPDATE OR DELETE OR TRUNCATE of a table that only grows.';

CREATE TABLE party (
    no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT party_id_unique UNIQUE,
    kind text NOT NULL CHECK (kind IN ('obligor', 'supplier', 'finance_provider', 'operator', 'auditor')),
    name text NOT NULL CHECK (name <> ''),
    name_en text NOT NULL DEFAULT '',
    uscc text NOT NULL DEFAULT '',
    size_class text NOT NULL CHECK (size_class IN ('large', 'medium', 'small', 'micro', 'sole_trader', 'public_body')),
    state text NOT NULL CHECK (state IN ('applied', 'active', 'suspended', 'closed')),
    email text NOT NULL DEFAULT '',
    language text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    account_name text NOT NULL DEFAULT '',
    account_number text NOT NULL DEFAULT '',
    account_bank_code text NOT NULL DEFAULT '',
    licence_note text NOT NULL DEFAULT '',
    issuance_blocked boolean NOT NULL DEFAULT false,
    paper_bank_code text NOT NULL DEFAULT '',
    created_on date NOT NULL
);
-- One party for one registration: the same company can't be onboarded twice.
CREATE UNIQUE INDEX party_uscc_unique ON party (uscc) WHERE uscc <> '';
CREATE INDEX party_kind_name ON party (kind, name);
COMMENT ON TABLE party IS 'Obligors, suppliers, finance providers, operator, auditors. no is the compact key inside this database (journal rows); id is what leaves it.';
COMMENT ON COLUMN party.uscc IS 'Unified social credit code or LEI; empty while unknown.';
COMMENT ON COLUMN party.paper_bank_code IS 'Of an obligor: the code of its settlement bank, as it stands in paper numbers.';
COMMENT ON COLUMN party.issuance_blocked IS 'The payment-conduct gate: an obligor on the overdue list issues nothing new.';

CREATE TABLE signing_key (
    no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT signing_key_id_unique UNIQUE,
    party integer NOT NULL REFERENCES party (no),
    user_id uuid,
    -- Across all parties: a key says whose will it was, so two parties never share one.
    public_key bytea NOT NULL CONSTRAINT signing_key_public_key_unique UNIQUE CHECK (octet_length(public_key) = 32),
    custody text NOT NULL CHECK (custody IN ('own', 'hosted', 'gateway')),
    sealed bytea CONSTRAINT signing_key_sealed_when_hosted CHECK ((sealed IS NOT NULL) = (custody = 'hosted')),
    valid_from date NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX signing_key_party ON signing_key (party);
CREATE INDEX signing_key_user ON signing_key (user_id) WHERE user_id IS NOT NULL;
COMMENT ON TABLE signing_key IS 'Ed25519 public keys of the parties and their users. Keys are revoked, never deleted: what they signed stays checkable.';
COMMENT ON COLUMN signing_key.sealed IS 'Hosted custody only: the private key sealed under its user''s passphrase; opaque to the database and to the operator.';

GRANT SELECT, INSERT ON party TO tallystick_app;
GRANT UPDATE (name, name_en, uscc, size_class, state, email, language, account_name, account_number,
    account_bank_code, licence_note, issuance_blocked, paper_bank_code) ON party TO tallystick_app;
GRANT SELECT, INSERT ON signing_key TO tallystick_app;
GRANT UPDATE (revoked_at, sealed) ON signing_key TO tallystick_app;

GRANT SELECT ON party TO tallystick_audit;
GRANT SELECT (no, id, party, user_id, public_key, custody, valid_from, revoked_at)
    ON signing_key TO tallystick_audit;
