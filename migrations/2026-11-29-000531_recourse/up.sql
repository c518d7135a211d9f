-- Recourse: the holder of a part of a paper in default turns to the party that gave it, which pays by
-- bank instruction and takes the part back. What binds stands in the journal.

CREATE TABLE recourse_claim (
    id uuid PRIMARY KEY,
    paper uuid NOT NULL REFERENCES paper (id),
    parent bigint NOT NULL,
    side smallint NOT NULL CHECK (side IN (0, 1)),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    claimant uuid NOT NULL REFERENCES party (id),
    against uuid NOT NULL REFERENCES party (id),
    leg bytea NOT NULL CHECK (octet_length(leg) = 32),
    body bytea NOT NULL,
    key uuid NOT NULL,
    signature bytea NOT NULL CHECK (octet_length(signature) = 64),
    state text NOT NULL CHECK (state IN ('open', 'disputed', 'withdrawn', 'agreed', 'paid', 'unpaid', 'lapsed')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    made_on date NOT NULL,
    created_at timestamptz NOT NULL,
    amount bigint CHECK (amount > 0),
    units bigint CHECK (units > 0),
    entry bigint CONSTRAINT recourse_claim_entry_unique UNIQUE,
    instruction uuid CONSTRAINT recourse_claim_instruction_unique UNIQUE,
    end_entry bigint CONSTRAINT recourse_claim_end_unique UNIQUE,
    CONSTRAINT recourse_claim_range CHECK (0 <= lo AND lo < hi),
    CONSTRAINT recourse_claim_two_parties CHECK (claimant <> against),
    CONSTRAINT recourse_claim_dispute_says_why CHECK (state <> 'disputed' OR word <> ''),
    -- Agreed is agreed in the journal, on a sum, with a payment to make.
    CONSTRAINT recourse_claim_agreed_whole CHECK (
        (state IN ('agreed', 'paid', 'unpaid'))
        = (amount IS NOT NULL AND units IS NOT NULL AND entry IS NOT NULL AND instruction IS NOT NULL)),
    CONSTRAINT recourse_claim_ended CHECK ((state IN ('paid', 'unpaid')) = (end_entry IS NOT NULL)),
    CONSTRAINT recourse_claim_carries CHECK (units IS NULL OR amount <= units AND units <= hi - lo)
);
-- A fragment is claimed back once at a time. A dispute leaves the claim standing.
CREATE UNIQUE INDEX recourse_claim_fragment_unique ON recourse_claim (parent, side)
    WHERE state IN ('open', 'disputed', 'agreed');
CREATE INDEX recourse_claim_claimant ON recourse_claim (claimant, created_at DESC, id);
CREATE INDEX recourse_claim_against ON recourse_claim (against, created_at DESC, id);
CREATE INDEX recourse_claim_paper ON recourse_claim (paper);
CREATE INDEX recourse_claim_leg ON recourse_claim (leg) WHERE state IN ('agreed', 'paid');
COMMENT ON TABLE recourse_claim IS 'Who turned to whom for what is owed on a fragment of a paper in default, and what came of it. Claim and signature are fixed when it is made.';
COMMENT ON COLUMN recourse_claim.parent IS 'The entry that made the fragment; side is its part: 0 left, 1 right.';
COMMENT ON COLUMN recourse_claim.leg IS 'Hash of the entry by which the claimant got it: the claim rests on what was stated there.';
COMMENT ON COLUMN recourse_claim.amount IS 'What is paid for it, minor units; units is how many move for that.';
COMMENT ON COLUMN recourse_claim.entry IS 'The entry that took the claim up; end_entry moved the fragment or set it free again.';
GRANT SELECT, INSERT, UPDATE (state, word, amount, units, entry, instruction, end_entry) ON recourse_claim TO tallystick_app;
GRANT SELECT ON recourse_claim TO tallystick_audit;

ALTER TABLE payment_instruction DROP CONSTRAINT payment_instruction_kind_check;
ALTER TABLE payment_instruction ADD CONSTRAINT payment_instruction_kind_check
    CHECK (kind IN ('discount_payout', 'settlement_credit', 'collection', 'recourse_payment'));

-- What is claimed back waits for its money like what is sold: its paper is not closed meanwhile.
DROP INDEX live_fragment_sold;
CREATE INDEX live_fragment_sold ON live_fragment (paper) WHERE state IN (4, 7);
COMMENT ON INDEX live_fragment_sold IS 'Fragments sold, or claimed back, and not yet paid for: a paper that has one is not closed.';
