-- Settling many papers: what is broken is set aside with a task for a person, what the bank said
-- is kept to the byte, and what a settlement asks of live fragments has an index.

CREATE TABLE operator_task (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT operator_task_id_unique UNIQUE,
    kind text NOT NULL CHECK (kind IN ('settlement_run', 'bank_booking')),
    subject text NOT NULL CHECK (subject <> ''),
    code text NOT NULL CHECK (code <> ''),
    detail text NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text,
    note text NOT NULL DEFAULT '',
    CONSTRAINT operator_task_closed_by_somebody CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
-- The same thing is asked of a person once, however often a job comes upon it.
CREATE UNIQUE INDEX operator_task_open_once ON operator_task (kind, subject) WHERE closed_at IS NULL;
COMMENT ON TABLE operator_task IS 'What the platform could not do by itself and asks a person of the operator to look at.';
COMMENT ON COLUMN operator_task.subject IS 'What it is about: the id of a settlement run; digest of a bank message and place of a booking in it.';
COMMENT ON COLUMN operator_task.code IS 'Stable code of what is wrong.';
COMMENT ON COLUMN operator_task.closed_by IS 'Who closed it: user:id or key:id.';

ALTER TABLE settlement_run ADD COLUMN set_aside text CHECK (set_aside <> '');
COMMENT ON COLUMN settlement_run.set_aside IS 'Stable code of what keeps the run from going on; null while nothing does. A task names it to a person, who takes it up again.';
CREATE INDEX settlement_run_step ON settlement_run (state, due_date, id)
    WHERE set_aside IS NULL AND state NOT IN ('completed', 'failed');

ALTER TABLE bank_message ADD COLUMN raw bytea;
ALTER TABLE bank_message ADD COLUMN digest bytea CHECK (octet_length(digest) = 32);
ALTER TABLE bank_message ALTER COLUMN body SET DEFAULT '';
ALTER TABLE bank_message ADD CONSTRAINT bank_message_raw_digest CHECK ((raw IS NULL) = (digest IS NULL));
COMMENT ON COLUMN bank_message.raw IS 'The message to the byte. Null in messages kept before this column was there: those have their text in body.';
COMMENT ON COLUMN bank_message.digest IS 'SHA-256 of raw.';
COMMENT ON COLUMN bank_message.body IS 'The text of messages kept before raw was there; empty in later ones.';

CREATE INDEX live_fragment_sold ON live_fragment (paper) WHERE state = 4;
COMMENT ON INDEX live_fragment_sold IS 'Fragments sold and not yet paid for: a paper that has one does not settle.';

GRANT SELECT, INSERT ON operator_task TO tallystick_app;
GRANT UPDATE (closed_at, closed_by, note) ON operator_task TO tallystick_app;
GRANT UPDATE (set_aside) ON settlement_run TO tallystick_app;
GRANT SELECT ON operator_task TO tallystick_audit;
