-- Short, late, never: cash that comes in parts, late interest, defaults, stops of issuing.

ALTER TABLE paper
    ADD COLUMN dishonoured boolean NOT NULL DEFAULT false,
    ADD COLUMN interest_asked bigint NOT NULL DEFAULT 0 CHECK (interest_asked >= 0),
    ADD COLUMN interest_paid bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT paper_interest_paid CHECK (interest_paid BETWEEN 0 AND interest_asked);
COMMENT ON TABLE paper IS 'One promise of an obligor. Where it stands follows from its entries; all else is fixed by its issue entry.';
COMMENT ON COLUMN paper.dishonoured IS 'Whether its default was ever recorded.';
COMMENT ON COLUMN paper.interest_asked IS 'Late interest asked in all, minor units, once a part of it is shared out.';
COMMENT ON COLUMN paper.interest_paid IS 'Late interest shared out so far.';
GRANT UPDATE (dishonoured, interest_asked, interest_paid) ON paper TO tallystick_app;

ALTER TABLE settlement_run
    DROP CONSTRAINT settlement_run_paper_unique,
    ADD COLUMN round integer NOT NULL DEFAULT 1 CHECK (round > 0),
    ADD COLUMN presented_on date,
    ADD COLUMN answer bytea CHECK (octet_length(answer) = 32),
    ADD COLUMN short_reason text,
    ADD COLUMN paid_on date,
    ADD COLUMN interest_cash bigint CHECK (interest_cash > 0),
    ADD COLUMN interest_asked bigint CHECK (interest_asked > 0),
    ADD COLUMN interest_sheet bytea,
    ADD COLUMN interest_digest bytea CHECK (octet_length(interest_digest) = 32),
    ADD COLUMN interest_entry_no bigint,
    ADD CONSTRAINT settlement_run_round_unique UNIQUE (paper_id, round),
    ADD CONSTRAINT settlement_run_interest_whole
        CHECK ((interest_sheet IS NULL) = (interest_digest IS NULL)
           AND (interest_sheet IS NULL) = (interest_cash IS NULL)
           AND (interest_asked IS NOT NULL OR interest_sheet IS NULL));
COMMENT ON TABLE settlement_run IS 'The settlement of a paper at maturity, from plan to reconciliation: one round for each receipt.';
COMMENT ON COLUMN settlement_run.round IS '1 for the first receipt of the paper; what was short of it comes in later rounds.';
COMMENT ON COLUMN settlement_run.presented_on IS 'The day on which the obligor''s bank last answered.';
COMMENT ON COLUMN settlement_run.answer IS 'SHA-256 of its last answer, which is kept among the bank messages.';
COMMENT ON COLUMN settlement_run.short_reason IS 'Why it will not pay all that was asked: a code, its words, or empty; null if it will, or has not been asked.';
COMMENT ON COLUMN settlement_run.paid_on IS 'The day on which the obligor''s bank agreed to pay the cash: when the obligor has paid.';
COMMENT ON COLUMN settlement_run.interest_cash IS 'What of the receipt is late interest, minor units.';
COMMENT ON COLUMN settlement_run.interest_asked IS 'Late interest on the paper in all; fixed once the receipt pays the rest of the face.';
COMMENT ON COLUMN settlement_run.interest_sheet IS 'The interest sheet''s canonical bytes.';
GRANT UPDATE (presented_on, answer, short_reason, paid_on, interest_cash, interest_asked,
    interest_sheet, interest_digest, interest_entry_no) ON settlement_run TO tallystick_app;
CREATE INDEX settlement_run_paper_open ON settlement_run (paper_id) WHERE state <> 'completed';
CREATE INDEX settlement_run_interest ON settlement_run (paper_id)
    WHERE state = 'completed' AND interest_asked IS NOT NULL;
CREATE INDEX settlement_run_interest_entry ON settlement_run (interest_entry_no)
    WHERE interest_entry_no IS NOT NULL;

-- What the mail server said when it took a letter: proof that somebody was told.
ALTER TABLE outbox ADD COLUMN reply text NOT NULL DEFAULT '';
COMMENT ON COLUMN outbox.reply IS 'The mail server''s own words when it took the letter, with the id it went under.';
GRANT UPDATE (reply) ON outbox TO tallystick_app;

CREATE TABLE paper_default (
    paper_id uuid PRIMARY KEY,
    obligor uuid NOT NULL REFERENCES party (id),
    due_date date NOT NULL,
    recorded_on date NOT NULL,
    owed bigint NOT NULL CHECK (owed > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason text NOT NULL,
    entry_no bigint NOT NULL,
    cured_on date,
    CONSTRAINT paper_default_after_due CHECK (recorded_on > due_date),
    CONSTRAINT paper_default_cured CHECK (cured_on >= due_date)
);
CREATE INDEX paper_default_obligor ON paper_default (obligor, recorded_on);
COMMENT ON TABLE paper_default IS 'Papers that were not paid on their due date, each once, and when they were made good.';
COMMENT ON COLUMN paper_default.owed IS 'What of the face had not come at the cut-off, minor units.';
COMMENT ON COLUMN paper_default.cured_on IS 'The day on which the last of it had come, late interest included.';
GRANT SELECT, INSERT, UPDATE (cured_on) ON paper_default TO tallystick_app;
GRANT SELECT ON paper_default TO tallystick_audit;

CREATE TABLE dishonour_notice (
    paper_id uuid NOT NULL REFERENCES paper_default (paper_id),
    party uuid NOT NULL REFERENCES party (id),
    letter uuid NOT NULL,
    PRIMARY KEY (paper_id, party, letter)
);
CREATE TRIGGER dishonour_notice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dishonour_notice
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE dishonour_notice IS 'Who was told of a default, in which letter of the outbox; that one says when it was taken, and by which server. Only grows.';
GRANT SELECT, INSERT ON dishonour_notice TO tallystick_app;
GRANT SELECT ON dishonour_notice TO tallystick_audit;
GRANT SELECT (reply) ON outbox TO tallystick_audit;

CREATE TABLE issue_stop (
    id uuid PRIMARY KEY,
    obligor uuid NOT NULL REFERENCES party (id),
    since date NOT NULL,
    paper_id uuid NOT NULL REFERENCES paper_default (paper_id),
    lifted_on date,
    lifted_by uuid,
    CONSTRAINT issue_stop_lifted CHECK ((lifted_on IS NULL) = (lifted_by IS NULL) AND lifted_on >= since)
);
CREATE UNIQUE INDEX issue_stop_open ON issue_stop (obligor) WHERE lifted_on IS NULL;
COMMENT ON TABLE issue_stop IS 'When an obligor might issue nothing new (银发〔2025〕77号 art. 15): since its default, until two persons found it cured.';
COMMENT ON COLUMN issue_stop.paper_id IS 'The paper whose default stopped it.';
GRANT SELECT, INSERT, UPDATE (lifted_on, lifted_by) ON issue_stop TO tallystick_app;
GRANT SELECT ON issue_stop TO tallystick_audit;

CREATE TABLE cure_proposal (
    id uuid PRIMARY KEY,
    stop uuid NOT NULL REFERENCES issue_stop (id),
    obligor uuid NOT NULL REFERENCES party (id),
    evidence text NOT NULL CHECK (length(evidence) BETWEEN 1 AND 500),
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    made_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'returned', 'withdrawn')),
    CONSTRAINT cure_proposal_maker_unique UNIQUE (id, made_by)
);
CREATE UNIQUE INDEX cure_proposal_waiting ON cure_proposal (stop) WHERE state = 'waiting';
COMMENT ON TABLE cure_proposal IS 'One person of the operator says that an obligor has cured its default, and on what evidence.';
GRANT SELECT, INSERT, UPDATE (state) ON cure_proposal TO tallystick_app;
GRANT SELECT ON cure_proposal TO tallystick_audit;

CREATE TABLE cure_decision (
    proposal uuid PRIMARY KEY,
    made_by text NOT NULL,
    decided_by text NOT NULL CHECK (decided_by <> ''),
    decider_name text NOT NULL,
    decided_at timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('approved', 'returned', 'withdrawn')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    CONSTRAINT cure_decision_proposal FOREIGN KEY (proposal, made_by) REFERENCES cure_proposal (id, made_by),
    CONSTRAINT cure_four_eyes CHECK ((decided_by = made_by) = (verdict = 'withdrawn')),
    CONSTRAINT cure_says_why CHECK (verdict <> 'returned' OR word <> '')
);
CREATE TRIGGER cure_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cure_decision
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE cure_decision IS 'What another person decided. Only grows.';
GRANT SELECT, INSERT ON cure_decision TO tallystick_app;
GRANT SELECT ON cure_decision TO tallystick_audit;
CREATE INDEX settlement_run_short ON settlement_run (due_date, paper_id) WHERE short_reason IS NOT NULL;
