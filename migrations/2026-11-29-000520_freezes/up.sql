-- Freezing by order: what one person of the operator enters and another holds against the order and
-- decides; which fragments it has caught; and when it is over. What binds stands in the journal.

ALTER TABLE paper DROP CONSTRAINT paper_state_check;
ALTER TABLE paper ADD CONSTRAINT paper_state_check CHECK (state BETWEEN 1 AND 8);
COMMENT ON COLUMN paper.state IS 'ledger-core paper.rs: 1 pending acceptance, 2 active, 3 refused, 4 withdrawn, 5 part settled, 6 settled, 8 void.';

CREATE TABLE freeze_proposal (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('freeze', 'lift')),
    lifts uuid,
    authority text NOT NULL CHECK (authority <> '' AND length(authority) <= 200),
    reference text NOT NULL CHECK (reference <> '' AND length(reference) <= 200),
    holder uuid REFERENCES party (id),
    paper uuid REFERENCES paper (id),
    amount bigint CHECK (amount > 0),
    until date,
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    made_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'returned', 'withdrawn')),
    ended_on date,
    CONSTRAINT freeze_proposal_maker_unique UNIQUE (id, made_by),
    CONSTRAINT freeze_proposal_kind_unique UNIQUE (id, kind),
    CONSTRAINT freeze_proposal_lifts FOREIGN KEY (lifts) REFERENCES freeze_proposal (id),
    -- A freeze has a scope and a last day: all of a paper, all of a holder, or so much of what the
    -- holder has of a paper. What lifts one has neither.
    CONSTRAINT freeze_proposal_whole CHECK (CASE kind
        WHEN 'freeze' THEN lifts IS NULL AND until IS NOT NULL
            AND CASE WHEN amount IS NULL THEN (holder IS NULL) <> (paper IS NULL)
                ELSE holder IS NOT NULL AND paper IS NOT NULL END
        ELSE lifts IS NOT NULL AND until IS NULL AND holder IS NULL AND paper IS NULL
            AND amount IS NULL END),
    CONSTRAINT freeze_proposal_ended CHECK (ended_on IS NULL OR (kind = 'freeze' AND state = 'approved'))
);
CREATE INDEX freeze_proposal_made ON freeze_proposal (made_at DESC, id DESC);
CREATE INDEX freeze_proposal_standing ON freeze_proposal (id) WHERE kind = 'freeze' AND state = 'approved' AND ended_on IS NULL;
-- One question whether a freeze is to be lifted at a time.
CREATE UNIQUE INDEX freeze_proposal_lift_unique ON freeze_proposal (lifts) WHERE kind = 'lift' AND state = 'waiting';
COMMENT ON TABLE freeze_proposal IS 'Freezes and their lifting as one of the operator''s hands enters them and another decides. Everything but state and ended_on is fixed when it is made.';
COMMENT ON COLUMN freeze_proposal.authority IS 'Who ordered, such as a court; reference is its number for the order.';
COMMENT ON COLUMN freeze_proposal.amount IS 'So much of what the holder has of the paper, minor units; none for a whole paper or a whole holder.';
COMMENT ON COLUMN freeze_proposal.until IS 'The last day on which the freeze stands.';
COMMENT ON COLUMN freeze_proposal.ended_on IS 'The business date on which the freeze was over; none while it stands.';

CREATE TABLE freeze_decision (
    proposal uuid PRIMARY KEY,
    made_by text NOT NULL,
    decided_by text NOT NULL CHECK (decided_by <> ''),
    decider_name text NOT NULL,
    decided_at timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('approved', 'returned', 'withdrawn')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    CONSTRAINT freeze_decision_proposal FOREIGN KEY (proposal, made_by) REFERENCES freeze_proposal (id, made_by),
    -- Four eyes: who proposed may only take it back.
    CONSTRAINT freeze_decision_four_eyes CHECK ((decided_by = made_by) = (verdict = 'withdrawn')),
    CONSTRAINT freeze_decision_says_why CHECK (verdict <> 'returned' OR word <> '')
);
CREATE TRIGGER freeze_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON freeze_decision
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE freeze_decision IS 'What became of a proposed freeze or lifting, by whose hand. Only grows.';

CREATE TABLE frozen_fragment (
    entry bigint PRIMARY KEY,
    freeze_order uuid NOT NULL REFERENCES freeze_proposal (id),
    paper uuid NOT NULL REFERENCES paper (id),
    holder uuid NOT NULL REFERENCES party (id),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    end_entry bigint CONSTRAINT frozen_fragment_end_unique UNIQUE,
    CONSTRAINT frozen_fragment_range CHECK (0 <= lo AND lo < hi)
);
CREATE INDEX frozen_fragment_freeze ON frozen_fragment (freeze_order, entry);
CREATE INDEX frozen_fragment_paper ON frozen_fragment (paper, holder) WHERE end_entry IS NULL;
COMMENT ON TABLE frozen_fragment IS 'What a freeze has caught: the entry that froze, and the one that ended it.';

GRANT SELECT, INSERT, UPDATE (state, ended_on) ON freeze_proposal TO tallystick_app;
GRANT SELECT, INSERT ON freeze_decision TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (end_entry) ON frozen_fragment TO tallystick_app;
GRANT SELECT ON freeze_proposal, freeze_decision, frozen_fragment TO tallystick_audit;

-- A credit on which a freeze lies is made at maturity and held until the freeze is over.
CREATE TABLE held_credit (
    instruction uuid PRIMARY KEY REFERENCES payment_instruction (id),
    freeze_order uuid NOT NULL REFERENCES freeze_proposal (id),
    released_at timestamptz
);
CREATE INDEX held_credit_waiting ON held_credit (freeze_order) WHERE released_at IS NULL;
COMMENT ON TABLE held_credit IS 'Credits at maturity that a freeze holds back. The instruction waits, unsent, on no account but the obligor''s, and goes to its holder once the freeze has ended.';
GRANT SELECT, INSERT, UPDATE (released_at) ON held_credit TO tallystick_app;
GRANT SELECT ON held_credit TO tallystick_audit;

CREATE INDEX live_fragment_frozen ON live_fragment (paper) WHERE state = 6;
COMMENT ON INDEX live_fragment_frozen IS 'Frozen fragments: a paper that has one is not closed.';
