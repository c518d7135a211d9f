-- The bank's own books, made by the bank itself at start; harmless to run again.
CREATE SCHEMA IF NOT EXISTS sandbox_bank;
SET search_path TO sandbox_bank;

-- One row: the business date, and the lock that puts all units of work in order.
CREATE TABLE IF NOT EXISTS bank_day (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    today date NOT NULL
);

CREATE TABLE IF NOT EXISTS account (
    id                 text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 34),
    owner              text NOT NULL CHECK (length(owner) BETWEEN 1 AND 140),
    bank_code          text NOT NULL,
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    balance            bigint NOT NULL DEFAULT 0, -- minor units
    may_go_negative    boolean NOT NULL DEFAULT false, -- only the bank's own vaults
    standing_authority boolean NOT NULL DEFAULT false, -- requests to pay are accepted
    pays_on_request    boolean NOT NULL DEFAULT false, -- and paid at once
    closed             boolean NOT NULL DEFAULT false,
    opened_at          bigint GENERATED ALWAYS AS IDENTITY,
    CHECK (may_go_negative OR balance >= 0)
);

-- A message taken once, with its lines.
CREATE TABLE IF NOT EXISTS customer_order (
    message_id   text PRIMARY KEY,
    message_name text NOT NULL
);

CREATE TABLE IF NOT EXISTS payment (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id       text NOT NULL,
    instruction_id   text,
    end_to_end_id    text NOT NULL,
    debtor_account   text NOT NULL, -- as written, it need not exist
    debtor_name      text NOT NULL,
    creditor_account text NOT NULL,
    creditor_name    text NOT NULL,
    amount           bigint NOT NULL CHECK (amount >= 0),
    currency         text NOT NULL,
    execution_date   date NOT NULL,
    reference        text,
    lines            text[] NOT NULL,
    status           text NOT NULL CHECK (status IN ('ACCP', 'ACSC', 'RJCT')),
    reason           text,
    reason_text      text,
    steps_left       integer NOT NULL DEFAULT 0 CHECK (steps_left >= 0),
    servicer_ref     text,
    returned         boolean NOT NULL DEFAULT false,
    return_steps     integer CHECK (return_steps >= 0), -- none: it is not to come back
    return_reason    text,
    -- What makes a repetition pay only once.
    UNIQUE (debtor_account, end_to_end_id)
);
-- For books from before payments could be told to come back.
ALTER TABLE payment ADD COLUMN IF NOT EXISTS return_steps integer CHECK (return_steps >= 0);
ALTER TABLE payment ADD COLUMN IF NOT EXISTS return_reason text;
CREATE INDEX IF NOT EXISTS payment_pending ON payment (id) WHERE status = 'ACCP';
CREATE INDEX IF NOT EXISTS payment_coming_back ON payment (id) WHERE return_steps IS NOT NULL;

CREATE TABLE IF NOT EXISTS order_line (
    message_id             text NOT NULL REFERENCES customer_order,
    position               integer NOT NULL,
    payment_information_id text NOT NULL,
    instruction_id         text,
    end_to_end_id          text NOT NULL,
    payment                bigint REFERENCES payment, -- none: another payment has taken the id
    repeated               boolean NOT NULL,
    PRIMARY KEY (message_id, position)
);

CREATE SEQUENCE IF NOT EXISTS batch_number;
CREATE SEQUENCE IF NOT EXISTS servicer_number;
CREATE SEQUENCE IF NOT EXISTS notification_cursor;
CREATE SEQUENCE IF NOT EXISTS message_number;

CREATE TABLE IF NOT EXISTS booking (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch         bigint NOT NULL,
    account       text NOT NULL REFERENCES account,
    side          text NOT NULL CHECK (side IN ('CRDT', 'DBIT')),
    amount        bigint NOT NULL CHECK (amount > 0),
    currency      text NOT NULL,
    booked_on     date NOT NULL,
    servicer_ref  text NOT NULL UNIQUE,
    payment       bigint REFERENCES payment, -- none: cash paid in at the counter
    other_account text NOT NULL,
    other_name    text NOT NULL,
    return_reason text
);
CREATE INDEX IF NOT EXISTS booking_of_day ON booking (account, booked_on);
CREATE INDEX IF NOT EXISTS booking_of_batch ON booking (batch, account);

-- A camt.054 in the queue of an account; without a cursor it is held back.
CREATE TABLE IF NOT EXISTS notification (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cursor     bigint UNIQUE,
    account    text NOT NULL REFERENCES account,
    batch      bigint NOT NULL,
    message_id text NOT NULL UNIQUE,
    stamp      text NOT NULL
);

CREATE TABLE IF NOT EXISTS fault (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind      text NOT NULL,
    remaining integer CHECK (remaining > 0), -- none: until cleared
    account   text, -- reject, delay, return: only for this creditor
    reason    text, -- reject, return: the ISO code
    steps     integer, -- delay, return: how many business steps
    manner    text -- lose_answer: close or 504
);

ALTER TABLE fault DROP CONSTRAINT IF EXISTS fault_kind_check;
ALTER TABLE fault ADD CONSTRAINT fault_kind_check CHECK (kind IN
    ('reject', 'delay', 'return', 'lose_answer', 'duplicate_notification', 'reorder_notification'));

CREATE TABLE IF NOT EXISTS message_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stamp      text NOT NULL,
    direction  text NOT NULL CHECK (direction IN ('in', 'out', 'lost')),
    name       text NOT NULL,
    message_id text NOT NULL,
    body       text NOT NULL
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'bookings are never changed';
END $$;
CREATE OR REPLACE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added GROUP BY batch, currency
               HAVING sum(CASE side WHEN 'CRDT' THEN amount ELSE -amount END) <> 0) THEN
        RAISE EXCEPTION 'debits and credits differ';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER booking_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON booking
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER booking_balanced AFTER INSERT ON booking
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced();

-- Requests to pay that were accepted: so much of the debtor's balance is promised to them.
CREATE TABLE IF NOT EXISTS promise (
    message_id     text PRIMARY KEY,
    debtor_account text NOT NULL,
    amount         bigint NOT NULL CHECK (amount > 0),
    drawn          bigint NOT NULL DEFAULT 0 CHECK (drawn >= 0),
    promised_at    bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX IF NOT EXISTS promise_debtor ON promise (debtor_account) WHERE drawn < amount;

CREATE TABLE IF NOT EXISTS promised_claim (
    message_id    text NOT NULL,
    position      integer NOT NULL,
    end_to_end_id text NOT NULL,
    accepted      bigint NOT NULL CHECK (accepted >= 0),
    PRIMARY KEY (message_id, position)
);
CREATE INDEX IF NOT EXISTS promised_claim_end_to_end ON promised_claim (end_to_end_id);
