-- What the platform asks banks to do, what banks say, and the settlement of papers.

CREATE TABLE settlement_run (
    id uuid PRIMARY KEY,
    paper_id uuid NOT NULL CONSTRAINT settlement_run_paper_unique UNIQUE,
    state text NOT NULL CHECK (state IN ('planned', 'locked', 'presented', 'funded', 'short', 'instructed', 'reconciling', 'completed', 'failed')),
    due_date date NOT NULL,
    cut_off_at timestamptz,
    cash bigint CHECK (cash >= 0),
    sheet bytea,
    sheet_digest bytea CHECK (octet_length(sheet_digest) = 32),
    entry_no bigint,
    presented_message text,
    updated_at timestamptz NOT NULL,
    CONSTRAINT settlement_run_sheet_whole CHECK ((sheet IS NULL) = (sheet_digest IS NULL))
);
CREATE INDEX settlement_run_due ON settlement_run (due_date, id) WHERE state NOT IN ('completed', 'failed');
COMMENT ON TABLE settlement_run IS 'The settlement of a paper at maturity, one for a paper, from plan to reconciliation.';

CREATE TABLE payment_instruction (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('discount_payout', 'settlement_credit', 'collection')),
    paper_id uuid NOT NULL,
    run uuid REFERENCES settlement_run (id),
    discount uuid REFERENCES quote (id),
    debtor uuid NOT NULL REFERENCES party (id),
    debtor_name text NOT NULL,
    debtor_account text NOT NULL,
    debtor_bank_code text NOT NULL,
    creditor uuid NOT NULL REFERENCES party (id),
    creditor_name text NOT NULL,
    creditor_account text NOT NULL,
    creditor_bank_code text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    end_to_end_id text NOT NULL CONSTRAINT payment_instruction_end_to_end_unique UNIQUE CHECK (length(end_to_end_id) BETWEEN 1 AND 35),
    message_id text,
    state text NOT NULL CHECK (state IN ('created', 'sent', 'accepted', 'settled', 'rejected', 'returned', 'unknown')),
    reason text NOT NULL DEFAULT '',
    evidence text,
    business_date date NOT NULL,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL,
    -- Nothing is settled without the bank's word.
    CONSTRAINT payment_instruction_settled_on_evidence CHECK (state NOT IN ('settled', 'returned') OR evidence IS NOT NULL)
);
CREATE INDEX payment_instruction_due ON payment_instruction (next_attempt_at, id) WHERE state IN ('created', 'unknown');
CREATE INDEX payment_instruction_run ON payment_instruction (run, id) WHERE run IS NOT NULL;
CREATE INDEX payment_instruction_paper ON payment_instruction (paper_id);
CREATE INDEX payment_instruction_message ON payment_instruction (message_id) WHERE message_id IS NOT NULL;
COMMENT ON TABLE payment_instruction IS 'What the platform asks a bank to do. Names and accounts as they were when it was made.';

ALTER TABLE discount ADD CONSTRAINT discount_instruction_fkey
    FOREIGN KEY (instruction) REFERENCES payment_instruction (id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE bank_message (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT bank_message_id_unique UNIQUE,
    direction text NOT NULL CHECK (direction IN ('out', 'in')),
    kind text NOT NULL,
    message_id text NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX bank_message_message ON bank_message (message_id, no);
CREATE TRIGGER bank_message_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_message
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE bank_message IS 'ISO 20022 messages as sent and as received, duplicates too. Only grows.';

CREATE TABLE statement_entry (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    servicer_ref text NOT NULL,
    end_to_end_id text NOT NULL DEFAULT '',
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    direction text NOT NULL CHECK (direction IN ('credit', 'debit')),
    booking_date date NOT NULL,
    value_date date NOT NULL,
    reversal boolean NOT NULL,
    message uuid NOT NULL REFERENCES bank_message (id),
    CONSTRAINT statement_entry_ref_unique UNIQUE (account, servicer_ref)
);
CREATE INDEX statement_entry_end_to_end ON statement_entry (end_to_end_id) WHERE end_to_end_id <> '';
CREATE INDEX statement_entry_day ON statement_entry (account, booking_date, no);
CREATE TRIGGER statement_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_entry
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE statement_entry IS 'What a bank booked on an account, once by its own reference. Only grows.';

CREATE TABLE statement_balance (
    account text NOT NULL,
    day date NOT NULL,
    opening bigint NOT NULL,
    closing bigint NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    message uuid NOT NULL REFERENCES bank_message (id),
    PRIMARY KEY (account, day)
);
CREATE TRIGGER statement_balance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_balance
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE statement_balance IS 'End-of-day balances as the bank states them, signed minor units (an overdraft is below zero). Only grows.';

CREATE TABLE bank_cursor (
    bank text NOT NULL,
    feed text NOT NULL,
    position text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (bank, feed)
);
COMMENT ON TABLE bank_cursor IS 'How far a bank''s feed of messages has been read.';

GRANT SELECT, INSERT, UPDATE (state, cut_off_at, cash, sheet, sheet_digest, entry_no, presented_message, updated_at)
    ON settlement_run TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (message_id, state, reason, evidence, attempts, next_attempt_at)
    ON payment_instruction TO tallystick_app;
GRANT SELECT, INSERT ON bank_message, statement_entry, statement_balance TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (position, updated_at) ON bank_cursor TO tallystick_app;

GRANT SELECT ON settlement_run, payment_instruction, bank_message, statement_entry, statement_balance,
    bank_cursor TO tallystick_audit;
